import assert from "node:assert/strict";
import { test } from "node:test";
import { halfOf, spanWords } from "../../../structviz/ui/browser/src/runtime/plane.js";

test("points are told by where they lie", () => {
  const words = spanWords([
    [0, 2],
    [-1.234, 0.5],
  ]);
  assert.equal(words, "2 points, from −1.23 to 0.00 across and from 0.50 to 2.00 upwards");
});

test("a window holds what is finite, between its limits", () => {
  const places = [
    [0.5, -2],
    [Number.NaN, 1],
    [Number.NEGATIVE_INFINITY, 0],
  ];
  assert.equal(halfOf(places, 1, 5), 1.1 * 2);
  assert.equal(halfOf(places, 3, 5), 1.1 * 3);
  assert.equal(halfOf(places, 1, 1.5), 1.1 * 1.5);
  assert.equal(halfOf([], 1, 5), 1.1);
});
