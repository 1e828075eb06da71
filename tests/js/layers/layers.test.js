import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { contractionOf } from "../../../structviz/ui/browser/src/layers/contractive.js";
import { layersOf, roundTrip } from "../../../structviz/ui/browser/src/round_trip/model.js";

// Written by python -m tests.layer_numbers; a Python test keeps it up to date.
const NUMBERS = JSON.parse(await readFile(new URL("round_trips.json", import.meta.url), "utf8"));
// A search that ends where a layer folds knows the place to half of the digits.
const CLOSE = { float64: 1e-13, float32: 2e-6 };

/** @param {number[][][]} found @param {number[][][]} expected */
const distance = (found, expected) =>
  Math.max(...found.flat(2).map((value, i) => Math.abs(value - expected.flat(2)[i])));

for (const [kind, { layers, logDets, ...formats }] of Object.entries(NUMBERS))
  for (const [format, { there, back }] of Object.entries(formats))
    test(`${kind} layers in ${format} do what they do in Python`, () => {
      const found = roundTrip(layersOf(layers, format), there[0]);
      assert.equal(found.there.length, layers.length + 1);
      assert.ok(distance(found.there, there) < CLOSE[format], `${distance(found.there, there)}`);
      assert.ok(distance(found.back, back) < (kind === "residual" ? 1e-6 : CLOSE[format]), "on the way back");
    });

test("log-determinants are those of Python", () => {
  for (const [kind, { layers, logDets, float64 }] of Object.entries(NUMBERS)) {
    const made = layersOf(layers);
    float64.there[0].forEach((/** @type {any} */ _, n) => {
      const found = made.reduce((sum, layer, k) => sum + layer.logDet(float64.there[k][n]), 0);
      assert.ok(Math.abs(found - logDets[n]) < 1e-10, `${kind}: ${found}, ${logDets[n]}`);
    });
  }
});

test("layers with an inverse come back to rounding, in float32 with more of it", () => {
  for (const kind of ["additive", "affine", "contractive", "hamiltonian"]) {
    const { layers, float64 } = NUMBERS[kind];
    const errors = ["float64", "float32"].map((format) => {
      const { there, back } = roundTrip(layersOf(layers, format), float64.there[0]);
      return distance([back[0]], [there[0]]);
    });
    assert.ok(errors[0] < 1e-14, `${kind} ${errors}`);
    assert.ok(errors[1] > 1e-9 && errors[1] < 1e-5, `${kind} ${errors}`);
  }
});

test("few steps of the iteration undo a contractive layer only roughly", () => {
  const { layers, float64 } = NUMBERS.contractive;
  const errors = [1, 5, 200].map((iterations) => {
    const { there, back } = roundTrip(layersOf(layers, "float64", iterations), float64.there[0]);
    return distance([back[0]], [there[0]]);
  });
  assert.ok(errors[0] > 1e-2 && errors[1] < errors[0] && errors[1] > 1e-6 && errors[2] < 1e-14, `${errors}`);
});

test("formulas have the numbers of both ways", () => {
  for (const [kind, { layers, float64 }] of Object.entries(NUMBERS)) {
    const [first] = layersOf(layers);
    const [x, y] = [float64.there[0][0], float64.there[1][0]];
    const written = (/** @type {number[]} */ z) => z.map((value) => value.toFixed(3).replace("-", "−"));
    const there = first.wordsThere(x).join(" ");
    for (const number of written(y)) assert.ok(there.includes(number), `${kind}: ${there}`);
    const back = first.wordsBack(y).join(" ");
    const expected = kind === "residual" ? first.back(y) : x;
    for (const number of written(expected)) assert.ok(back.includes(number), `${kind}: ${back}`);
  }
});

test("the measured contraction is that of the iteration, without its rounding", () => {
  /** @type {[number, number][]} */
  const iterates = [3, 1, 0.4, 0.3, 0.3 + 1e-16, 0.3 + 9e-16].map((x) => [x, 0]);
  assert.ok(Math.abs(contractionOf(iterates) - 0.3) < 1e-12);
  assert.equal(contractionOf(iterates.slice(0, 2)), 0);
});

test("the way back through a contractive layer says its bound, and none without one", () => {
  const [layer] = NUMBERS.contractive.layers;
  const words = [0.8, 1.2].map(
    (c) => layersOf([{ ...layer, c }])[0].wordsBack(NUMBERS.contractive.float64.there[1][0])[1],
  );
  assert.match(words[0], /^error ≤ cⁿ ‖x₁ − x₀‖ \/ \(1 − c\) = \d·10⁻.* for c = 0\.80; measured: 0\.[0-7]\d$/);
  assert.match(words[1], /^no bound for c = 1\.20/);
});
