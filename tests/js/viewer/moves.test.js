import assert from "node:assert/strict";
import { test } from "node:test";
import {
  endNear,
  lineAcross,
  lineTo,
  zoomAt,
  zoomDragged,
  zoomStepped,
} from "../../../structviz/ui/browser/src/viewer/moves.js";

const zoom = { row: 0.5, column: 0.5, zoom: 0.4 };
/** @type {import("../../../structviz/ui/browser/src/viewer/data.js").Line} */
const line = [0.2, 0.3, 0.8, 0.9];

test("a zoom goes where the finger is, but not off the image", () => {
  assert.deepEqual(zoomAt({ x: 0.3, y: 0.7 }), { row: 0.7, column: 0.3 });
  assert.deepEqual(zoomAt({ x: -0.1, y: 1.2 }), { row: 1, column: 0 });
});

test("a picture that is dragged along shows what lies on the other side", () => {
  assert.deepEqual(zoomDragged(zoom, { x: 0.5, y: 0 }), { row: 0.5, column: 0.3 });
  assert.deepEqual(zoomDragged(zoom, { x: 0, y: -0.25 }), { row: 0.6, column: 0.5 });
});

test("a zoom at the edge leaves it at once, without a way that shows nothing", () => {
  assert.deepEqual(zoomDragged({ row: 0, column: 1, zoom: 0.4 }, { x: 0, y: 0 }), { row: 0.2, column: 0.8 });
  assert.deepEqual(zoomDragged(zoom, { x: -9, y: 9 }), { row: 0.2, column: 0.8 });
});

test("a key moves a zoom by a fiftieth of the image", () => {
  assert.deepEqual(zoomStepped(zoom, 1, 0), { row: 0.52, column: 0.5 });
  assert.deepEqual(zoomStepped({ row: 0.5, column: 0.01, zoom: 0.4 }, 0, -1), { row: 0.5, column: 0 });
});

test("a new line lies across the zoom, and is long enough to hold in a small one", () => {
  assert.deepEqual(lineAcross(zoom), [0.5, 0.3, 0.5, 0.7]);
  assert.deepEqual(lineAcross({ row: 0.5, column: 0.02, zoom: 0.05 }), [0.5, 0, 0.5, 0.07]);
});

test("a finger near an end of the line holds that end", () => {
  assert.equal(endNear(line, { x: 0.32, y: 0.22 }, 0.05), 0);
  assert.equal(endNear(line, { x: 0.88, y: 0.82 }, 0.05), 1);
  assert.equal(endNear(line, { x: 0.22, y: 0.32 }, 0.05), null);
  assert.equal(endNear(null, { x: 0.3, y: 0.2 }, 0.05), null);
  assert.equal(endNear(line, { x: 0.8, y: 0.7 }, 2), 1, "both are near, and this one is nearer");
  assert.deepEqual(lineTo(line, 0, { x: 0.5, y: 0.4 }), [0.4, 0.5, 0.8, 0.9]);
  assert.deepEqual(lineTo(line, 1, { x: 1.5, y: 0.4 }), [0.2, 0.3, 0.4, 1]);
});
