// The classes of a photograph at every angle, as they come from the server; structviz/figures/ring.py writes them.
import { modulo } from "../runtime/numbers.js";
import { unpack } from "../runtime/packet.js";

/** @typedef {import("../adversarial/model.js").Top} Top */

/**
 * @typedef {object} Ring
 * @property {number} side Pixels.
 * @property {string} title Of the photograph.
 * @property {string[]} names Of the classes that occur.
 * @property {string[]} colours Of these classes.
 * @property {number} truth The place of the upright class in the list of names.
 * @property {Top[]} tops What the photograph is at angles that are equally far apart, from 0 on, counter-clockwise.
 * @property {{ degrees: number, top: Top } | null} worst The worst angle that a search between them has found, in
 *   degrees; null while it goes on.
 * @property {string} state What is said of the number of angles.
 * @property {Uint8Array} photo Red, green and blue of each pixel.
 */

const [INNER, OUTER] = [75, 96]; // of the ring, in units of half its picture's 200

/**
 * @param {Uint8Array} payload
 * @returns {Ring}
 */
export function unpackRing(payload) {
  const { head, arrays } = unpack(payload);
  return { ...head, photo: arrays.photo };
}

/**
 * Where on the picture an angle of the photograph's top is: 0° is up, counter-clockwise.
 *
 * @param {number} degrees
 * @param {number} radius
 */
export function placeOf(degrees, radius) {
  const angle = (degrees * Math.PI) / 180;
  return [-radius * Math.sin(angle), -radius * Math.cos(angle)].map((part) => Number(part.toFixed(2)));
}

/**
 * The outline of one angle in the ring: as wide as its share of the circle, as high as the probability.
 *
 * @param {number} degrees
 * @param {number} width In degrees.
 * @param {number} share From 0 to 1.
 */
export function wedgePath(degrees, width, share) {
  const outer = INNER + share * (OUTER - INNER);
  const [low, high] = [degrees - width / 2, degrees + width / 2];
  const at = (/** @type {number} */ angle, /** @type {number} */ radius) => placeOf(angle, radius).join(" ");
  return `M${at(low, INNER)}L${at(low, outer)}A${outer} ${outer} 0 0 0 ${at(high, outer)}L${at(high, INNER)}A${INNER} ${INNER} 0 0 1 ${at(low, INNER)}Z`;
}

/**
 * An angle as it is written: with a decimal where it is between whole degrees.
 *
 * @param {number} degrees
 */
export function anglePhrase(degrees) {
  return `${Number(modulo(degrees, 360).toFixed(1)) % 360}°`;
}

/**
 * The number of the measured angle that is next to an angle.
 *
 * @param {number} degrees
 * @param {number} angles How many are measured in a turn.
 */
export function nearest(degrees, angles) {
  return modulo(Math.round((degrees * angles) / 360), angles);
}

/**
 * The classes that win somewhere, the most frequent first, with the number of angles.
 *
 * @param {Pick<Ring, "tops">} ring
 * @returns {[number, number][]}
 */
export function winners({ tops }) {
  /** @type {Map<number, number>} */
  const found = new Map();
  for (const [[at]] of tops) found.set(at, (found.get(at) ?? 0) + 1);
  return [...found].sort((one, other) => other[1] - one[1]);
}

/**
 * The photograph with its mirror images around it, as the classifier's turned pictures continue it: nine times as large.
 *
 * @param {Uint8Array} photo
 * @param {number} side
 */
export function mirrored(photo, side) {
  const size = 3 * side;
  const rgba = new Uint8ClampedArray(4 * size * size).fill(255);
  const source = Array.from({ length: size }, (_, k) => {
    const at = modulo(k - side, 2 * side);
    return at < side ? at : 2 * side - 1 - at;
  });
  for (let row = 0, to = 0; row < size; row++) {
    for (let column = 0; column < size; column++, to += 4) {
      const from = 3 * (source[row] * side + source[column]);
      rgba[to] = photo[from];
      rgba[to + 1] = photo[from + 1];
      rgba[to + 2] = photo[from + 2];
    }
  }
  return rgba;
}
