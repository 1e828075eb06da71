// The sum of a photograph and a noise, as it comes from the server; structviz/figures/adversarial.py writes it.
import { unpack } from "../runtime/packet.js";

/** @typedef {[number, number][]} Top Places in the list of names, with probabilities; the most probable first. */

/**
 * @typedef {object} Sum
 * @property {number} side Pixels.
 * @property {string} title Of the photograph.
 * @property {string[]} names Of the classes that occur.
 * @property {string[]} colours Of these classes.
 * @property {{ eps: number, words: string, noise: number, top: Top }[]} frames One for each strength of the noise, with
 *   the number of its noise.
 * @property {Top} clean What the photograph is without noise.
 * @property {Uint8Array} photo Red, green and blue of each pixel.
 * @property {Int8Array} noises As shares of ε, from −127 to 127, one after the other.
 */

/**
 * @param {Uint8Array} payload
 * @returns {Sum}
 */
export function unpackSum(payload) {
  const { head, arrays } = unpack(payload);
  return { ...head, photo: arrays.photo, noises: arrays.noises };
}

/**
 * The noise of a frame.
 *
 * @param {Pick<Sum, "side" | "noises">} sum
 * @param {{ noise: number }} frame
 */
export function noiseOf({ side, noises }, { noise }) {
  const length = 3 * side * side;
  return noises.subarray(noise * length, (noise + 1) * length);
}

/**
 * The photograph with noise: x + ε · s, kept in [0, 1], as red, green, blue and opacity.
 *
 * @param {Uint8Array} photo
 * @param {Int8Array} noise
 * @param {number} eps In units of the whole range from black to white.
 */
export function addNoise(photo, noise, eps) {
  const rgba = new Uint8ClampedArray((photo.length / 3) * 4).fill(255);
  for (let i = 0, to = 0; i < photo.length; i++) {
    rgba[to] = photo[i] + (255 * eps * noise[i]) / 127; // rounds, and keeps to the range
    to += i % 3 === 2 ? 2 : 1;
  }
  return rgba;
}

/**
 * The noise alone, enlarged so that ε is the whole way from grey to white and −ε that to black.
 *
 * @param {Int8Array} noise
 * @param {number} eps Without noise, all is grey.
 */
export function enlargedNoise(noise, eps) {
  const grey = new Uint8Array(noise.length).fill(127);
  return addNoise(grey, noise, eps ? 0.5 : 0);
}

/**
 * How many times larger than it is the noise is drawn.
 *
 * @param {number} eps
 */
export function enlargement(eps) {
  return eps ? 0.5 / eps : 0;
}

/**
 * The bars of the most probable classes.
 *
 * @param {Pick<Sum, "names" | "colours">} sum
 * @param {Top} top
 */
export function barsOf({ names, colours }, top) {
  return top.map(([at, share]) => ({ name: names[at], share, colour: colours[at] }));
}
