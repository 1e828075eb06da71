// A layer of an invertible ResNet: y = x + g(x) with a contraction g, undone by x ← y − g(x).
import { affine, rounded, writtenPoint } from "./arithmetic.js";

/** @typedef {import("./arithmetic.js").Point} Point */

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
      const bound = c < 1 ? ((c ** n / (1 - c)) * first).toExponential(0) : "";
      return [
        `x ← y − g(x), from ${writtenPoint(y)} in ${n} steps to ${writtenPoint(all[n])}`,
        bound ? `error ≤ cⁿ ‖x₁ − x₀‖ / (1 − c) = ${bound.replace("-", "−")}` : "c ≥ 1: no bound",
      ];
    },
  };
}
