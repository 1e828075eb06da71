// The tanh of many points is that of the language.
import assert from "node:assert/strict";
import { test } from "node:test";
import { tanh } from "../../../structviz/ui/browser/src/layers/tanh.js";

test("it is right to 2e-15, also far out and next to zero", () => {
  for (let k = -40000; k <= 40000; k++) {
    const u = k * 7e-4;
    const expected = Math.tanh(u);
    assert.ok(Math.abs(tanh(u) - expected) <= 2e-15 * Math.abs(expected), `tanh(${u}) is ${tanh(u)}`);
  }
  for (const u of [1e-300, -1e-9, 19.99, 20, 1e300, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    assert.ok(Math.abs(tanh(u) - Math.tanh(u)) <= 2e-15 * Math.abs(Math.tanh(u)), String(u));
  }
  assert.ok(Number.isNaN(tanh(Number.NaN)));
  assert.equal(tanh(0), 0);
});
