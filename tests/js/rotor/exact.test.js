import assert from "node:assert/strict";
import { test } from "node:test";
import { ExactPictures } from "../../../structviz/ui/browser/src/rotor/exact.js";

const EXACT = new ExactPictures(() => {});
Object.assign(EXACT, { data: { degrees: 350, engine: { level: 0.25, seed: 3 } }, bitmaps: [{}, {}] });

test("exact pictures are those of their own state alone", () => {
  const noise = { level: 0.25, seed: 3 };
  assert.ok(EXACT.areOf(2, -10, noise), "350 degrees are −10");
  assert.ok(EXACT.areOf(2, 350, null), "the server adds the noise");
  assert.ok(!EXACT.areOf(2, 351, noise));
  assert.ok(!EXACT.areOf(2, 350, { level: 0.2, seed: 3 }));
  assert.ok(!EXACT.areOf(2, 350, { level: 0.25, seed: 4 }));
  assert.ok(!EXACT.areOf(3, 350, noise), "a network has come");
  assert.ok(!new ExactPictures(() => {}).areOf(0, 350, noise));
});
