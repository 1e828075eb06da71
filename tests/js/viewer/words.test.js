import assert from "node:assert/strict";
import { test } from "node:test";
import { profileWords, sliceWords, zoomWords } from "../../../structviz/ui/browser/src/viewer/words.js";

const WATER = 0.2;

/** @type {import("../../../structviz/ui/browser/src/viewer/data.js").ViewState} */
const VIEW = {
  low: 0.1,
  high: 0.3,
  unit: "mu",
  row: 0.5,
  column: 0.25,
  zoom: 0.3,
  iterate: null,
  differences: false,
  profile: null,
};
const STACK = {
  name: "tv",
  title: "TV",
  colour: "#000",
  frames: 3,
  psnr: [10, 20, 30.04],
  ssim: [0.1, 0.2, 0.3],
  values: new Float32Array(),
};

test("a slice says its method, its numbers and the window", () => {
  assert.equal(sliceWords(STACK, VIEW, false, WATER), "TV: 30.0 dB, SSIM 0.300, black at 0.100/cm, white at 0.300/cm");
});

test("what a slice says changes with the iterate, the unit, and what is shown", () => {
  assert.match(sliceWords(STACK, { ...VIEW, iterate: 1 }, false, WATER), /^TV: step 1 of 2, 20.0 dB/);
  assert.match(sliceWords(STACK, { ...VIEW, unit: "hu" }, false, WATER), /black at -500 HU, white at 500 HU$/);
  assert.match(sliceWords(STACK, VIEW, true, WATER), /difference to the truth, colours up to 0.050\/cm either way$/);
  const truth = { ...STACK, title: "Truth", psnr: [], ssim: [] };
  assert.match(sliceWords(truth, VIEW, false, WATER), /^Truth: black/);
});

test("a zoom says where it really is: inside of the picture", () => {
  assert.equal(
    zoomWords(STACK, VIEW),
    "TV, zoom: 30 % of the side, its middle 25 % from the left and 50 % from the top",
  );
  assert.match(zoomWords(STACK, { ...VIEW, row: 0, column: 1 }), /middle 85 % from the left and 15 % from the top$/);
});

test("a profile says its length, and between which values each method stays", () => {
  const curves = [
    { name: "truth", title: "Truth", colour: "", values: new Float32Array([0.2, 0, 0.25]) },
    { name: "tv", title: "TV", colour: "", values: new Float32Array([0.125, 0.5]) },
  ];
  assert.equal(
    profileWords(curves, 12.34, "mu", WATER),
    "Values along a line of 12.3 cm: Truth from 0.000/cm to 0.250/cm; TV from 0.125/cm to 0.500/cm",
  );
});
