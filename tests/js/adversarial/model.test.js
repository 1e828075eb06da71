import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addNoise,
  barsOf,
  enlargedNoise,
  enlargement,
  noiseOf,
} from "../../../structviz/ui/browser/src/adversarial/model.js";

const photo = new Uint8Array([0, 100, 255, 10, 20, 30]);
const noise = new Int8Array([-127, 127, 127, 0, 64, -127]);

test("noise is added in 8 bits and kept in range, and the picture is opaque", () => {
  assert.deepEqual([...addNoise(photo, noise, 4 / 255)], [0, 104, 255, 255, 10, 22, 26, 255]);
});

test("without noise the sum is the photograph", () => {
  assert.deepEqual([...addNoise(photo, noise, 0)], [0, 100, 255, 255, 10, 20, 30, 255]);
});

test("the noise is drawn from black to white, so many times enlarged", () => {
  assert.deepEqual([...enlargedNoise(noise, 4 / 255)].slice(0, 3), [0, 254, 254]);
  assert.equal(enlargement(4 / 255).toFixed(3), "31.875");
  assert.deepEqual([...new Set(enlargedNoise(noise, 0))], [127, 255]);
});

test("each frame has its noise", () => {
  const noises = new Int8Array(2 * 3 * 4).fill(1, 12);
  assert.deepEqual([...noiseOf({ side: 2, noises }, { noise: 1 })], new Array(12).fill(1));
});

test("bars have names and colours", () => {
  const sum = { names: ["cat", "gibbon"], colours: ["#000000", "#ffffff"] };
  assert.deepEqual(barsOf(sum, [[1, 0.9]]), [{ name: "gibbon", share: 0.9, colour: "#ffffff" }]);
});
