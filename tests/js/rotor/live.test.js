import assert from "node:assert/strict";
import { test } from "node:test";
import { Session } from "../../../structviz/ui/browser/src/engine/session.js";
import { Live } from "../../../structviz/ui/browser/src/rotor/live.js";
import { pageInbox } from "../../../structviz/ui/browser/src/runtime/inbox.js";
import { packed } from "../runtime/packets.js";

const DATA = {
  script: "script",
  image: "image",
  networks: ["a", "b", "c"].map((name) => ({ name, weights: `weights ${name}`, average: false })),
  noise: /** @type {const} */ ("gaussian"),
  noise_turns: false,
  period: null,
  level: 0.2,
  most: 0.5,
  seed: 0,
  seed_is_free: true,
};
const LIMITS = { low: -1, high: 2 };

/**
 * A live engine whose workers are played by the test.
 *
 * @param {() => boolean} [rests]
 * @param {number} [cores]
 * @param {() => boolean} [seen]
 */
async function played(rests = () => true, cores = 2, seen = () => true) {
  /** @type {any[]} */
  const workers = [];
  /** @type {string[]} */
  const changes = [];
  let failures = 0;
  const live = new Live({
    changed: (what) => changes.push(what),
    failed: () => failures++,
    rests,
    seen,
    cores,
    makeWorker: (script) => {
      const worker = { script, sent: /** @type {any[]} */ ([]), ended: false, onmessage: null, onerror: null };
      workers.push(worker);
      return Object.assign(worker, {
        postMessage: (/** @type {any} */ message) => worker.sent.push(message),
        terminate: () => {
          worker.ended = true;
        },
      });
    },
  });
  live.update(DATA, LIMITS);
  pageInbox().put("script", packed({}, { script: new TextEncoder().encode("run") }));
  pageInbox().put("image", packed({ side: 2 }, { image: Float32Array.of(0, 1, 0, 1) }));
  for (const name of "abc") {
    pageInbox().put(`weights ${name}`, packed({ shape: { width: 1 } }, { weights: Uint8Array.of(1, 2) }));
  }
  await new Promise((done) => setTimeout(done, 1)); // packets may be deflated, so they are read later
  const requests = () => workers.map(({ sent }) => sent.at(-1).request);
  const answer = (/** @type {any} */ found) => {
    for (const worker of workers) worker.onmessage({ data: { id: worker.sent.at(-1).request.id, ...found(worker) } });
  };
  return { live, workers, changes, requests, answer, failures: () => failures };
}

const at = (/** @type {number} */ degrees) => ({ degrees, level: 0.2, seed: 0 });

test("networks are dealt to as many workers as there are cores, and the first one has what is given", async () => {
  const { live, workers, changes } = await played();
  assert.deepEqual(
    workers.map(({ script }) => script),
    ["run", "run"],
  );
  const tasks = workers.map(({ sent }) => sent[0].task);
  assert.deepEqual(
    tasks.map(({ networks }) => networks.map(({ name }) => name)),
    [["a", "c"], ["b"]],
  );
  assert.deepEqual(
    tasks.map(({ given, low, high }) => [given, low, high]),
    [
      [true, -1, 2],
      [false, -1, 2],
    ],
  );
  assert.deepEqual([...tasks[0].source.image], [0, 1, 0, 1]);
  assert.deepEqual(changes, ["workers"]);
  live.update({ ...DATA, level: 0.3 }, LIMITS);
  assert.equal(workers.length, 2, "a level needs no new workers");
  live.update({ ...DATA, noise_turns: true }, LIMITS);
  assert.deepEqual(
    workers.map(({ ended }) => ended),
    [true, true, false, false],
  );
  live.destroy();
});

test("a fast hand drops frames: only the last one waits", async () => {
  const { live, workers, requests, answer, changes } = await played();
  live.ask(at(10));
  for (const degrees of [20, 30, 40]) live.ask(at(degrees));
  assert.deepEqual(
    requests().map(({ asked, state }) => [asked, state.degrees, state.angle]),
    [
      ["frame", 10, Math.PI / 18],
      ["frame", 10, Math.PI / 18],
    ],
  );
  const [first, second] = workers;
  first.onmessage({ data: { id: 1, frame: { a: 1 } } });
  assert.equal(live.frame, null, "the other one is not there yet");
  second.onmessage({ data: { id: 1, frame: { b: 2 } } });
  assert.deepEqual(live.frame, { state: at(10), columns: { a: 1, b: 2 } });
  assert.deepEqual(
    requests().map(({ state }) => state.degrees),
    [40, 40],
  );
  live.ask(at(50));
  live.ask(at(40));
  answer(() => ({ frame: {} }));
  assert.equal(live.running, null, "40° was asked for last, and is there");
  assert.deepEqual(changes, ["workers", "frame", "frame"]);
  live.destroy();
});

test("neither frames nor curves are computed for a hidden tab", async () => {
  let seen = false;
  const { live, requests, answer, workers } = await played(undefined, 2, () => seen);
  live.askCurve("psnr", at(0));
  live.ask(at(5));
  assert.equal(workers[0].sent.length, 1);
  seen = true;
  live.proceed();
  assert.equal(requests()[0].asked, "frame");
  seen = false;
  answer(() => ({ frame: {} }));
  assert.equal(requests()[0].asked, "frame", "the curve waits");
  seen = true;
  live.proceed();
  assert.equal(requests()[0].asked, "psnr");
  live.destroy();
});

test("curves fill in coarse first, after frames, and while the hand rests", async () => {
  let rests = false;
  const { live, requests, answer, workers } = await played(() => rests);
  live.askCurve("psnr", at(0));
  assert.equal(workers[0].sent.length, 1, "the hand is busy");
  rests = true;
  live.proceed();
  const asked = [];
  for (let k = 0; k < 8; k++) {
    asked.push(requests()[0].state.degrees);
    if (k === 3) live.ask(at(7));
    answer(() => ({ numbers: { a: asked.length, noisy: null } }));
    if (k === 3) {
      assert.equal(requests()[0].asked, "frame");
      answer(() => ({ frame: {} }));
    }
  }
  assert.deepEqual(asked, [0, 45, 90, 135, 180, 225, 270, 315]);
  assert.deepEqual(live.curve?.shown, { a: [1, 2, 3, 4, 5, 6, 7, 8], noisy: Array(8).fill(null) });
  assert.equal(requests()[0].state.degrees, 15, "then in between, and nothing twice");
  while (live.running) answer(() => ({ numbers: { a: 0, noisy: 0 } }));
  assert.ok(live.isWhole);
  assert.equal(live.curve?.shown?.a.length, 72);
  // Another level: the old curve stays until the first points of the new one are there.
  live.askCurve("psnr", { ...at(0), level: 0.3 });
  assert.ok(!live.isWhole);
  assert.equal(live.curve?.shown?.a.length, 72);
  assert.equal(requests()[0].state.level, 0.3);
  live.destroy();
});

test("where a worker fails, it says so once and ends all", async () => {
  const { live, workers, failures } = await played();
  workers[1].onerror();
  assert.equal(failures(), 1);
  assert.ok(workers.every(({ ended }) => ended));
  assert.ok(!live.ready);
});

test("a session answers with pictures between the limits, with one number of each column, or with errors", async () => {
  const image = Float32Array.from({ length: 256 }, (_, k) => (k % 16) / 15);
  const source = { side: 16, image, period: null, noise: /** @type {const} */ ("gaussian"), noiseTurns: false };
  const session = new Session({ source, networks: [], given: true, low: -1, high: 2 });
  const state = { angle: 0, level: 0, seed: 0 };
  const { frame } = await session.answer({ id: 3, asked: "frame", state });
  assert.deepEqual(
    [...(frame?.truth.values ?? [])].slice(0, 16).map((v) => v),
    [...image].slice(0, 16).map((v) => Math.round((255 * (v + 1)) / 3)),
  );
  assert.equal(frame?.noisy.psnr, null, "infinite");
  const noisy = await session.answer({ id: 4, asked: "psnr", state: { ...state, level: 0.1 } });
  assert.equal(noisy.id, 4);
  assert.ok(Math.abs((noisy.numbers?.noisy ?? 0) - 20) < 1);
  assert.deepEqual((await session.answer({ id: 5, asked: "error", state })).numbers, { interpolation: 0 });
});
