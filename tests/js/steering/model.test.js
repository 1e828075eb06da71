// States and costates in the browser are those of Python.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { arrowOf, between, pairing, steer, tangentsOf } from "../../../structviz/ui/browser/src/steering/model.js";

const NUMBERS = JSON.parse(readFileSync(new URL("numbers.json", import.meta.url), "utf8"));

/** @param {any} found @param {any} expected */
function close(found, expected) {
  const [one, other] = [found, expected].map((each) => each.flat(2));
  assert.equal(one.length, other.length);
  for (const [i, value] of other.entries())
    assert.ok(Math.abs(one[i] - value) <= 1e-12 * Math.max(1, Math.abs(value)), `${one[i]} instead of ${value}`);
}

for (const [n, expected] of NUMBERS.entries()) {
  const { network, points, labels } = expected;
  test(`states and costates of network ${n}`, () => {
    const found = steer(network, points, labels, points.length);
    close(found.states, expected.states);
    close(found.costates, expected.costates);
    close(found.gradients, expected.gradients);
    close(found.hamiltonian, expected.hamiltonian);
    close(steer(network, points, labels, points.length, false).costates, expected.twin);
  });
  test(`what they keep, network ${n}`, () => {
    const found = steer(network, [points[0]], [labels[0]], points.length);
    const of = (/** @type {number[][][]} */ frames) => frames.map(([z]) => z);
    const kept = pairing(of(found.costates), tangentsOf(network, of(found.states), [1, 0]));
    close(
      kept,
      expected.pairing.map((/** @type {number[]} */ row) => row[0]),
    );
  });
}

test("an arrow points along −p, and each factor of ten adds the same length", () => {
  assert.deepEqual(arrowOf([0, 1e-4], 1), [0, 0]);
  const lengths = [1e-2, 1e-1, 1].map((size) => -arrowOf([0, size], 10)[1]);
  close(lengths, [2, 4, 6]);
  assert.equal(arrowOf([1e9, 0], 3)[0], -3);
});

test("between two frames points go straight", () => {
  assert.deepEqual(between([[[0, 0]], [[1, 2]], [[3, 4]]], 1.5), [[2, 3]]);
  assert.deepEqual(between([[[0, 0]], [[1, 2]]], 1), [[1, 2]]);
});
