// A step of ż = σ((K − Kᵀ − γI) z + b).
import { residual } from "./residual.js";

/**
 * @param {{ K: number[][], b: number[], h: number }} weights
 * @param {{ gamma: number, sigma: string, tableau: import("./steps.js").Tableau, scale: number }} shared
 * @returns {import("./steps.js").Layer}
 */
export function antisymmetric({ K, b, h }, shared) {
  const A = K.map((row, i) => row.map((entry, j) => entry - K[j][i] - (i === j ? shared.gamma : 0)));
  return residual({ A, b, h }, shared);
}
