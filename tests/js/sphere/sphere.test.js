// Steps along the sphere take points where Python takes them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { axesOf } from "../../../structviz/ui/browser/src/runtime/orbit.js";
import {
  advance,
  between,
  distance,
  fieldOf,
  normalised,
  pathOf,
} from "../../../structviz/ui/browser/src/sphere/steps.js";

const { h, layers, spheres } = JSON.parse(readFileSync(new URL("numbers.json", import.meta.url), "utf8"));

for (const { field, method, states } of spheres) {
  test(`${method.title} along the field of kind ${field.kind}`, () => {
    for (const expected of states) {
      const path = pathOf(method, fieldOf(field), h, layers, expected[0]);
      for (const [k, z] of expected.entries())
        for (const [i, value] of z.entries()) assert.ok(Math.abs(path[k][i] - value) < 1e-12, `${path[k]} after ${k}`);
    }
  });
}

test("a step without a solution is lost, which is as far as can be", () => {
  const field = fieldOf({ kind: "poles" });
  const { method } = spheres.find((/** @type {any} */ one) => one.method.name === "midpoint");
  const ends = [0.1, 0.5, 0.9].map((z) => advance(method, (u) => field(0, u), 5, [Math.sqrt(1 - z * z), 0, z]));
  assert.ok(ends.some((end) => end.every(Number.isNaN) && distance(end) === Number.POSITIVE_INFINITY));
});

test("between layers a point stays on the sphere where its method does", () => {
  /** @type {any} */
  const path = [
    [1, 0, 0],
    [0, 1, 0],
  ];
  assert.ok(Math.abs(distance(between(path, 0.5, true))) < 1e-15);
  assert.deepEqual(between(path, 0.5, false), [0.5, 0.5, 0]);
  assert.deepEqual(between(path, 1, true), path[1]);
});

test("the axes of a view are those of a picture with its eye there", () => {
  const { right, up, near } = axesOf({ yaw: Math.PI / 2, pitch: Math.PI / 6 });
  const expected = { right: [-1, 0, 0], up: [0, -0.5, Math.sqrt(3) / 2], near: [0, Math.sqrt(3) / 2, 0.5] };
  for (const [found, wanted] of [
    [right, expected.right],
    [up, expected.up],
    [near, expected.near],
  ])
    for (const [i, value] of wanted.entries()) assert.ok(Math.abs(found[i] - value) < 1e-15);
  assert.ok(distance(normalised([0, 3, 4])) < 1e-15);
});
