// A coupling layer: y₁ = x₁, y₂ = exp(s(x₁)) x₂ + t(x₁), with the coordinates exchanged from layer to layer.
import { affine, rounded, written } from "./arithmetic.js";

/** @typedef {import("./arithmetic.js").Point} Point */

const LARGEST = 2; // |s| stays below it

/**
 * @param {{ moves: number, affine: boolean, dense: [number[][], number[]][] }} weights Which coordinate moves, whether
 *   it is stretched too, and the linear maps of s and t.
 * @param {import("./arithmetic.js").Round} round
 * @returns {import("./arithmetic.js").UndoableLayer}
 */
export function coupling({ moves, affine: stretches, dense }, round) {
  const stays = 1 - moves;
  const maps = rounded(dense, round);
  const tanh = (/** @type {number} */ u) => round(Math.tanh(u));

  /** @param {number} a What stays. @returns {[number, number]} s and t */
  const conditioned = (a) => {
    let u = [a];
    maps.forEach(([W, b], i) => {
      u = affine(W, u, b, round);
      if (i < maps.length - 1) u = u.map(tanh);
    });
    return stretches ? [round(LARGEST * tanh(round(u[0] / LARGEST))), u[1]] : [0, u[0]];
  };
  /** @param {number} a @param {number} b @returns {Point} */
  const joined = (a, b) => (moves ? [a, b] : [b, a]);
  const exp = (/** @type {number} */ s) => round(Math.exp(s));

  /** @param {Point} x */
  const there = (x) => {
    const [s, t] = conditioned(x[stays]);
    return joined(x[stays], round(round(x[moves] * exp(s)) + t));
  };
  /** @param {Point} y */
  const back = (y) => {
    const [s, t] = conditioned(y[stays]);
    return joined(y[stays], round(round(y[moves] - t) * exp(-s)));
  };
  const [one, other] = [stays, moves].map((i) => "₁₂"[i]);
  return {
    there,
    back,
    logDet: (x) => conditioned(x[stays])[0],
    wordsThere: (x) => {
      const [[s, t], y] = [conditioned(x[stays]), there(x)];
      const [formula, product] = stretches
        ? [`exp(s(x${one})) x${other}`, `${written(Math.exp(s), true)} · ${written(x[moves])}`]
        : [`x${other}`, written(x[moves], true)];
      return [
        `y${one} = x${one} = ${written(y[stays], true)}`,
        `y${other} = ${formula} + t(x${one}) = ${product} + ${written(t)} = ${written(y[moves], true)}`,
      ];
    },
    wordsBack: (y) => {
      const [[s, t], x] = [conditioned(y[stays]), back(y)];
      const difference = `${written(y[moves], true)} − ${written(t)}`;
      const [formula, quotient] = stretches
        ? [`exp(−s(y${one})) (y${other} − t(y${one}))`, `${written(Math.exp(-s), true)} · (${difference})`]
        : [`y${other} − t(y${one})`, difference];
      return [
        `x${one} = y${one} = ${written(x[stays], true)}`,
        `x${other} = ${formula} = ${quotient} = ${written(x[moves], true)}`,
      ];
    },
  };
}
