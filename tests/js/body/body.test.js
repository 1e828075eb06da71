// Bodies tumble as in Python; a box shows the faces that the eye sees; sentences follow from the numbers.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { exponential, IDENTITY, offRotations, Tumbling } from "../../../structviz/ui/browser/src/body/model.js";
import { facesSeen } from "../../../structviz/ui/browser/src/body/solid.js";
import { sentences } from "../../../structviz/ui/browser/src/body/words.js";

const numbers = JSON.parse(readFileSync(new URL("../sphere/numbers.json", import.meta.url), "utf8"));
const { h, steps, body, bodies } = numbers;

for (const { method, attitudes, off, determinant, energy, length } of bodies) {
  test(`${method.title} turns a body as in Python`, () => {
    const found = new Tumbling(body, method, h, steps, 10).run(7).run(steps);
    for (const [at, expected] of [
      [1, attitudes[0]],
      [steps, attitudes[1]],
    ]) {
      const R = found.attitudes.subarray(9 * at, 9 * at + 9);
      for (const [i, value] of expected.entries())
        assert.ok(Math.abs(R[i] - value) <= 1e-11 * Math.max(1, Math.abs(value)), `${R[i]} instead of ${value}`);
    }
    const worst = (/** @type {number[]} */ values) => Math.max(...values);
    for (const [values, expected] of /** @type {[number[], number][]} */ ([
      [found.kept.off, off],
      [found.kept.determinant, determinant],
      [found.kept.energy, energy],
      [found.kept.length, length],
    ]))
      assert.ok(Math.abs(worst(values) - expected) <= 1e-9 * Math.max(1, expected), `${worst(values)} for ${expected}`);
    assert.equal(worst(found.kept.off) < 1e-12, method.stays);
    assert.equal(found.kept.off.length, 11);
    assert.equal(found.lost, steps + 1);
  });
}

for (const { method, long } of bodies) {
  test(`${method.title} turns a body as in Python in long steps, too`, () => {
    const { h, steps } = numbers.long;
    const R = new Tumbling(body, method, h, steps, 1).run(steps).attitudes.subarray(9 * steps);
    const size = Math.max(...long.map(Math.abs));
    for (const [i, value] of long.entries()) assert.ok(Math.abs(R[i] - value) <= 1e-11 * size, `${R[i]} for ${value}`);
  });
}

test("a body that leaves all bounds says when", () => {
  const euler = bodies.find((/** @type {any} */ { method }) => method.name === "euler").method;
  const { lost, kept, attitudes } = new Tumbling(body, euler, 2, 400, 10).run(400);
  assert.ok(lost > 1 && lost < 400);
  assert.ok(attitudes.subarray(9 * (lost - 1), 9 * lost).every(Number.isFinite));
  assert.equal(kept.off.at(-1), Number.POSITIVE_INFINITY);
});

test("the distance from the rotations is the largest stretch of a square less 1", () => {
  for (const [one, two, three, off] of [
    [2, 2, 1, 3],
    [0, 1, 1, 1],
    [2, 2, 2, 3],
    [1, 0.5, 1.1, 0.75],
  ])
    assert.ok(Math.abs(offRotations([one, 0, 0, 0, two, 0, 0, 0, three]) - off) < 1e-14);
  assert.equal(offRotations(new Array(9).fill(Number.NaN)), Number.POSITIVE_INFINITY);
});

test("the exponential is a rotation, also for short vectors and half turns", () => {
  for (const v of [
    [0, 0, 0],
    [1e-12, 0, 0],
    [0, Math.PI, 0],
    [3, -2, 1],
  ])
    assert.ok(offRotations(exponential(v)) < 1e-14);
  const quarter = exponential([0, 0, Math.PI / 2]);
  for (const [i, value] of [0, -1, 0, 1, 0, 0, 0, 0, 1].entries()) assert.ok(Math.abs(quarter[i] - value) < 1e-15);
});

test("of each axis the eye sees the face that looks at it, also in a mirror", () => {
  const near = [0.6, -0.64, 0.48];
  const ends = (/** @type {number[]} */ attitude) => facesSeen(attitude, [1, 2, 3], near).map(({ end }) => end);
  assert.deepEqual(ends(IDENTITY), [1, -1, 1]);
  assert.deepEqual(ends([-1, 0, 0, 0, 1, 0, 0, 0, 1]), [-1, -1, 1]);
  const [face] = facesSeen(IDENTITY, [1, 2, 3], near);
  assert.ok(face.corners.every(([x, y, z]) => x === 1 && Math.abs(y) === 2 && Math.abs(z) === 3));
});

test("sentences say which methods stay, which leave, and where structure costs", () => {
  const told = [
    { title: "A", stays: true, off: 1e-13, energy: 0.4, length: 1e-14, lost: 101 },
    { title: "B", stays: true, off: 1e-13, energy: 1e-14, length: 1e-14, lost: 101 },
    { title: "C", stays: false, off: 0.5, energy: 0.01, length: 0.01, lost: 101 },
    { title: "D", stays: false, off: Number.POSITIVE_INFINITY, energy: Number.POSITIVE_INFINITY, length: 1, lost: 7 },
  ];
  const words = sentences(told, 100);
  assert.ok(words.includes("After 100 steps, rotations up to rounding: A and B."));
  assert.ok(words.includes("C: the box is deformed, ‖RᵀR − I‖ reaches 0.50."));
  assert.ok(words.includes("D leaves all bounds at step 7."));
  assert.ok(words.some((said) => said.startsWith("Structure costs here")));
  assert.ok(!sentences(told.slice(0, 2), 100).some((said) => said.startsWith("Structure costs")));
});
