// An image that turns while noise is added, and what denoisers make of it: the numbers of structviz.studies.rotation.

import { discMask, psnr, relativeError, ssim } from "./metrics.js";
import { addNoise, unitNoise } from "./noise.js";
import { quartersOf, Spline } from "./spline.js";

/** @typedef {(y: Float32Array) => Promise<Float32Array>} Denoise */
/** @typedef {{ angle: number, level: number, seed: number }} State The angle in radians. */
/** @typedef {{ psnr: number, ssim: number }} Measured */

/**
 * @typedef {object} Source
 * @property {number} side
 * @property {Float32Array} image Upright and clean.
 * @property {number | null} period Of stripes that a formula knows at every angle, in pixels; null for other images.
 * @property {import("./noise.js").NoiseKind} noise
 * @property {boolean} noiseTurns Whether the noise turns with the image.
 */

/**
 * Stripes as a wave, as structviz.data.grating.
 *
 * @param {number} angle
 * @param {number} side
 * @param {number} period
 */
export function grating(angle, side, period) {
  const [cos, sin, middle] = [Math.cos(angle), Math.sin(angle), (side - 1) / 2];
  const wave = (2 * Math.PI) / period;
  return Float32Array.from({ length: side * side }, (_, k) => {
    const [x, y] = [(k % side) - middle, middle - Math.floor(k / side)];
    return 0.5 + (2 / Math.PI) * Math.cos(wave * (y * cos - x * sin));
  });
}

export class TurnedImage {
  /** @param {Source} source */
  constructor(source) {
    this.source = source;
    this.inner = discMask(source.side, source.side / 8);
    // The pattern of a formula goes on beyond the rim, which no network sees.
    this.mask = source.period === null ? discMask(source.side) : this.inner;
    this.whole = new Uint8Array(source.side ** 2).fill(1);
    this.spline = new Spline(source.image, source.side);
    this.drawn = remembered((seed) => unitNoise(source.noise, seed, source.side ** 2));
    this.upright = remembered((level, seed) => {
      const image = addNoise(source.image, source.noise, level, this.drawn(seed));
      return { image, spline: new Spline(image, source.side) };
    });
  }

  /**
   * The clean image at an angle.
   *
   * @param {number} angle
   */
  clean(angle) {
    const { period, side } = this.source;
    return period === null ? this.spline.rotated(angle) : grating(angle, side, period);
  }

  /**
   * What every network is given.
   *
   * @param {State} state
   * @param {Float32Array} clean The image at this angle.
   */
  noisy({ angle, level, seed }, clean) {
    const { noise, noiseTurns, period } = this.source;
    if (!noiseTurns) return addNoise(clean, noise, level, this.drawn(seed));
    const turned = this.upright(level, seed).spline.rotated(angle);
    if (period === null) return turned;
    // What rotating the clean image costs is no noise.
    const rotated = this.spline.rotated(angle);
    return turned.map((value, k) => value + clean[k] - rotated[k]);
  }

  /**
   * In dB, in the disc; of a formula's pattern an eighth of the side away from its rim.
   *
   * @param {Float32Array} image
   * @param {Float32Array} clean
   */
  psnr(image, clean) {
    return psnr(image, clean, this.mask);
  }

  /**
   * @param {Float32Array} image
   * @param {Float32Array} clean
   * @returns {Measured}
   */
  measure(image, clean) {
    return { psnr: this.psnr(image, clean), ssim: ssim(image, clean, this.mask, this.source.side) };
  }

  /**
   * ‖Φ(Ry) − RΦ(y)‖ / ‖RΦ(y)‖ for the noisy upright image y.
   *
   * @param {Denoise} denoise
   * @param {State} state
   */
  async equivarianceError(denoise, { angle, level, seed }) {
    const { image, spline } = this.upright(level, seed);
    const turnedAfter = new Spline(await denoise(image), this.source.side).rotated(angle);
    return relativeError(await denoise(spline.rotated(angle)), turnedAfter, this.counted(angle));
  }

  /**
   * What turning the clean image there and back costs by itself.
   *
   * @param {number} angle
   */
  interpolationError(angle) {
    const { side, image } = this.source;
    const back = new Spline(this.spline.rotated(angle), side).rotated(-angle);
    return relativeError(back, image, this.counted(angle));
  }

  /** @param {number} angle */
  counted(angle) {
    return quartersOf(angle) === null ? this.inner : this.whole;
  }
}

/**
 * A function that remembers its last result.
 *
 * @template {number[]} A
 * @template R
 * @param {(...given: A) => R} compute
 */
function remembered(compute) {
  /** @type {{ given: A, found: R } | undefined} */
  let last;
  return (/** @type {A} */ ...given) => {
    if (!last || `${last.given}` !== `${given}`) last = { given, found: compute(...given) };
    return last.found;
  };
}
