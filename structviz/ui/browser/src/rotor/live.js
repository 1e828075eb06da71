// What the engine computes while the hand moves. Each network has a worker where there are cores for it; all workers get
// the same request, and the next one only when all have answered. What the hand has passed meanwhile is never computed.
import { pageInbox } from "../runtime/inbox.js";
import { inflated } from "../runtime/packet.js";

/** @typedef {import("../runtime/packet.js").Packet} Packet */
/** @typedef {import("../engine/session.js").Answer} Answer */
/** @typedef {import("../engine/session.js").Asked} Asked */
/** @typedef {import("../engine/session.js").Shown} Shown */
/** @typedef {import("../engine/session.js").Task} Task */
/** @typedef {{ degrees: number, level: number, seed: number }} State */
/** @typedef {{ state: State, columns: Record<string, Shown> }} Frame */
/** @typedef {Record<string, (number | null)[]>} CurveValues For each column, at equal steps of a full turn. */

/**
 * @typedef {object} EngineData What the page hands to the engine; structviz/ui/kit/engine.py makes it.
 * @property {string} script Channel of the script of workers.
 * @property {string} image Channel of the image.
 * @property {{ name: string, weights: string, average: boolean }[]} networks `weights` is a channel.
 * @property {import("../engine/noise.js").NoiseKind} noise
 * @property {boolean} noise_turns
 * @property {number | null} period
 * @property {number} level
 * @property {number} most The highest level.
 * @property {number} seed
 * @property {boolean} seed_is_free Whether the seed decides nothing but the noise.
 */

/** @typedef {Pick<Worker, "postMessage" | "terminate"> & { onmessage: Worker["onmessage"], onerror: Worker["onerror"] }} WorkerLike */

/** Points of a curve, coarse first; each number divides the next. */
const STAGES = [8, 24, 72];

export class Live {
  /**
   * @param {object} needs
   * @param {(what: "workers" | "frame" | "curve") => void} needs.changed Called when one of them has come.
   * @param {() => void} needs.failed Called when workers cannot run here.
   * @param {() => boolean} needs.rests Whether curves may be computed now.
   * @param {() => boolean} [needs.seen] Whether anything may: nothing is computed for a hidden tab.
   * @param {(script: string) => WorkerLike} [needs.makeWorker]
   * @param {number} [needs.cores]
   */
  constructor({
    changed,
    failed,
    rests,
    seen = () => true,
    makeWorker = workerOf,
    cores = navigator.hardwareConcurrency || 2,
  }) {
    this.changed = changed;
    this.failed = failed;
    this.rests = rests;
    this.seen = seen;
    this.makeWorker = makeWorker;
    this.cores = cores;
    /** @type {Map<string, { end: () => void, packet?: Packet }>} */
    this.channels = new Map();
    /** @type {WorkerLike[]} */
    this.workers = [];
    /** @type {string} What the workers were made for. */
    this.made = "";
    /** @type {EngineData | null} */
    this.data = null;
    this.limits = { low: 0, high: 1 };
    /** @type {Frame | null} The last one that was computed. */
    this.frame = null;
    /** @type {State | null} The one that is wanted next. */
    this.wanted = null;
    /** @type {{ id: number, asked: Asked, state: State, left: number, columns: Record<string, any> } | null} */
    this.running = null;
    this.count = 0;
    /** @type {State | null} Where the hand rests, if it does: the level and the seed of the curve. */
    this.resting = null;
    /** @type {{ asked: Asked, key: string, stage: number, values: Map<number, Record<string, number | null>>, shown: CurveValues | null } | null} */
    this.curve = null;
  }

  /** Whether frames can be asked for. */
  get ready() {
    return this.workers.length > 0;
  }

  /**
   * Takes what the page says; workers are made when all of it has come.
   *
   * @param {EngineData | null} data
   * @param {{ low: number, high: number }} limits Of the values that are shown.
   */
  update(data, limits) {
    this.data = data;
    this.limits = limits;
    const wanted = data ? channelsOf(data) : [];
    for (const [channel, { end }] of this.channels) {
      if (wanted.includes(channel)) continue;
      end();
      this.channels.delete(channel);
    }
    for (const channel of wanted) {
      if (this.channels.has(channel)) continue;
      /** @type {{ end: () => void, packet?: Packet }} */
      const entry = { end: () => {} };
      this.channels.set(channel, entry);
      entry.end = pageInbox().subscribe(channel, async (payload) => {
        entry.packet = await inflated(payload);
        this.make();
      });
    }
    this.make();
  }

  make() {
    const { data } = this;
    if (!data) return this.end();
    if (!channelsOf(data).every((channel) => this.channels.get(channel)?.packet)) return;
    const { script, image, networks, noise, noise_turns, period } = data;
    const made = JSON.stringify([script, image, networks, noise, noise_turns, period, this.limits]);
    if (made === this.made) return;
    this.end();
    this.made = made;
    const packet = (/** @type {string} */ channel) => /** @type {Packet} */ (this.channels.get(channel)?.packet);
    const { head, arrays } = packet(image);
    const source = { side: head.side, image: arrays.image.slice(), period, noise, noiseTurns: noise_turns };
    const all = networks.map(({ name, weights, average }) => {
      const { head: shape, arrays: bytes } = packet(weights);
      return { name, shape: shape.shape, weights: bytes.weights.slice(), average };
    });
    const text = new TextDecoder().decode(packet(script).arrays.script);
    const n = Math.max(1, Math.min(all.length, this.cores));
    try {
      for (let k = 0; k < n; k++) {
        const worker = this.makeWorker(text);
        this.workers.push(worker);
        worker.onmessage = ({ data: answer }) => this.take(answer);
        worker.onerror = () => this.fail();
        /** @type {Task} */
        const task = { source, networks: all.filter((_, i) => i % n === k), given: k === 0, ...this.limits };
        worker.postMessage({ task });
      }
    } catch {
      return this.fail();
    }
    this.changed("workers");
  }

  /**
   * The frame of a state is computed next, instead of any other that waits.
   *
   * @param {State} state
   */
  ask(state) {
    if (isSame(this.frame?.state, state) || (this.running?.asked === "frame" && isSame(this.running.state, state))) {
      this.wanted = null;
    } else this.wanted = state;
    this.proceed();
  }

  /**
   * The curve of a level and a seed is computed while nothing else is to do.
   *
   * @param {"psnr" | "error"} asked
   * @param {State} state
   */
  askCurve(asked, state) {
    const key = JSON.stringify([asked, state.level, state.seed, this.made]);
    if (this.curve?.key !== key) {
      const shown = this.curve?.asked === asked ? this.curve.shown : null;
      this.curve = { asked, key, stage: 0, values: new Map(), shown };
    }
    this.proceed(state);
  }

  /** @param {State} [resting] */
  proceed(resting) {
    if (resting) this.resting = resting;
    if (this.running || !this.ready || !this.seen()) return;
    if (this.wanted) {
      const state = this.wanted;
      this.wanted = null;
      return this.send("frame", state);
    }
    const { curve } = this;
    if (!curve || !this.resting || curve.stage >= STAGES.length || !this.rests()) return;
    const next = this.missing();
    if (next !== undefined) this.send(curve.asked, { ...this.resting, degrees: next });
  }

  /** The next angle of the curve that is not known yet. */
  missing() {
    const { curve } = this;
    if (!curve) return undefined;
    const n = STAGES[curve.stage];
    return Array.from({ length: n }, (_, k) => (360 * k) / n).find((degrees) => !curve.values.has(degrees));
  }

  /**
   * @param {Asked} asked
   * @param {State} state
   */
  send(asked, state) {
    const id = ++this.count;
    this.running = { id, asked, state, left: this.workers.length, columns: {} };
    const request = { id, asked, state: { ...state, angle: (state.degrees * Math.PI) / 180 } };
    for (const worker of this.workers) worker.postMessage({ request });
  }

  /** @param {Answer} answer */
  take({ id, frame, numbers }) {
    const { running } = this;
    if (!running || running.id !== id) return;
    Object.assign(running.columns, frame ?? numbers);
    if (--running.left) return;
    this.running = null;
    const { asked, state, columns } = running;
    // The next request is on its way while this one is drawn.
    if (asked === "frame") this.frame = { state, columns };
    else this.fill(asked, state, columns);
    this.proceed();
    if (asked === "frame") this.changed("frame");
  }

  /**
   * @param {Asked} asked
   * @param {State} state
   * @param {Record<string, number | null>} columns
   */
  fill(asked, state, columns) {
    const { curve } = this;
    if (!curve || curve.key !== JSON.stringify([asked, state.level, state.seed, this.made])) return;
    curve.values.set(state.degrees, columns);
    if (this.missing() !== undefined) return;
    const n = STAGES[curve.stage++];
    const names = Object.keys(columns);
    const at = (/** @type {number} */ k, /** @type {string} */ name) => curve.values.get((360 * k) / n)?.[name] ?? null;
    curve.shown = Object.fromEntries(names.map((name) => [name, Array.from({ length: n }, (_, k) => at(k, name))]));
    this.changed("curve");
  }

  /** Whether the curve is that of the state, with all its points. */
  get isWhole() {
    return this.curve?.stage === STAGES.length;
  }

  fail() {
    this.end();
    this.failed();
  }

  end() {
    for (const worker of this.workers) worker.terminate();
    this.workers = [];
    this.made = "";
    this.running = this.wanted = this.frame = this.curve = null;
  }

  destroy() {
    this.update(null, this.limits);
    this.end();
  }
}

/** @param {EngineData} data */
function channelsOf({ script, image, networks }) {
  return [script, image, ...networks.map(({ weights }) => weights)];
}

/**
 * @param {State | undefined} one
 * @param {State} other
 */
export function isSame(one, other) {
  return one?.degrees === other.degrees && one.level === other.level && one.seed === other.seed;
}

/** @param {string} script */
export function workerOf(script) {
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const worker = new Worker(url);
  URL.revokeObjectURL(url);
  return worker;
}

/** Whether this browser runs the engine fast enough to follow a hand: in workers, with SIMD in WebAssembly. */
export function canRun() {
  // A function that makes a vector of a number and drops it.
  const bytes = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 9, 1, 7, 0, 65, 0, 253, 15, 26, 11];
  return (
    typeof Worker === "function" &&
    typeof DecompressionStream === "function" &&
    typeof WebAssembly === "object" &&
    WebAssembly.validate(new Uint8Array(bytes))
  );
}
