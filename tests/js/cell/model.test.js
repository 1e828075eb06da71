import assert from "node:assert/strict";
import { test } from "node:test";
import { areaOf, cellThrough, outline } from "../../../structviz/ui/browser/src/cell/model.js";

/** @typedef {[number, number]} Point */

/** A layer (x, y) ↦ (x, exp(x) y + x²): at the centre it stretches by exp(x). */
const stretching = {
  there: (/** @type {Point} */ [x, y]) => /** @type {Point} */ ([x, Math.exp(x) * y + x * x]),
  back: (/** @type {Point} */ [x, y]) => /** @type {Point} */ ([x, Math.exp(-x) * (y - x * x)]),
  logDet: (/** @type {Point} */ [x]) => x,
  wordsThere: () => [],
  wordsBack: () => [],
};

test("an outline is a square about its centre", () => {
  const places = outline([0.5, -1], 0.4);
  assert.ok(Math.abs(areaOf(places) - 0.16) < 1e-12);
  const [left, low] = [0, 1].map((i) => Math.min(...places.map((place) => place[i])));
  assert.ok(Math.abs(left - 0.3) < 1e-12 && Math.abs(low + 1.2) < 1e-12);
});

test("small cells grow by the determinant, large ones only about so", () => {
  const [small, large] = [0.01, 0.6].map((side) => cellThrough([stretching, stretching], [0.7, 0.2], side));
  assert.ok(Math.abs(small.det - Math.exp(1.4)) < 1e-12);
  assert.ok(Math.abs(small.ratio / small.det - 1) < 1e-4);
  assert.ok(Math.abs(large.ratio / large.det - 1) > 1e-2);
});

test("the density is that of the code, times the determinant", () => {
  const { z, det, normal, density } = cellThrough([stretching], [0, 1], 0.1);
  assert.deepEqual(z, [0, 1]);
  assert.ok(Math.abs(normal - Math.exp(-0.5) / (2 * Math.PI)) < 1e-12);
  assert.equal(density, normal * det);
});
