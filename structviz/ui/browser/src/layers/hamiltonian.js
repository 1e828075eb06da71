// A step of the Hamiltonian system q̇ = K₁ᵀσ(K₁p + b₁), ṗ = −K₂ᵀσ(K₂q + b₂).
import { affine, SIGMAS, split, transposed } from "./steps.js";

/** @typedef {{ K: number[][], b: number[] }} Potential */
/** @typedef {import("./steps.js").Vector} Vector */

/**
 * @param {{ momenta: Potential, positions: Potential, h: number }} weights K₁ and b₁, and K₂ and b₂.
 * @param {{ sigma: string, parts: import("./steps.js").Part[], scale: number }} shared `scale` multiplies h.
 * @returns {import("./steps.js").Layer} Of q and p, one after the other.
 */
export function hamiltonian({ momenta, positions, h }, { sigma, parts, scale }) {
  const gradient = (/** @type {Potential} */ { K, b }) => {
    return (/** @type {Vector} */ u) => transposed(K, affine(K, u, b).map(SIGMAS[sigma]));
  };
  const [velocity, slope] = [gradient(momenta), gradient(positions)];
  return (z) => split(parts, velocity, slope, scale * h, z.slice(0, z.length / 2), z.slice(z.length / 2)).flat();
}
