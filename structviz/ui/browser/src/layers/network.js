// A network from its weights: each kind of layer is a file of this folder.
import { antisymmetric } from "./antisymmetric.js";
import { gradient } from "./gradient.js";
import { hamiltonian } from "./hamiltonian.js";
import { residual } from "./residual.js";

/** @typedef {{ kind: string, layers: any[], shared: any }} Network */

/** @type {Record<string, (weights: any, shared: any) => import("./steps.js").Layer>} */
export const KINDS = { antisymmetric, gradient, hamiltonian, residual };

/**
 * The layers of a network, as maps.
 *
 * @param {Network} network
 * @param {number} scale Multiplies its steps.
 */
export function layersOf({ kind, layers, shared }, scale) {
  const { average } = shared;
  return layers.map((weights) => {
    const layer = KINDS[kind](weights, { ...shared, scale });
    if (average === 1) return layer;
    return (/** @type {number[]} */ z) => layer(z).map((value, i) => z[i] + average * (value - z[i]));
  });
}
