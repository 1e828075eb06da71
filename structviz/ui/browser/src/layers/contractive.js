// A layer of an invertible ResNet: y = x + g(x) with a contraction g, undone by x ← y − g(x).
import { affine, errorWords, rounded, writtenPoint } from "./arithmetic.js";

/** @typedef {import("./arithmetic.js").Point} Point */

const NEGLIGIBLE = 1e-10; // length of a step

/**
 * @param {{ c: number, W: number[][], V: number[][], b: number[] }} weights g(x) = V σ(Wx + b) with σ = tanh, and c,
 *   which no ratio of distances of g exceeds.
 * @param {import("./arithmetic.js").Round} round
 * @param {number} iterations Steps of the iteration that undoes it.
 * @returns {import("./arithmetic.js").UndoableLayer}
 */
export function contractive({ c, W: exactW, V: exactV, b: exactB }, round, iterations) {
  const [W, V, b] = [rounded(exactW, round), rounded(exactV, round), rounded(exactB, round)];
  const zero = [0, 0];
  /** @param {Point} x @returns {Point} */
  const branch = (x) => {
    const sigma = affine(W, x, b, round).map((u) => round(Math.tanh(u)));
    return /** @type {Point} */ (affine(V, sigma, zero, round));
  };
  /** @param {Point} x */
  const there = (x) => {
    const g = branch(x);
    return /** @type {Point} */ ([round(x[0] + g[0]), round(x[1] + g[1])]);
  };
  /** @param {Point} y The iterates, from y itself on. */
  const iterates = (y) => {
    const all = [y];
    for (let n = 0; n < iterations; n++) {
      const g = branch(all[n]);
      all.push([round(y[0] - g[0]), round(y[1] - g[1])]);
      if (all[n + 1][0] === all[n][0] && all[n + 1][1] === all[n][1]) break;
    }
    return all;
  };
  const back = (/** @type {Point} */ y) => iterates(y).at(-1) ?? y;
  return {
    there,
    back,
    logDet: (x) => {
      const slopes = affine(W, x, b, round).map((u) => 1 - Math.tanh(u) ** 2);
      const [[p, q], [r, s]] = [0, 1].map((i) =>
        [0, 1].map((j) => slopes.reduce((sum, slope, n) => sum + V[i][n] * slope * W[n][j], Number(i === j))),
      );
      return Math.log(Math.abs(p * s - q * r));
    },
    wordsThere: (x) => [`y = x + g(x) = ${writtenPoint(x)} + ${writtenPoint(branch(x))} = ${writtenPoint(there(x))}`],
    wordsBack: (y) => {
      const all = iterates(y);
      const [first, n] = [Math.hypot(all[1][0] - y[0], all[1][1] - y[1]), all.length - 1];
      const bound = c < 1 ? `error ≤ cⁿ ‖x₁ − x₀‖ / (1 − c) = ${errorWords((c ** n / (1 - c)) * first)}` : "no bound";
      return [
        `x ← y − g(x), from ${writtenPoint(y)} in ${n} steps to ${writtenPoint(all[n])}`,
        `${bound} for c = ${c.toFixed(2)}; measured: ${contractionOf(all).toFixed(2)}`,
      ];
    },
  };
}

/**
 * The largest factor by which one step of an iteration was shorter than the step before it; steps that are next to
 * rounding do not count.
 *
 * @param {Point[]} iterates
 */
export function contractionOf(iterates) {
  const steps = iterates.slice(1).map(([x, y], n) => Math.hypot(x - iterates[n][0], y - iterates[n][1]));
  const factors = steps.slice(1).map((step, n) => (steps[n] > NEGLIGIBLE ? step / steps[n] : 0));
  return Math.max(0, ...factors);
}
