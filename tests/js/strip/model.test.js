import assert from "node:assert/strict";
import { test } from "node:test";
import { caption, pixels, unpackStrip } from "../../../structviz/ui/browser/src/strip/model.js";
import { packed } from "../runtime/packets.js";

const TABLE = Uint8Array.from({ length: 768 }, (_, i) => (i % 3 === 0 ? i / 3 : 7));
const CELL = { title: "Output", colour: "#123456", side: 1, captions: ["a", "b"], levels: "levels 0", table: "grey" };
const CURVE = { title: "one", colour: "#123456", dashed: false, values: [1, null] };
const HEAD = { words: ["first", "second"], places: [0, 5], rows: [[CELL, null]], plots: [{ curves: [CURVE] }] };

function strip() {
  return unpackStrip(packed(HEAD, { "levels 0": new Uint8Array([3, 200]), "table grey": TABLE }));
}

function cellOf() {
  const cell = strip().rows[0][0];
  if (!cell) throw new Error("The strip has no cell.");
  return cell;
}

test("pictures find their levels and their colours", () => {
  const cell = cellOf();
  assert.equal(strip().rows[0][1], null);
  assert.deepEqual([...pixels(cell, 0)], [3, 7, 7, 255]);
  assert.deepEqual([...pixels(cell, 1)], [200, 7, 7, 255]);
  assert.equal(caption(cell, 1), "b");
});

test("a cell with fewer pictures stays at its last one", () => {
  const cell = cellOf();
  assert.deepEqual([...pixels(cell, 9)], [200, 7, 7, 255]);
  assert.equal(caption(cell, 9), "b");
});

test("numbers that are not finite come back as NaN", () => {
  const [{ curves }] = strip().plots;
  assert.deepEqual(curves[0].values, [1, NaN]);
});
