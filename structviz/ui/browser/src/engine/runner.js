// A denoiser that runs where it is fastest. WebAssembly answers at once. WebGPU takes over when it has given the same
// numbers for one image, in less time; when it fails, WebAssembly answers what it was asked, and goes on.
import { Denoiser } from "./denoiser.js";
import { gpuDenoiser } from "./gpu_denoiser.js";

/** @typedef {import("./denoiser.js").Shape} Shape */
/** @typedef {{ run: (y: Float32Array) => Promise<Float32Array>, end: () => void }} Candidate */
/** @typedef {(shape: Shape, weights: Uint8Array, side: number) => Promise<Candidate | null>} Prepare */

/**
 * @typedef {object} Conditions
 * @property {Prepare} [prepare] Makes the other one, if there can be one.
 * @property {() => number} [now] In milliseconds.
 * @property {number} [patience] Milliseconds after which a run counts as failed.
 */

const SAME = 1e-4; // largest difference between two pixels
const TRIALS = 3; // the first one warms up
const BEFORE = 2; // runs of WebAssembly before the other one is tried

export class Runner {
  /**
   * @param {Shape} shape
   * @param {Uint8Array} weights A safetensors file.
   * @param {number} side Pixels of the images.
   * @param {Conditions} [conditions]
   */
  constructor(shape, weights, side, { prepare = gpuDenoiser, now = () => performance.now(), patience = 1000 } = {}) {
    this.net = new Denoiser(shape, weights, side);
    this.now = now;
    this.patience = patience;
    this.ended = false;
    this.runs = 0; // of the network here
    this.fastest = Infinity; // of them, in milliseconds
    /** @type {Candidate | null} What could take over. */
    this.candidate = null;
    /** @type {Promise<void> | null} The trial, while it goes on. */
    this.trial = null;
    /** Whether the candidate has taken over. */
    this.hasTaken = false;
    /** @type {Promise<void>} */
    this.prepared = prepare(shape, weights, side).then(
      (candidate) => {
        this.candidate = candidate;
        if (this.ended) this.dismiss();
      },
      () => {},
    );
  }

  /** What runs it. */
  get where() {
    return this.hasTaken ? "WebGPU" : this.net.where;
  }

  /**
   * Φ(y); one run at a time.
   *
   * @param {Float32Array} y
   */
  async run(y) {
    await this.trial;
    if (this.candidate && this.hasTaken) {
      try {
        return await this.inTime(this.candidate.run(y));
      } catch {
        this.dismiss();
      }
    }
    const start = this.now();
    const x = this.net.run(y);
    this.fastest = Math.min(this.fastest, this.now() - start);
    if (++this.runs >= BEFORE && this.candidate) this.trial = this.compare(this.candidate, y, x);
    return x;
  }

  /**
   * The candidate takes over or goes.
   *
   * @param {Candidate} candidate
   * @param {Float32Array} y
   * @param {Float32Array} x What the network makes of it here.
   */
  async compare(candidate, y, x) {
    try {
      for (let k = 0; k < TRIALS; k++) {
        const start = this.now();
        const found = await this.inTime(candidate.run(y));
        const isFaster = this.now() - start < this.fastest;
        if (!isSame(found, x) || (k > 0 && !isFaster)) return this.dismiss();
      }
      this.hasTaken = true;
    } catch {
      this.dismiss();
    }
  }

  /**
   * @template T
   * @param {Promise<T>} answer
   * @returns {Promise<T>}
   */
  inTime(answer) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`No answer in ${this.patience} ms.`)), this.patience);
      answer.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }

  dismiss() {
    this.candidate?.end();
    this.candidate = null;
    this.hasTaken = false;
  }

  end() {
    this.ended = true;
    this.dismiss();
  }
}

/**
 * @param {Float32Array} found
 * @param {Float32Array} expected
 */
function isSame(found, expected) {
  // Written so that a pixel that is no number is another one.
  return found.length === expected.length && expected.every((value, k) => Math.abs(found[k] - value) <= SAME);
}
