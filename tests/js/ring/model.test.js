import assert from "node:assert/strict";
import { test } from "node:test";
import {
  anglePhrase,
  mirrored,
  nearest,
  placeOf,
  wedgePath,
  winners,
} from "../../../structviz/ui/browser/src/ring/model.js";

test("angles are counter-clockwise from the top", () => {
  const at = (/** @type {number} */ degrees) => placeOf(degrees, 100).map((part) => part + 0);
  assert.deepEqual(at(0), [0, -100]);
  assert.deepEqual(at(90), [-100, 0]);
});

test("a wedge is as high as the probability", () => {
  const [none, all] = [0, 1].map((share) => wedgePath(0, 10, share));
  assert.match(all, /A96 96 /);
  assert.match(none, /A75 75 0 0 0 /);
});

test("the next measured angle, round the circle", () => {
  assert.equal(nearest(358, 72), 0);
  assert.equal(nearest(-5, 72), 71);
  assert.equal(nearest(12, 72), 2);
});

test("classes that win are counted", () => {
  /** @type {import("../../../structviz/ui/browser/src/adversarial/model.js").Top[]} */
  const tops = [[[0, 0.9]], [[2, 0.5]], [[2, 0.6]]];
  assert.deepEqual(winners({ tops }), [
    [2, 2],
    [0, 1],
  ]);
});

test("outside of the photograph is its mirror image", () => {
  const photo = new Uint8Array([1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]);
  const reds = [...mirrored(photo, 2)].filter((_, k) => k % 4 === 0);
  assert.deepEqual(reds.slice(0, 6), [4, 3, 3, 4, 4, 3]);
  assert.deepEqual(reds.slice(12, 18), [2, 1, 1, 2, 2, 1]);
});

test("angles between whole degrees have a decimal", () => {
  assert.deepEqual([247.24, 130, 359.97, -5].map(anglePhrase), ["247.2°", "130°", "0°", "355°"]);
});
