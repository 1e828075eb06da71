import assert from "node:assert/strict";
import { test } from "node:test";
import { errorWords } from "../../../structviz/ui/browser/src/layers/arithmetic.js";
import { cellsOf, misses, placeAt, pointsAt, turnedOver } from "../../../structviz/ui/browser/src/round_trip/model.js";

/** @typedef {import("../../../structviz/ui/browser/src/runtime/plane.js").Point} Point */

/** @type {import("../../../structviz/ui/browser/src/round_trip/model.js").Trip} */
const TRIP = {
  there: [[[0, 0]], [[1, 0]], [[1, 2]]],
  back: [[[0.25, 0]], [[1, 0.5]], [[1, 2]]],
};

test("the way goes through all layers, and back through them last to first", () => {
  assert.deepEqual(placeAt(0, 4), { isBack: false, layer: 0, share: 0 });
  assert.deepEqual(placeAt(0.375, 4), { isBack: false, layer: 1, share: 0.5 });
  assert.deepEqual(placeAt(1, 4), { isBack: false, layer: 3, share: 1 });
  assert.deepEqual(placeAt(1.375, 4), { isBack: true, layer: 2, share: 0.5 });
  assert.deepEqual(placeAt(2, 4), { isBack: true, layer: 0, share: 1 });
});

test("points stand at their frames and between them", () => {
  assert.deepEqual(pointsAt(TRIP, 0), [[0, 0]]);
  assert.deepEqual(pointsAt(TRIP, 0.75), [[1, 1]]);
  assert.deepEqual(pointsAt(TRIP, 1), [[1, 2]]);
  assert.deepEqual(pointsAt(TRIP, 1.5), [[1, 0.5]]);
  assert.deepEqual(pointsAt(TRIP, 2), [[0.25, 0]]);
});

test("what is missed on the way back counts from where a point was", () => {
  assert.deepEqual(
    [2, 1, 0].map((k) => misses(TRIP, k)),
    [[0], [0.5], [0.25]],
  );
});

test("errors are written with one digit and a power of ten", () => {
  const words = [0, 3.14e-16, 9.7e-9, 0.0123, 1.9, Number.NaN].map(errorWords);
  assert.deepEqual(words, ["0", "3·10⁻¹⁶", "1·10⁻⁸", "0.012", "1.9", "∞"]);
});

test("cells of the plane are turned over by a mirror, and by nothing that keeps the orientation", () => {
  const { corners, cells } = cellsOf(4, 1);
  const through = (/** @type {(z: Point) => Point} */ f) =>
    turnedOver(cells.map((cell) => cell.map((n) => f(corners[n]))));
  assert.deepEqual(corners[6], [-0.5, -0.5]);
  assert.ok(through(([x, y]) => [y, x]).every(Boolean));
  assert.ok(!through(([x, y]) => [x + y, y]).some(Boolean));
  assert.equal(through(([x, y]) => [Math.abs(x), y]).filter(Boolean).length, 8);
});
