import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { Denoiser, quarterTurnAverage } from "../../../structviz/ui/browser/src/engine/denoiser.js";
import { discMask, psnr, ssim } from "../../../structviz/ui/browser/src/engine/metrics.js";
import { addNoise, poissonQuantile, unitNoise } from "../../../structviz/ui/browser/src/engine/noise.js";
import { readSafetensors } from "../../../structviz/ui/browser/src/engine/safetensors.js";
import { Spline } from "../../../structviz/ui/browser/src/engine/spline.js";
import { grating, TurnedImage } from "../../../structviz/ui/browser/src/engine/turned_image.js";

// Written by python -m tests.engine_numbers; a Python test keeps it up to date.
const NUMBERS = JSON.parse(await readFile(new URL("numbers.json", import.meta.url), "utf8"));
const { side, level, seed, period } = NUMBERS;
const IMAGE = Float32Array.from(NUMBERS.image);
const NOISY = Float32Array.from(NUMBERS.noises.gaussian);
const [PIXEL, DECIBEL, SIMILAR] = [1e-4, 0.02, 0.001];

const radians = (/** @type {number | string} */ degrees) => (Number(degrees) * Math.PI) / 180;

/** @param {string} name */
const weightsOf = (name) => readFile(new URL(`../../../pretrained/${name}.safetensors`, import.meta.url));

/** @param {string} name @param {{ simd?: boolean }} [options] */
async function denoiserOf(name, options) {
  const net = new Denoiser(NUMBERS.networks[name].shape, await weightsOf(name), side, options);
  return async (/** @type {Float32Array} */ y) => net.run(y);
}

/** @param {ArrayLike<number>} found @param {number[]} expected @param {number} tolerance @param {string} what */
function close(found, expected, tolerance, what) {
  assert.equal(found.length, expected.length, what);
  const worst = Math.max(...expected.map((value, k) => Math.abs(value - found[k])));
  assert.ok(worst <= tolerance, `${what}: ${worst}`);
}

test("every network that ships does what it does in Python", async () => {
  for (const [name, { output }] of Object.entries(NUMBERS.networks)) {
    const denoise = await denoiserOf(name);
    close(await denoise(NOISY), output, PIXEL / 2, name);
    close(await denoise(NOISY), output, PIXEL / 2, `${name}, once more`);
  }
});

test("without SIMD too", async () => {
  for (const name of [
    "stripes/ordinary",
    "stripes/wide-ordinary",
    "images/ordinary-small",
    "images/equivariant-c8-small",
  ])
    close(await (await denoiserOf(name, { simd: false }))(NOISY), NUMBERS.networks[name].output, PIXEL / 2, name);
});

test("the average over quarter turns is that of Python", async () => {
  const denoise = await denoiserOf("images/ordinary-small");
  close(await quarterTurnAverage(denoise, NOISY, side), NUMBERS.average, PIXEL / 2, "average");
});

test("images turn as in Python, and stripes by their formula", () => {
  const spline = new Spline(IMAGE, side);
  for (const [degrees, pixels] of Object.entries(NUMBERS.turned)) {
    close(spline.rotated(radians(degrees)), pixels, 5e-6, `${degrees}°`);
  }
  close(grating(radians(37), side, period), NUMBERS.grating, 2e-6, "stripes");
});

test("a seed makes the noise that it makes in Python, of every kind", () => {
  for (const kind of /** @type {const} */ (["gaussian", "speckle", "salt_and_pepper", "poisson"])) {
    const noisy = addNoise(IMAGE, kind, level, unitNoise(kind, seed, IMAGE.length));
    close(noisy, NUMBERS.noises[kind], 1e-5, kind);
    assert.equal(addNoise(IMAGE, kind, 0, unitNoise(kind, seed, IMAGE.length)), IMAGE, "level 0 changes nothing");
  }
  for (const [u, mean, count] of NUMBERS.counts) assert.equal(poissonQuantile(u, mean), count, `mean ${mean}`);
  assert.equal(poissonQuantile(0, 60), poissonQuantile(2 ** -60, 60), "0 has a count");
});

test("round the circle, pixels, PSNR and SSIM are those of Python for every network that ships and every noise", async () => {
  const networks = await Promise.all(Object.keys(NUMBERS.networks).map(async (name) => [name, await denoiserOf(name)]));
  const given = { ...Object.fromEntries(networks), noisy: async (/** @type {Float32Array} */ y) => y };
  for (const [noise, expected] of Object.entries(NUMBERS.turns)) {
    const kind = /** @type {import("../../../structviz/ui/browser/src/engine/noise.js").NoiseKind} */ (noise);
    const turned = new TurnedImage({ side, image: IMAGE, period: null, noise: kind, noiseTurns: false });
    assert.deepEqual(new Set(Object.keys(expected)), new Set(Object.keys(given)));
    for (const [name, [decibels, similarities, pixels]] of Object.entries(expected)) {
      assert.equal(decibels.length, 20);
      for (const [k, value] of decibels.entries()) {
        const angle = (2 * Math.PI * k) / decibels.length;
        const clean = turned.clean(angle);
        const image = await given[name](turned.noisy({ angle, level, seed }, clean));
        const found = turned.measure(image, clean);
        const what = `${kind} ${name} ${k}`;
        close(
          image.filter((_, at) => at % NUMBERS.sample === 0),
          pixels[k],
          PIXEL,
          what,
        );
        assert.ok(Math.abs(found.psnr - value) < DECIBEL, `${what}: ${found.psnr} dB, ${value} dB`);
        assert.ok(Math.abs(found.ssim - similarities[k]) < SIMILAR, `${what}: ${found.ssim}`);
      }
    }
  }
});

test("noise turns with the object where it should", () => {
  const state = { angle: radians(40), level, seed };
  for (const [name, formula] of /** @type {const} */ ([
    ["photograph", null],
    ["formula", period],
  ])) {
    const image = formula ? grating(0, side, period) : IMAGE;
    const turned = new TurnedImage({ side, image, period: formula, noise: "gaussian", noiseTurns: true });
    const clean = turned.clean(state.angle);
    const noisy = turned.noisy(state, clean);
    close(noisy, NUMBERS["noise turns"][name], PIXEL / 2, name);
    if (!formula) continue;
    // Of a pattern that goes on beyond the rim the rim does not count.
    const found = turned.measure(noisy, clean);
    const [decibel, similarity] = NUMBERS["noise turns"].figures;
    assert.ok(Math.abs(found.psnr - decibel) < 1e-3, `${found.psnr}, ${decibel}`);
    assert.ok(Math.abs(found.ssim - similarity) < 1e-4, `${found.ssim}, ${similarity}`);
  }
});

test("equivariance errors are those of Python, beside what interpolation costs", async () => {
  const turned = new TurnedImage({ side, image: IMAGE, period: null, noise: "gaussian", noiseTurns: false });
  for (const [name, errors] of Object.entries(NUMBERS.errors)) {
    const denoise = name === "interpolation" ? null : await denoiserOf(name);
    for (const [k, expected] of errors.entries()) {
      const angle = (2 * Math.PI * k) / errors.length;
      const found = denoise
        ? await turned.equivarianceError(denoise, { angle, level, seed })
        : turned.interpolationError(angle);
      assert.ok(Math.abs(found - expected) <= 1e-5 + 1e-4 * expected, `${name} ${k}: ${found}, ${expected}`);
    }
  }
});

test("equal images have an infinite PSNR and a similarity of 1", () => {
  const mask = discMask(side);
  assert.equal(psnr(IMAGE, IMAGE, mask), Infinity);
  assert.ok(Math.abs(ssim(IMAGE, IMAGE, mask, side) - 1) < 1e-12);
});

test("the variances of SSIM are those of samples", () => {
  // One window of 48 pixels 0.03 above or below 0.5: divided by 48, their variance is 0.03², as large as the constant C2.
  const flat = new Float64Array(49).fill(0.5);
  const wave = flat.map((value, k) => value + (k === 24 ? 0 : 0.03 * (-1) ** k * Math.sign(24 - k)));
  const centre = Uint8Array.from(flat, (_, k) => Number(k === 24));
  assert.ok(Math.abs(ssim(wave, flat, centre, 7) - 0.5) < 1e-12, `${ssim(wave, flat, centre, 7)}`);
});

test("what is no file of weights for the shape is refused", async () => {
  const [{ shape }, weights] = [NUMBERS.networks["stripes/ordinary"], await weightsOf("stripes/ordinary")];
  assert.throws(() => new Denoiser({ ...shape, activation: "tanh" }, weights, side), /relu or silu; got tanh/);
  assert.throws(() => new Denoiser({ ...shape, kernel_size: 5 }, weights, side), /Layer 0 has 32,1,3,3 weights/);
  assert.throws(() => readSafetensors(weights.subarray(0, 100)), /cannot have a head/);
  assert.throws(() => readSafetensors(weights.subarray(0, 4000)), /ends before its tensor/);
});
