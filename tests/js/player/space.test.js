import assert from "node:assert/strict";
import { test } from "node:test";
import { planeInCube } from "../../../structviz/ui/browser/src/player/space.js";

const close = (a, b) => Math.abs(a - b) < 1e-12;

test("a plane across an axis cuts a square out of the cube", () => {
  const corners = planeInCube([0, 0, 2], -2, 2); // z = 1
  assert.equal(corners.length, 4);
  for (const [x, y, z] of corners) assert.ok(close(Math.abs(x), 2) && close(Math.abs(y), 2) && close(z, 1));
  const sides = corners.map((corner, k) => Math.hypot(...corner.map((value, i) => value - corners[(k + 1) % 4][i])));
  assert.ok(
    sides.every((side) => close(side, 4)),
    "in order round the square",
  );
});

test("the plane between two opposite corners cuts a hexagon", () => {
  const corners = planeInCube([1, 1, 1], 0, 1);
  assert.equal(corners.length, 6);
  for (const corner of corners) assert.ok(close(corner[0] + corner[1] + corner[2], 0));
});

test("a plane that passes by has no corners", () => {
  assert.deepEqual(planeInCube([0, 0, 1], 9, 2), []);
  assert.deepEqual(planeInCube([0, 0, 0], 1, 2), []);
});
