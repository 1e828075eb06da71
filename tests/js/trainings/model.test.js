// Networks with time steps in the browser do what those of Python do.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { decisions, measured, through, time } from "../../../structviz/ui/browser/src/trainings/model.js";

const { points, labels, ...networks } = JSON.parse(await readFile(new URL("./numbers.json", import.meta.url), "utf8"));

const close = (/** @type {number} */ a, /** @type {number} */ b) => assert.ok(Math.abs(a - b) < 1e-12, `${a} is ${b}`);

test("points, losses and maps are those of Python", () => {
  assert.deepEqual(Object.keys(networks), ["none", "fixed", "learned", "simplex"]);
  for (const [rule, { weights, states, loss, accuracy, probability }] of Object.entries(networks)) {
    const plain = rule === "none";
    states.forEach((/** @type {number[][]} */ expected, /** @type {number} */ k) => {
      for (const [n, point] of through(weights, plain, points, k).entries())
        for (const i of [0, 1]) close(point[i], expected[n][i]);
    });
    const found = measured(weights, plain, { points, labels });
    close(found.loss, loss);
    assert.equal(found.accuracy, accuracy);
    // Of four pixels of the square from −1 to 1 the second has its centre at (0.5, −0.5).
    close(decisions(weights, plain, 1, 2)[1], probability);
  }
});

test("steps are counted as in Python", () => {
  for (const rule of ["fixed", "learned", "simplex"]) {
    const { weights, off, negative } = networks[rule];
    const found = time(weights.h, 0.01 / 4);
    assert.equal(found.off.filter(Boolean).length, off);
    assert.equal(found.negative, negative);
  }
  const found = time([0.5, -0.001, 0, -0.2], 0.01);
  assert.deepEqual(found.off, [false, true, true, false]);
  assert.equal(found.negative, 1);
  close(found.sum, 0.299);
});

test("a loss of large logits is a number", () => {
  const weights = { A: [[0, 0, 0, 0]], b: [[1, 0]], h: [1], normal: [1e4, 0], offset: 0 };
  const { loss, accuracy } = measured(weights, false, { points: [[0, 0]], labels: [0] });
  close(loss / 1e4, Math.tanh(1));
  assert.equal(accuracy, 0);
});
