import assert from "node:assert/strict";
import { test } from "node:test";
import { areOf } from "../../../structviz/ui/browser/src/rotor/exact.js";

/** @type {any} */
const EXACT = { data: { degrees: 350, engine: { level: 0.25, seed: 3 } }, bitmaps: [{}, {}] };

test("exact pictures are those of their own state alone", () => {
  const noise = { level: 0.25, seed: 3 };
  assert.ok(areOf(EXACT, 2, -10, noise), "350 degrees are −10");
  assert.ok(areOf(EXACT, 2, 350, null), "the server adds the noise");
  assert.ok(!areOf(EXACT, 2, 351, noise));
  assert.ok(!areOf(EXACT, 2, 350, { level: 0.2, seed: 3 }));
  assert.ok(!areOf(EXACT, 2, 350, { level: 0.25, seed: 4 }));
  assert.ok(!areOf(EXACT, 3, 350, noise), "a network has come");
  assert.ok(!areOf(null, 2, 350, noise));
});
