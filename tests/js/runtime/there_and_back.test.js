import assert from "node:assert/strict";
import { test } from "node:test";
import { onwards } from "../../../structviz/ui/browser/src/runtime/there_and_back.js";

test("it goes on by a share of the way, and stops at the last layer and at the first one again", () => {
  assert.equal(onwards(0.25, 4, 0.125), 0.375);
  assert.equal(onwards(0.95, 4, 0.125), 1);
  assert.equal(onwards(1, 4, 0.125), 1.125);
  assert.equal(onwards(1.95, 4, 0.125), 2);
});

test("where motion is reduced it goes to the next layer, from between two layers too", () => {
  assert.equal(onwards(0, 4, null), 0.25);
  assert.equal(onwards(0.3, 4, null), 0.5);
  assert.equal(onwards(0.7499999999999999, 4, null), 1, "rounding is not between two layers");
  assert.equal(onwards(1, 4, null), 1.25);
  assert.equal(onwards(1.75, 4, null), 2);
});
