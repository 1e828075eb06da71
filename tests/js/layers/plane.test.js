// The layers in the browser take points where Python takes them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { layersOf } from "../../../structviz/ui/browser/src/layers/network.js";

const NUMBERS = JSON.parse(readFileSync(new URL("numbers.json", import.meta.url), "utf8"));

/** @param {number[]} found @param {number[]} expected */
function close(found, expected) {
  assert.equal(found.length, expected.length);
  for (const [i, value] of expected.entries())
    assert.ok(Math.abs(found[i] - value) <= 1e-12 * Math.max(1, Math.abs(value)), `${found[i]} instead of ${value}`);
}

for (const [n, { network, points, states }] of NUMBERS.layers.entries()) {
  test(`layers of kind ${network.kind}, number ${n}`, () => {
    for (const [i, point] of points.entries()) {
      let z = point;
      for (const [k, layer] of layersOf(network, 1).entries()) {
        z = layer(z);
        close(z, states[k + 1][i]);
      }
    }
  });
}

test("a scale multiplies the step", () => {
  const network = NUMBERS.layers.find((/** @type {any} */ { network }) => network.kind === "residual").network;
  const twice = {
    ...network,
    layers: network.layers.map((/** @type {any} */ layer) => ({ ...layer, h: 2 * layer.h })),
  };
  const [one, other] = [layersOf(network, 2), layersOf(twice, 1)];
  close(one[0]([0.3, -0.2]), other[0]([0.3, -0.2]));
});
