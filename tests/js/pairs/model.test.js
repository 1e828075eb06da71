// What a network does to two points, and the eigenvalues of its layers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { layersOf } from "../../../structviz/ui/browser/src/layers/network.js";
import { eigenvalues, ratios, times, trajectory } from "../../../structviz/ui/browser/src/pairs/model.js";

const EULER = { a: [[0]], w: [1] };
const identity = {
  A: [
    [1, 0],
    [0, 1],
  ],
  b: [0, 0],
  h: 2,
};
const well = { kind: "gradient", layers: [identity, identity], shared: { sigma: "tanh", tableau: EULER, average: 1 } };

test("at 1.2 times the longest step a layer expands by 1.4 about the origin, and no further at 1", () => {
  for (const [scale, factor] of [
    [1.2, -1.4],
    [1, -1],
    [0.5, 0],
  ]) {
    const [layer] = layersOf(well, scale);
    for (const [re, im] of eigenvalues(layer, [0, 0])) {
      assert.ok(Math.abs(re - factor) < 1e-8);
      assert.equal(im, 0);
    }
  }
});

test("a rotation has complex eigenvalues of length 1", () => {
  const [c, s] = [Math.cos(0.3), Math.sin(0.3)];
  const found = eigenvalues(([x, y]) => [c * x - s * y, s * x + c * y], [0.4, 0.2]);
  for (const [k, [re, im]] of found.entries()) {
    assert.ok(Math.abs(re - c) < 1e-8);
    assert.ok(Math.abs(im - (k ? -s : s)) < 1e-8);
  }
});

test("an averaged layer goes half the way", () => {
  const [whole] = layersOf(well, 1);
  const [half] = layersOf({ ...well, shared: { ...well.shared, average: 0.5 } }, 1);
  const z = [0.3, -0.8];
  for (const [i, value] of half(z).entries()) assert.ok(Math.abs(value - (z[i] + whole(z)[i]) / 2) < 1e-15);
});

test("distances are those of the paths, in units of the first", () => {
  const layers = layersOf(well, 0.5);
  const [x, y] = [trajectory(layers, [1, 0]), trajectory(layers, [0, 0])];
  assert.equal(x.length, 3);
  const found = ratios(x, y);
  assert.equal(found[0], 1);
  assert.ok(Math.abs(found[1] - (1 - Math.tanh(1))) < 1e-15);
});

test("ratios are written as the page writes them", () => {
  assert.deepEqual([0.123, 1, 9.994, 37.4, 1234, Number.NaN].map(times), [
    "0.12",
    "1.00",
    "9.99",
    "37",
    "1200",
    "diverged",
  ]);
});
