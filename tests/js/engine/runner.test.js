import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { Denoiser } from "../../../structviz/ui/browser/src/engine/denoiser.js";
import { gpuDenoiser, matrices } from "../../../structviz/ui/browser/src/engine/gpu_denoiser.js";
import { Runner } from "../../../structviz/ui/browser/src/engine/runner.js";
import { Session } from "../../../structviz/ui/browser/src/engine/session.js";

const SHAPE = { width: 32, dilations: [1, 1, 1], kernel_size: 3, residual: false, activation: "relu" };
const WEIGHTS = await readFile(new URL("../../../pretrained/stripes/ordinary.safetensors", import.meta.url));
const SIDE = 6;
const IMAGE = Float32Array.from({ length: SIDE * SIDE }, (_, k) => (k % 5) / 4);
const HERE = new Denoiser(SHAPE, WEIGHTS, SIDE).run(IMAGE);

/**
 * A runner beside a device that the test plays. Time passes by `here` ms in a run of WebAssembly, by `there` on the device.
 *
 * @param {{ here?: number, there?: number, run?: (k: number) => Promise<Float32Array>, patience?: number }} [played]
 */
async function beside({ here = 20, there = 5, run = async () => HERE.slice(), patience = 1e9 } = {}) {
  const device = { runs: 0, ended: false, there };
  const candidate = {
    run: (/** @type {Float32Array} */ _y) => run(++device.runs),
    end: () => {
      device.ended = true;
    },
  };
  // The clock is read before and after each run.
  let time = 0;
  let runsBefore = -1;
  const now = () => {
    if (runsBefore < 0) runsBefore = device.runs;
    else {
      time += device.runs > runsBefore ? device.there : here;
      runsBefore = -1;
    }
    return time;
  };
  const runner = new Runner(SHAPE, WEIGHTS, SIDE, { prepare: async () => candidate, now, patience });
  await runner.prepared;
  return { runner, device };
}

/** Runs the network so many times; each answer must be right. @param {Runner} runner @param {number} n */
async function answers(runner, n) {
  for (let k = 0; k < n; k++) assert.deepEqual(await runner.run(IMAGE), HERE);
  await runner.trial;
}

test("WebGPU takes over when it gives the same numbers in less time", async () => {
  const { runner, device } = await beside();
  await answers(runner, 1);
  assert.deepEqual([runner.where, device.runs], ["WebAssembly", 0], "one time is no measure");
  await answers(runner, 1);
  assert.deepEqual([runner.where, device.runs], ["WebGPU", 3]);
  await answers(runner, 2);
  assert.deepEqual([runner.where, device.runs, runner.runs], ["WebGPU", 5, 2]);
});

test("a slower one never does, and is not asked again", async () => {
  for (const there of [20, 25]) {
    const { runner, device } = await beside({ there });
    await answers(runner, 5);
    assert.deepEqual([runner.where, device.runs, device.ended], ["WebAssembly", 2, true], `${there} ms`);
  }
});

test("the first run on the device warms it up", async () => {
  let slow = true;
  const { runner, device } = await beside({
    run: async () => {
      device.there = slow ? 300 : 5;
      slow = false;
      return HERE.slice();
    },
  });
  await answers(runner, 3);
  assert.equal(runner.where, "WebGPU");
});

test("other numbers are refused, at the first and at a later trial", async () => {
  for (const wrong of [1, 3]) {
    for (const other of [HERE[7] + 1.1e-4, Number.NaN]) {
      const run = async (/** @type {number} */ k) => HERE.map((value, at) => (k === wrong && at === 7 ? other : value));
      const { runner, device } = await beside({ run });
      await answers(runner, 4);
      assert.deepEqual([runner.where, device.runs, device.ended], ["WebAssembly", wrong, true]);
    }
  }
  const { runner } = await beside({ run: async () => HERE.map((value) => value + 0.9e-4) });
  await runner.run(IMAGE);
  await runner.run(IMAGE);
  await runner.trial;
  assert.equal(runner.where, "WebGPU", "round-off is no difference");
});

test("when it is lost, WebAssembly answers what it was asked, and goes on", async () => {
  const lost = async (/** @type {number} */ k) => {
    if (k > 4) throw new Error("lost");
    return HERE.slice();
  };
  const { runner, device } = await beside({ run: lost });
  await answers(runner, 3);
  assert.equal(runner.where, "WebGPU");
  await answers(runner, 3);
  assert.deepEqual([runner.where, device.runs, device.ended], ["WebAssembly", 5, true]);
});

test("when it is lost during the trial, or never answers, nothing changes", async () => {
  for (const run of [() => Promise.reject(new Error("lost")), () => new Promise(() => {})]) {
    const { runner, device } = await beside({ run, patience: 1 });
    await answers(runner, 4);
    assert.deepEqual([runner.where, device.runs, device.ended], ["WebAssembly", 1, true]);
  }
  const { runner, device } = await beside({
    patience: 1,
    run: (k) => (k > 3 ? new Promise(() => {}) : Promise.resolve(HERE.slice())),
  });
  await answers(runner, 2);
  assert.equal(runner.where, "WebGPU");
  await answers(runner, 2);
  assert.deepEqual([runner.where, device.ended], ["WebAssembly", true]);
});

test("without a device, with one that is a program, and when none can be made, WebAssembly runs", async () => {
  const adapter = (/** @type {any} */ found) => ({ gpu: { requestAdapter: async () => found } });
  assert.equal(await gpuDenoiser(SHAPE, WEIGHTS, SIDE), null, "node has none");
  assert.equal(await gpuDenoiser(SHAPE, WEIGHTS, SIDE, adapter(null)), null);
  assert.equal(await gpuDenoiser(SHAPE, WEIGHTS, SIDE, adapter({ info: { isFallbackAdapter: true } })), null);
  assert.equal(await gpuDenoiser(SHAPE, WEIGHTS, SIDE, adapter({ isFallbackAdapter: true })), null);
  const runner = new Runner(SHAPE, WEIGHTS, SIDE, { prepare: () => Promise.reject(new Error("no device")) });
  await runner.prepared;
  await answers(runner, 4);
  assert.equal(runner.where, "WebAssembly");
});

test("a device that comes after the end is given back", async () => {
  let ended = 0;
  const candidate = { run: async () => HERE, end: () => ended++ };
  const runner = new Runner(SHAPE, WEIGHTS, SIDE, { prepare: async () => candidate });
  runner.end();
  await runner.prepared;
  assert.equal(ended, 1);
});

test("requests are answered one by one, in their order, and say where networks ran", async () => {
  const source = /** @type {const} */ ({
    side: SIDE,
    image: IMAGE,
    period: null,
    noise: "gaussian",
    noiseTurns: false,
  });
  const networks = [{ name: "a", shape: SHAPE, weights: WEIGHTS, average: true }];
  let running = 0;
  const prepare = async () => ({
    run: async (/** @type {Float32Array} */ y) => {
      assert.equal(++running, 1, "one run at a time");
      await new Promise((done) => setTimeout(done, 1));
      running--;
      return new Denoiser(SHAPE, WEIGHTS, SIDE).run(y);
    },
    end: () => {},
  });
  // Each stretch of this clock is shorter than those before: what is measured later is faster.
  let n = 0;
  const session = new Session({ source, networks, given: false, low: 0, high: 1 }, { prepare, now: () => -1 / ++n });
  const state = { angle: 0.3, level: 0.1, seed: 0 };
  await session.networks[0].runner.prepared;
  const answers = await Promise.all(
    [1, 2, 3].map((id) => session.answer({ id, asked: id === 2 ? "psnr" : "frame", state })),
  );
  assert.deepEqual(
    answers.map(({ id }) => id),
    [1, 2, 3],
  );
  assert.equal(answers[2].frame?.a.where, "WebGPU");
  assert.equal(answers[2].frame?.a.psnr, answers[1].numbers?.a);
});

test("weights become matrices of four outputs and four inputs, filled with zeros", () => {
  // 5 outputs, 2 inputs, kernels of 1 × 3: the value says which one it is.
  const values = Float32Array.from({ length: 30 }, (_, k) => 1 + k);
  const found = matrices(values, [5, 2, 1, 3]);
  assert.equal(found.length, 2 * 1 * 3 * 16);
  const at = (/** @type {number} */ o, /** @type {number} */ i, /** @type {number} */ t) =>
    found[16 * ((o >> 2) * 3 + t) + 4 * i + (o & 3)];
  assert.equal(at(0, 0, 0), 1);
  assert.equal(at(3, 1, 2), values[(3 * 2 + 1) * 3 + 2]);
  assert.equal(at(4, 1, 1), values[(4 * 2 + 1) * 3 + 1]);
  assert.equal(at(5, 0, 0), 0);
  assert.equal(at(0, 2, 0), 0);
});
