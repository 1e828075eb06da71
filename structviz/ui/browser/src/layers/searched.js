// A layer of a free ResNet, y = x + h σ(Ax + b), which nothing promises an inverse: the way back is a search for the
// point that it sends closest to y, by the method of Levenberg and Marquardt, as in
// structviz/studies/invertibility/preimages.py.
import { writtenPoint } from "./arithmetic.js";

/** @typedef {import("./arithmetic.js").Point} Point */

const STEPS = 60;
const ENOUGH = 1e-15; // of a residual, relative

/**
 * @param {{ h: number, A: number[][], b: number[] }} weights σ = tanh.
 * @returns {import("./arithmetic.js").UndoableLayer & { determinant: (x: Point) => number, residual: (x: Point, y: Point) => number }}
 */
export function searched({ h, A, b }) {
  const slopes = (/** @type {Point} */ x) =>
    A.map((row, i) => {
      const sigma = Math.tanh(row[0] * x[0] + row[1] * x[1] + b[i]);
      return [sigma, 1 - sigma * sigma];
    });
  /** @param {Point} x @returns {Point} */
  const there = (x) => {
    const [[first], [second]] = slopes(x);
    return [x[0] + h * first, x[1] + h * second];
  };
  /** @param {Point} x The Jacobian, row by row. */
  const jacobian = (x) => slopes(x).map(([, slope], i) => [0, 1].map((j) => Number(i === j) + h * slope * A[i][j]));
  const determinant = (/** @type {Point} */ x) => {
    const [[a, c], [d, e]] = jacobian(x);
    return a * e - c * d;
  };
  const residual = (/** @type {Point} */ x, /** @type {Point} */ y) => {
    const z = there(x);
    return Math.hypot(z[0] - y[0], z[1] - y[1]);
  };
  /** @param {Point} y @returns {Point} */
  const back = (y) => {
    let [x, damping, left] = [y, 1e-2, residual(y, y)];
    for (let n = 0; n < STEPS && left > ENOUGH * (1 + Math.hypot(...y)); n++) {
      const [[a, c], [d, e]] = jacobian(x);
      const z = there(x);
      const [u, v] = [z[0] - y[0], z[1] - y[1]];
      // (JᵀJ + damping) step = Jᵀ (f(x) − y)
      const [p, q, r] = [a * a + d * d + damping, a * c + d * e, c * c + e * e + damping];
      const [f, g] = [a * u + d * v, c * u + e * v];
      const det = p * r - q * q;
      /** @type {Point} */
      const trial = [x[0] - (r * f - q * g) / det, x[1] - (p * g - q * f) / det];
      const distance = residual(trial, y);
      if (distance < left) [x, left, damping] = [trial, distance, Math.max(damping / 5, 1e-15)];
      else damping = Math.min(damping * 4, 1e6);
    }
    return x;
  };
  return {
    there,
    back,
    logDet: (x) => Math.log(Math.abs(determinant(x))),
    determinant,
    residual,
    wordsThere: (x) => {
      const y = there(x);
      const moved = /** @type {Point} */ ([y[0] - x[0], y[1] - x[1]]);
      return [`y = x + Δt σ(Ax + b) = ${writtenPoint(x)} + ${writtenPoint(moved)} = ${writtenPoint(y)}`];
    },
    wordsBack: (y) => {
      const x = back(y);
      const left = residual(x, y);
      return [
        `x = arg min ‖f(x) − y‖ for y = ${writtenPoint(y)}: ${writtenPoint(x)}`,
        left > 1e-9 ? `the search stops at ‖f(x) − y‖ = ${left.toPrecision(2)}` : "f(x) = y here",
      ];
    },
  };
}
