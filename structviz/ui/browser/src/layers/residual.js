// A layer of a residual network: a step of ż = σ(Az + b).
import { affine, SIGMAS, step } from "./steps.js";

/**
 * @param {{ A: number[][], b: number[], h: number }} weights
 * @param {{ sigma: string, tableau: import("./steps.js").Tableau, scale: number }} shared `scale` multiplies h.
 * @returns {import("./steps.js").Layer}
 */
export function residual({ A, b, h }, { sigma, tableau, scale }) {
  return (z) => step(tableau, (u) => affine(A, u, b).map(SIGMAS[sigma]), scale * h, z);
}
