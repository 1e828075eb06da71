// The noises of structviz.transforms, from the random numbers of a seed: the same numbers at every level, so that the
// noise grows with the level and does not flicker.
import { Generator } from "./generator.js";
import { normalQuantile } from "./normal_quantile.js";

const MOST_PHOTONS = 1e12;
const EXPANDED_FROM = 50; // photons
const LEAST_SHARE = 2 ** -54;

/** @typedef {"gaussian" | "poisson" | "salt_and_pepper" | "speckle"} NoiseKind */

/**
 * What a kind of noise draws for a seed.
 *
 * @param {NoiseKind} kind
 * @param {number} seed
 * @param {number} n Pixels.
 */
export function unitNoise(kind, seed, n) {
  const generator = new Generator(seed);
  if (kind === "salt_and_pepper") return Float32Array.from({ length: n }, () => generator.uniform());
  if (kind === "poisson") return Float64Array.from({ length: n }, () => generator.uniformDouble());
  return generator.normals(n);
}

/**
 * A noisy version of an image.
 *
 * @param {Float32Array} image
 * @param {NoiseKind} kind
 * @param {number} level From 0, which changes nothing.
 * @param {Float32Array | Float64Array} unit Of `unitNoise`.
 */
export function addNoise(image, kind, level, unit) {
  if (!level) return image;
  const strength = Math.fround(level);
  switch (kind) {
    case "gaussian":
      return image.map((x, k) => x + strength * unit[k]);
    case "speckle":
      return image.map((x, k) => x * (1 + strength * unit[k]));
    case "salt_and_pepper":
      return image.map((x, k) => (unit[k] < strength / 2 ? 0 : unit[k] < strength ? 1 : x));
    case "poisson": {
      const photons = Math.min(level ** -2, MOST_PHOTONS);
      return image.map((x, k) => poissonQuantile(unit[k], Math.max(x, 0) * photons) / photons);
    }
  }
}

/**
 * The smallest count that a Poisson variable exceeds with no more than the probability 1 − u; from a mean of 50 on by
 * the expansion of Cornish and Fisher, as structviz.transforms.poisson.
 *
 * @param {number} u From 0 up to 1.
 * @param {number} mean
 */
export function poissonQuantile(u, mean) {
  if (mean >= EXPANDED_FROM) {
    const z = normalQuantile(Math.max(u, LEAST_SHARE));
    const s = Math.sqrt(mean);
    return Math.max(0, Math.round(mean + s * z + (z * z - 1) / 6 + (z - z ** 3) / (72 * s)));
  }
  let count = 0;
  let share = Math.exp(-mean);
  let below = share;
  while (u > below && (share > 1e-20 || mean > count)) {
    count++;
    share *= mean / count;
    below += share;
  }
  return count;
}
