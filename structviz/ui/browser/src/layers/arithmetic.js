// Formats of numbers, and the sums that layers are made of with the rounding of a format after each operation.

/** @typedef {import("../runtime/plane.js").Point} Point */
/** @typedef {(x: number) => number} Round The closest number that a format has. */

/**
 * A layer with its way back, and both in words with the numbers of one point.
 *
 * @typedef {object} UndoableLayer
 * @property {(x: Point) => Point} there
 * @property {(y: Point) => Point} back
 * @property {(x: Point) => number} logDet log |det| of the Jacobian of the way there, at x.
 * @property {(x: Point) => string[]} wordsThere Of the way there of x.
 * @property {(y: Point) => string[]} wordsBack Of the way back of y.
 */

const exact = (/** @type {number} */ x) => x;

/** @type {Record<string, Round>} */
export const FORMATS = { float64: exact, float32: Math.fround };

/**
 * W z + b.
 *
 * @param {number[][]} W Row by row.
 * @param {number[]} z
 * @param {number[]} b
 * @param {Round} round
 */
export function affine(W, z, b, round) {
  // Loops, since this runs a million times for one picture.
  const found = new Array(W.length);
  for (let i = 0; i < W.length; i++) {
    const row = W[i];
    let sum = b[i];
    if (round === exact) for (let j = 0; j < row.length; j++) sum += row[j] * z[j];
    else for (let j = 0; j < row.length; j++) sum = round(sum + round(row[j] * z[j]));
    found[i] = sum;
  }
  return found;
}

/**
 * Weights, however nested, in a format.
 *
 * @template T
 * @param {T} weights
 * @param {Round} round
 * @returns {T}
 */
export function rounded(weights, round) {
  /** @type {(value: any) => any} */
  const inside = (value) => {
    if (typeof value === "number") return round(value);
    return Array.isArray(value) ? value.map(inside) : value;
  };
  return inside(weights);
}

/**
 * A number for a formula: three digits after the point, in brackets if it is negative and something stands before it.
 *
 * @param {number} x
 * @param {boolean} [first]
 */
export function written(x, first = false) {
  if (!Number.isFinite(x)) return "∞";
  const text = x.toFixed(3).replace("-", "−");
  return first || x >= 0 ? text : `(${text})`;
}

/** @param {Point} z Two numbers for a formula. */
export function writtenPoint([a, b]) {
  return `(${written(a, true)}, ${written(b, true)})`;
}

/**
 * An error for people: two digits, or one and a power of ten.
 *
 * @param {number} error
 */
export function errorWords(error) {
  if (!Number.isFinite(error)) return "∞";
  if (error === 0) return "0";
  if (error >= 0.01 && error < 100) return error.toPrecision(2);
  if (error >= 100 && error < 1e4) return String(Number(error.toPrecision(2)));
  const [digit, power] = error.toExponential(0).split("e");
  return `${digit}·10${[...power.replace("+", "")].map((sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)]).join("")}`;
}
