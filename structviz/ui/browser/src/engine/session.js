// What one worker computes: the turned image, and what its networks make of it, request by request.
import { quarterTurnAverage } from "./denoiser.js";
import { Runner } from "./runner.js";
import { TurnedImage } from "./turned_image.js";

/** @typedef {import("./turned_image.js").State} State */

/**
 * @typedef {object} Network
 * @property {string} name Of its column.
 * @property {import("./denoiser.js").Shape} shape
 * @property {Uint8Array} weights A safetensors file.
 * @property {boolean} average Whether its average over quarter turns is meant.
 */

/**
 * @typedef {object} Task What a worker is made for.
 * @property {import("./turned_image.js").Source} source
 * @property {Network[]} networks
 * @property {boolean} given Whether it also answers with what the networks are given, and the truth.
 * @property {number} low The value that is shown as 0.
 * @property {number} high The value that is shown as 255.
 */

/** @typedef {{ values: Uint8Array<ArrayBuffer>, psnr: number | null, ssim: number | null, where?: string }} Shown Null stands for infinity, or for nothing; `where` says what has run the network. */
/** @typedef {"frame" | "psnr" | "error"} Asked Pictures with their numbers, or one number of each column. */
/** @typedef {{ id: number, asked: Asked, state: State }} Request */
/** @typedef {{ id: number, frame?: Record<string, Shown>, numbers?: Record<string, number | null>, error?: string }} Answer */

export class Session {
  /**
   * @param {Task} task
   * @param {import("./runner.js").Conditions} [conditions]
   */
  constructor({ source, networks, given, low, high }, conditions) {
    this.turned = new TurnedImage(source);
    this.given = given;
    this.limits = { low, high };
    const { side } = source;
    this.networks = networks.map(({ name, shape, weights, average }) => {
      const runner = new Runner(shape, weights, side, conditions);
      const denoise = (/** @type {Float32Array} */ y) => runner.run(y);
      return {
        name,
        runner,
        denoise: average ? (/** @type {Float32Array} */ y) => quarterTurnAverage(denoise, y, side) : denoise,
      };
    });
    /** @type {Promise<unknown>} The last answer. */
    this.last = Promise.resolve();
  }

  /**
   * The answer, when those of all requests before it have been found.
   *
   * @param {Request} request
   * @returns {Promise<Answer>}
   */
  answer(request) {
    const answer = this.last.then(() => this.compute(request));
    this.last = answer.catch(() => {});
    return answer;
  }

  /**
   * @param {Request} request
   * @returns {Promise<Answer>}
   */
  async compute({ id, asked, state }) {
    if (asked === "error") return { id, numbers: await this.errors(state) };
    const clean = this.turned.clean(state.angle);
    const noisy = this.turned.noisy(state, clean);
    /** @type {[string, Float32Array][]} */
    const images = [];
    for (const { name, denoise } of this.networks) images.push([name, await denoise(noisy)]);
    if (this.given) images.push(["noisy", noisy]);
    if (asked === "psnr") {
      return { id, numbers: Object.fromEntries(images.map(([name, x]) => [name, finite(this.turned.psnr(x, clean))])) };
    }
    /** @type {Record<string, Shown>} */
    const frame = {};
    for (const [name, x] of images) {
      const { psnr, ssim } = this.turned.measure(x, clean);
      frame[name] = { values: this.shown(x), psnr: finite(psnr), ssim };
    }
    for (const { name, runner } of this.networks) frame[name].where = runner.where;
    if (this.given) frame.truth = { values: this.shown(clean), psnr: null, ssim: null };
    return { id, frame };
  }

  /** @param {State} state */
  async errors(state) {
    /** @type {[string, number | null][]} */
    const found = [];
    for (const { name, denoise } of this.networks) {
      found.push([name, await this.turned.equivarianceError(denoise, state)]);
    }
    if (this.given) found.push(["interpolation", this.turned.interpolationError(state.angle)]);
    return Object.fromEntries(found);
  }

  end() {
    for (const { runner } of this.networks) runner.end();
  }

  /** @param {Float32Array} image */
  shown(image) {
    const { low, high } = this.limits;
    const scale = 255 / (high - low);
    return Uint8Array.from(Uint8ClampedArray.from(image, (value) => scale * (value - low)));
  }
}

/** @param {number} value */
const finite = (value) => (Number.isFinite(value) ? value : null);
