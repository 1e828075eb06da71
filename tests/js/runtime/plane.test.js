import assert from "node:assert/strict";
import { test } from "node:test";
import { spanWords } from "../../../structviz/ui/browser/src/runtime/plane.js";

test("points are told by where they lie", () => {
  const words = spanWords([
    [0, 2],
    [-1.234, 0.5],
  ]);
  assert.equal(words, "2 points, from −1.23 to 0.00 across and from 0.50 to 2.00 upwards");
});
