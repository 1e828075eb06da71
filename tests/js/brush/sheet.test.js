import assert from "node:assert/strict";
import { test } from "node:test";
import { gridTicks, sheetWords, symbolPath } from "../../../structviz/ui/browser/src/brush/sheet.js";

test("the grid has round numbers, none at the axes nor at the edge", () => {
  const values = (halfWidth) => gridTicks(halfWidth).map(({ value }) => value);
  assert.deepEqual(values(1), [-0.5, 0.5]);
  assert.deepEqual(values(2), [-1, 1]);
  assert.deepEqual(values(3), [-2, -1, 1, 2]);
  assert.deepEqual(values(100), [-50, 50]);
  assert.deepEqual(values(0.1), [-0.05, 0.05]);
  assert.deepEqual(
    gridTicks(2).map(({ at }) => at),
    [-50, 50],
  );
});

test("classes differ in shape", () => {
  assert.equal(new Set(["circle", "square", "diamond"].map((symbol) => symbolPath(symbol))).size, 3);
  assert.match(symbolPath("circle"), /a/);
});

test("a sheet says how many points of each class it holds", () => {
  assert.equal(
    sheetWords(1.5, [
      [0, 0, 1],
      [1, 1, 1],
      [0, 1, 0],
    ]),
    "Drawing area, both coordinates from −1.5 to 1.5; points: 1 of class 0, 2 of class 1",
  );
});
