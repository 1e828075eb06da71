// A step of symplectic Euler for a Hamiltonian network in the plane: two shears, each undone by a subtraction.
// q⁺ = q + h K₁ᵀσ(K₁p + b₁), p⁺ = p − h K₂ᵀσ(K₂q⁺ + b₂).
import { rounded, written } from "./arithmetic.js";

/**
 * @param {{ h: number, K: number[][], b: number[][] }} weights K₁ and K₂ with a number for each neuron; σ = tanh.
 * @param {import("./arithmetic.js").Round} round
 * @returns {import("./arithmetic.js").UndoableLayer}
 */
export function shears({ h, K: exactK, b: exactB }, round) {
  const [K, b] = [rounded(exactK, round), rounded(exactB, round)];
  const step = round(h);

  /** @param {number} which @param {number} u @returns {number} h Kᵀσ(Ku + b) */
  const shift = (which, u) => {
    const sum = K[which].reduce((total, k, i) => {
      const sigma = round(Math.tanh(round(b[which][i] + round(k * u))));
      return round(total + round(k * sigma));
    }, 0);
    return round(step * sum);
  };
  return {
    there: ([q, p]) => {
      const moved = round(q + shift(0, p));
      return [moved, round(p - shift(1, moved))];
    },
    back: ([q, p]) => {
      const before = round(p + shift(1, q));
      return [round(q - shift(0, before)), before];
    },
    logDet: () => 0,
    wordsThere: ([q, p]) => {
      const first = shift(0, p);
      const second = shift(1, q + first);
      return [
        `q⁺ = q + h K₁ᵀσ(K₁p + b₁) = ${written(q, true)} + ${written(first)} = ${written(q + first, true)}`,
        `p⁺ = p − h K₂ᵀσ(K₂q⁺ + b₂) = ${written(p, true)} − ${written(second)} = ${written(p - second, true)}`,
      ];
    },
    wordsBack: ([q, p]) => {
      const second = shift(1, q);
      const first = shift(0, p + second);
      return [
        `p = p⁺ + h K₂ᵀσ(K₂q⁺ + b₂) = ${written(p, true)} + ${written(second)} = ${written(p + second, true)}`,
        `q = q⁺ − h K₁ᵀσ(K₁p + b₁) = ${written(q, true)} − ${written(first)} = ${written(q - first, true)}`,
      ];
    },
  };
}
