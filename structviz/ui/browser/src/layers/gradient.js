// A step of ẋ = −Aᵀσ(Ax + b), the gradient flow of a convex function.
import { affine, SIGMAS, step, transposed } from "./steps.js";

/**
 * @param {{ A: number[][], b: number[], h: number }} weights h is the longest step that moves no two points apart.
 * @param {{ sigma: string, tableau: import("./steps.js").Tableau, scale: number }} shared `scale` multiplies h.
 * @returns {import("./steps.js").Layer}
 */
export function gradient({ A, b, h }, { sigma, tableau, scale }) {
  const field = (/** @type {number[]} */ z) => transposed(A, affine(A, z, b).map(SIGMAS[sigma])).map((u) => -u);
  return (z) => step(tableau, field, scale * h, z);
}
