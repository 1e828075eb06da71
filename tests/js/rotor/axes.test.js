import assert from "node:assert/strict";
import { test } from "node:test";
import { along, decibelAxis, errorAxis } from "../../../structviz/ui/browser/src/rotor/axes.js";

test("a PSNR axis has round ticks around all values, and a perfect picture stands at its end", () => {
  const axis = decibelAxis([
    [12.3, 18.9],
    [21.4, null],
  ]);
  assert.deepEqual(axis.ticks, [12, 14, 16, 18, 20, 22]);
  assert.deepEqual([axis.low, axis.high], [12, 22]);
  assert.equal(axis.level(null), 22);
  assert.equal(axis.level(17), 17);
});

test("a PSNR axis of one value, or of perfect pictures alone, still has a length", () => {
  for (const values of [[20, 20], [null]]) {
    const { low, high, ticks } = decibelAxis([values]);
    assert.ok(high > low);
    assert.ok(ticks.every(Number.isFinite));
  }
});

test("an error axis is logarithmic, and what rounds to nothing stands at its lower end", () => {
  const axis = errorAxis([[0.02, 3e-7], [0]]);
  assert.deepEqual([axis.low, axis.high], [-8, 0]);
  assert.equal(axis.level(0.01), -2);
  assert.equal(axis.level(0), -8);
  assert.deepEqual(axis.ticks.map(axis.label), ["10⁻⁸", "10⁻⁶", "10⁻⁴", "10⁻²", "1"]);
  assert.equal(errorAxis([[250]]).high, 3, "errors above 1 are drawn too");
});

test("between two frames a curve is straight, also from the last to the first", () => {
  const values = [0, 10, 20, 30];
  assert.equal(along(values, 90), 10);
  assert.equal(along(values, 135), 15);
  assert.equal(along(values, 315), 15);
  assert.equal(along([null, 10], 90), null);
});

test("values are told with their unit", () => {
  assert.deepEqual([12.34, null].map(decibelAxis([[20]]).words), ["12.3 dB", "∞ dB"]);
  assert.deepEqual([0.0123, 3.456e-7].map(errorAxis([[1]]).words), ["0.012", "3.5e-7"]);
});
