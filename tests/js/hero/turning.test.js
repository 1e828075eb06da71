import assert from "node:assert/strict";
import { test } from "node:test";
import { decibels, nearest, worstFrame } from "../../../structviz/ui/browser/src/hero/turning.js";

test("an angle has the frame nearest to it, and what is left is how far it lies beyond", () => {
  assert.deepEqual(nearest(72, 0), { frame: 0, beyond: 0 });
  assert.deepEqual(nearest(72, 92), { frame: 18, beyond: 2 });
  assert.deepEqual(nearest(72, 93), { frame: 19, beyond: -2 });
  assert.deepEqual(nearest(72, 358), { frame: 0, beyond: -2 });
});

test("no angle is farther from its frame than half a step", () => {
  for (let degrees = 0; degrees < 360; degrees += 0.7) assert.ok(Math.abs(nearest(72, degrees).beyond) <= 2.5);
});

test("numbers have one decimal, and a perfect picture a word", () => {
  assert.equal(decibels([30.04, null, -1.26], 0), "30.0 dB");
  assert.equal(decibels([30.04, null, -1.26], 1), "exact");
  assert.equal(decibels([30.04, null, -1.26], 2), "−1.3 dB");
  assert.equal(decibels(null, 0), "");
});

test("the worst frame has the lowest number; a perfect one has none", () => {
  assert.equal(worstFrame([30, null, 6.4, 7]), 2);
  assert.equal(worstFrame([null, 12]), 1);
  assert.equal(worstFrame(null), 0);
});
