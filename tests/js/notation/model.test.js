import assert from "node:assert/strict";
import { test } from "node:test";
import { objective, stages } from "../../../structviz/ui/browser/src/notation/model.js";

/** @type {import("../../../structviz/ui/browser/src/notation/model.js").Task & import("../../../structviz/ui/browser/src/notation/model.js").Descent} */
const PROBLEM = {
  sigma: "tanh",
  points: [
    [0.3, -0.7],
    [1.2, 0.4],
    [-0.5, -0.1],
    [0.8, 0.9],
  ],
  labels: [0, 1, 1, 0],
  targets: [
    [0, 0],
    [1, 0],
  ],
  weight: 0.3,
  rate: 0.1,
  largest: 100,
};
const THETA = [
  [0.7, -0.4, 0.2, 1.1, 0.15, -0.25],
  [1.3, 0.6, -0.8, 0.5, 0.1, 0.35],
];

test("a layer is σ(Az + b)", () => {
  /** @type {[number, number][]} */
  const points = [
    [1, -1],
    [-10, 1],
  ];
  const found = stages([[1, 2, 3, 4, 5, 6]], "relu", points, 0);
  assert.deepEqual(found[0], points);
  assert.deepEqual(found[1], [
    [-1, -1],
    [-8, -26],
  ]);
  assert.deepEqual(found[2], [
    [4, 5],
    [-3, -20],
  ]);
  assert.deepEqual(found[3], [
    [4, 5],
    [0, 0],
  ]);
});

test("each layer starts where the one before it ends", () => {
  const [first, second] = [0, 1].map((k) => stages(THETA, "tanh", PROBLEM.points, k));
  assert.deepEqual(first[0], PROBLEM.points);
  assert.deepEqual(second[0], first[3]);
});

test("loss, regulariser and accuracy follow their formulas", () => {
  const [layer] = THETA;
  const found = objective([layer], PROBLEM);
  const ends = stages([layer], "tanh", PROBLEM.points, 0)[3];
  const squares = ends.map((end) => PROBLEM.targets.map(([x, y]) => (end[0] - x) ** 2 + (end[1] - y) ** 2));
  const own = squares.map((square, n) => square[PROBLEM.labels[n]]);
  assert.ok(Math.abs(found.loss - own.reduce((a, b) => a + b) / 8) < 1e-12);
  assert.ok(Math.abs(found.regulariser - 0.15 * layer.reduce((sum, x) => sum + x * x, 0)) < 1e-12);
  assert.equal(found.total, found.loss + found.regulariser);
  assert.equal(found.accuracy, own.filter((square, n) => square <= squares[n][1 - PROBLEM.labels[n]]).length / 4);
});

for (const sigma of ["identity", "relu", "tanh", "abs"]) {
  test(`the gradient is that of differences: ${sigma}`, () => {
    const { next } = objective(THETA, { ...PROBLEM, sigma });
    const h = 1e-6;
    THETA.forEach((layer, k) => {
      layer.forEach((_, i) => {
        const total = (sign) => {
          const nudged = structuredClone(THETA);
          nudged[k][i] += sign * h;
          return objective(nudged, { ...PROBLEM, sigma }).total;
        };
        const slope = (THETA[k][i] - next[k][i]) / PROBLEM.rate;
        assert.ok(Math.abs(slope - (total(1) - total(-1)) / (2 * h)) < 1e-8, `${sigma} ${k} ${i}`);
      });
    });
  });
}

test("descent stays where it is when a weight would leave its bounds", () => {
  assert.notEqual(objective(THETA, PROBLEM).next, THETA);
  assert.equal(objective(THETA, { ...PROBLEM, rate: 1e6 }).next, THETA);
  assert.equal(objective(THETA, { ...PROBLEM, rate: Number.NaN }).next, THETA);
});
