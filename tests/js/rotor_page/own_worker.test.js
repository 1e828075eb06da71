import assert from "node:assert/strict";
import { test } from "node:test";
import { LocalWorker, OwnWorker } from "../../../structviz/ui/browser/src/rotor_page/own_worker.js";

const TASK = {
  source: {
    side: 16,
    image: Float32Array.from({ length: 256 }, (_, k) => (k % 16) / 15),
    period: null,
    noise: /** @type {const} */ ("gaussian"),
    noiseTurns: false,
  },
  networks: [],
  given: true,
  low: 0,
  high: 1,
};
const REQUEST = { id: 7, asked: /** @type {const} */ ("frame"), state: { angle: 0, level: 0, seed: 0 } };

/** A worker that the test plays. */
function played() {
  /** @type {any[]} */
  const sent = [];
  const worker = { sent, ended: false, onmessage: /** @type {any} */ (null), onerror: /** @type {any} */ (null) };
  return Object.assign(worker, {
    postMessage: (/** @type {any} */ message) => sent.push(message),
    terminate: () => {
      worker.ended = true;
    },
  });
}

/** @param {OwnWorker} worker @returns {Promise<any>} The first answer. */
const answered = (worker) =>
  new Promise((done) => {
    worker.onmessage = /** @type {any} */ ((/** @type {any} */ { data }) => done(data));
  });

test("where there is a worker, it gets everything and is heard", async () => {
  const real = played();
  const worker = new OwnWorker("script", () => /** @type {any} */ (real));
  worker.postMessage({ task: TASK });
  worker.postMessage({ request: REQUEST });
  assert.deepEqual(real.sent, [{ task: TASK }, { request: REQUEST }]);
  const heard = answered(worker);
  real.onmessage({ data: { id: 7 } });
  assert.deepEqual(await heard, { id: 7 });
  worker.terminate();
  assert.ok(real.ended);
});

test("where none can be made, the page's own thread answers the same", async () => {
  const worker = new OwnWorker("script", () => {
    throw new DOMException("no workers here");
  });
  const heard = answered(worker);
  worker.postMessage({ task: TASK });
  worker.postMessage({ request: REQUEST });
  const { id, frame } = await heard;
  assert.equal(id, 7);
  assert.deepEqual([...frame.truth.values].slice(0, 3), [0, 17, 34]);
});

test("where one fails later, what it was asked is done on the page's own thread", async () => {
  const real = played();
  const worker = new OwnWorker("script", () => /** @type {any} */ (real));
  worker.postMessage({ task: TASK });
  worker.postMessage({ request: { ...REQUEST, id: 6 } });
  worker.postMessage({ request: REQUEST });
  const heard = answered(worker);
  real.onerror();
  assert.equal((await heard).id, 7, "the last request");
  assert.ok(real.ended);
});

test("one that has ended says nothing more", async () => {
  const worker = new OwnWorker("script", () => {
    throw new DOMException("no workers here");
  });
  let heard = 0;
  worker.onmessage = () => heard++;
  worker.postMessage({ task: TASK });
  worker.postMessage({ request: REQUEST });
  worker.terminate();
  await new Promise((done) => setTimeout(done, 20));
  assert.equal(heard, 0);
});

test("what it has found when it has ended is not told", async () => {
  const worker = new LocalWorker();
  let heard = 0;
  let found = (/** @type {unknown} */ _data) => {};
  const answer = () => new Promise((done) => (found = done));
  worker.session = /** @type {any} */ ({ answer, end: () => {} });
  worker.onmessage = () => heard++;
  worker.postMessage({ request: REQUEST });
  await new Promise((done) => setTimeout(done, 20));
  worker.terminate();
  found({ id: 7 });
  await new Promise((done) => setTimeout(done));
  assert.equal(heard, 0);
});
