// Rotations of images about their centre, as structviz.transforms.rotate: quarter turns move pixels, other turns
// resample the cubic spline through them (M. Unser, Splines, IEEE Signal Processing Magazine 16(6), 1999).
import { modulo } from "../runtime/numbers.js";

const SAME_ANGLE = 1e-7; // radians

/**
 * An image turned by so many quarter turns, counter-clockwise.
 *
 * @param {Float32Array} image
 * @param {number} side
 * @param {number} quarters
 */
export function quarterTurn(image, side, quarters) {
  let turned = image.slice();
  for (let q = modulo(quarters, 4); q > 0; q--) {
    const from = turned;
    turned = new Float32Array(image.length);
    for (let r = 0; r < side; r++) for (let c = 0; c < side; c++) turned[r * side + c] = from[c * side + side - 1 - r];
  }
  return turned;
}

/**
 * How many quarter turns an angle in radians is; null if it is no whole number of them.
 *
 * @param {number} angle
 */
export function quartersOf(angle) {
  const quarters = Math.round(angle / (Math.PI / 2));
  return Math.abs(angle - (quarters * Math.PI) / 2) <= SAME_ANGLE ? quarters : null;
}

/** The cubic spline through the pixels of an image, which goes on beyond its border as its mirror image. */
export class Spline {
  /**
   * @param {Float32Array} image
   * @param {number} side
   */
  constructor(image, side) {
    this.image = image;
    this.side = side;
    this.pad = Math.ceil(((Math.SQRT2 - 1) * (side - 1)) / 2) + 2;
    this.width = side + 2 * this.pad;
    this.coefficients = paddedCoefficients(image, side, this.pad);
  }

  /**
   * The image turned by an angle in radians, counter-clockwise.
   *
   * @param {number} angle
   */
  rotated(angle) {
    const { image, side, pad, width, coefficients } = this;
    const quarters = quartersOf(angle);
    if (quarters !== null) return quarterTurn(image, side, quarters);
    const turned = new Float32Array(side * side);
    const [cos, sin, middle] = [Math.cos(angle), Math.sin(angle), (side - 1) / 2];
    for (let r = 0, k = 0; r < side; r++) {
      for (let c = 0; c < side; c++, k++) {
        // Each pixel shows what was at R(−angle) of it; rows count downwards, hence the signs.
        const [y, x] = [r - middle, c - middle];
        const row = cos * y + sin * x + middle + pad;
        const column = cos * x - sin * y + middle + pad;
        const [top, left] = [Math.floor(row), Math.floor(column)];
        const t = column - left;
        const s = 1 - t;
        const a = (s * s * s) / 6;
        const b = (4 - 3 * t * t * (1 + s)) / 6;
        const d = (t * t * t) / 6;
        const e = 1 - a - b - d;
        const at = (top - 1) * width + left - 1;
        const line = (/** @type {number} */ p) =>
          a * coefficients[p] + b * coefficients[p + 1] + e * coefficients[p + 2] + d * coefficients[p + 3];
        const v = row - top;
        const w = 1 - v;
        const [first, last] = [(w * w * w) / 6, (v * v * v) / 6];
        const second = (4 - 3 * v * v * (1 + w)) / 6;
        turned[k] =
          first * line(at) +
          second * line(at + width) +
          (1 - first - second - last) * line(at + 2 * width) +
          last * line(at + 3 * width);
      }
    }
    return turned;
  }
}

/**
 * B-spline coefficients of an image and of its mirror image beyond the border.
 *
 * @param {Float32Array} image
 * @param {number} side
 * @param {number} pad
 */
function paddedCoefficients(image, side, pad) {
  const values = Float64Array.from(image);
  for (let k = 0; k < side; k++) filter(values, k, side, side);
  for (let k = 0; k < side; k++) filter(values, k * side, 1, side);
  const mirrored = Int32Array.from({ length: side + 2 * pad }, (_, k) => {
    const at = modulo(k - pad, Math.max(1, 2 * side - 2));
    return Math.min(at, 2 * side - 2 - at);
  });
  const padded = new Float64Array(mirrored.length ** 2);
  for (let r = 0, to = 0; r < mirrored.length; r++) {
    const from = mirrored[r] * side;
    for (let c = 0; c < mirrored.length; c++) padded[to++] = values[from + mirrored[c]];
  }
  return padded;
}

/**
 * Solves (c[i−1] + 4 c[i] + c[i+1]) / 6 = x[i] in place, mirrored at both ends: elimination, and back.
 *
 * @param {Float64Array} values
 * @param {number} first
 * @param {number} step
 * @param {number} n At least 2.
 */
function filter(values, first, step, n) {
  const above = new Float64Array(n);
  for (let i = 0, at = first; i < n; i++, at += step) {
    const before = i === n - 1 ? 2 : i ? 1 : 0;
    const pivot = 4 - before * (i ? above[i - 1] : 0);
    above[i] = (i ? 1 : 2) / pivot;
    values[at] = (6 * values[at] - before * (i ? values[at - step] : 0)) / pivot;
  }
  for (let i = n - 2, at = first + i * step; i >= 0; i--, at -= step) values[at] -= above[i] * values[at + step];
}
