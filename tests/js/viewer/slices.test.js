import assert from "node:assert/strict";
import { test } from "node:test";
import { sample, sampleLine } from "../../../structviz/ui/browser/src/viewer/profile.js";
import {
  frameValues,
  metricsText,
  paint,
  shownFrame,
  unpackSlices,
  widthWithUnit,
  withUnit,
  zoomSquare,
} from "../../../structviz/ui/browser/src/viewer/slices.js";
import { packed } from "../runtime/packets.js";

const WATER = 0.2;

test("slices come back as attenuation, frame after frame", () => {
  const heads = [
    { name: "tv", frames: 2, low: 1, step: 0.5 },
    { name: "truth", frames: 1, low: 0, step: 1 },
  ];
  const arrays = { 0: new Uint16Array([0, 1, 2, 3, 4, 5, 6, 7]), 1: new Uint16Array([9, 9, 9, 65535]) };
  const { side, stacks } = unpackSlices(packed({ side: 2, stacks: heads }, arrays));
  assert.equal(side, 2);
  assert.deepEqual([...frameValues(stacks[0], 1)], [3, 3.5, 4, 4.5]);
  assert.deepEqual([...frameValues(stacks[1], 0)], [9, 9, 9, 65535]);
});

test("methods with fewer iterates stay at their last", () => {
  assert.equal(shownFrame({ frames: 6 }, null), 5);
  assert.equal(shownFrame({ frames: 6 }, 2), 2);
  assert.equal(shownFrame({ frames: 1 }, 2), 0);
});

test("values go through the window into grey", () => {
  const pixels = paint(new Float32Array([-1, 0.1, 0.2, 9]), null, { low: 0.1, high: 0.3 }, new Uint8Array(768));
  assert.deepEqual(
    [...pixels].filter((_, k) => k % 4 === 0),
    [0, 0, 128, 255],
  );
  assert.deepEqual([...pixels.subarray(8, 12)], [128, 128, 128, 255]);
});

test("differences go into colours, symmetric about zero, a quarter of the window to either side", () => {
  const table = Uint8Array.from({ length: 768 }, (_, k) => Math.floor(k / 3));
  const [values, truth] = [new Float32Array([0.5, 0.6, 0.4, 1]), new Float32Array([0.5, 0.5, 0.5, 0.5])];
  const pixels = paint(values, truth, { low: 0, high: 0.8 }, table);
  assert.deepEqual(
    [...pixels].filter((_, k) => k % 4 === 0),
    [128, 191, 64, 255],
  );
});

test("the zoom never leaves the image", () => {
  assert.deepEqual(zoomSquare({ row: 0.5, column: 0, zoom: 0.5 }), { left: 0, top: 0.25, side: 0.5 });
  assert.deepEqual(zoomSquare({ row: 1, column: 1, zoom: 3 }), { left: 0, top: 0, side: 1 });
});

test("values have their unit, and a width has no zero of its own", () => {
  assert.equal(withUnit(0.25, "mu", WATER), "0.250/cm");
  assert.equal(withUnit(0.25, "hu", WATER), "250 HU");
  assert.equal(withUnit(0, "hu", WATER), "-1000 HU");
  assert.equal(widthWithUnit(0.1, "hu", WATER), "500 HU");
  assert.equal(metricsText({ psnr: [null, 30.04], ssim: [0.5, null] }, 0), "∞ dB · SSIM 0.500");
  assert.equal(metricsText({ psnr: [null, 30.04], ssim: [0.5, null] }, 1), "30.0 dB · SSIM –");
});

test("samples are bilinear between the centres of pixels, and go on beyond the outermost", () => {
  const values = new Float32Array([0, 1, 2, 3]);
  assert.equal(sample(values, 2, 0.25, 0.25), 0);
  assert.equal(sample(values, 2, 0.5, 0.5), 1.5);
  assert.equal(sample(values, 2, 0.75, 0.5), 2.5);
  assert.equal(sample(values, 2, 1, 1), 3);
  const line = sampleLine(values, 2, [0.25, 0.25, 0.75, 0.75]);
  assert.deepEqual([line[0], line.at(-1), line.length], [0, 3, 200]);
});
