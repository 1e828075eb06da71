// Steps of a Runge–Kutta method, and the nonlinearities: what layers in the browser are made of. The same formulas
// stand in structviz/ode and structviz/nets; tests/js/layers compares both.
//
// Each file of this folder makes layers of one kind: a function from the weights of one layer, and from what all layers
// share, to the map z ↦ z⁺ of a point with any number of coordinates.

/** @typedef {number[]} Vector */
/** @typedef {(z: Vector) => Vector} Layer */
/** @typedef {{ a: number[][], w: number[] }} Tableau Of a method whose stages need themselves and earlier ones only. */

/** @type {Record<string, (u: number) => number>} */
export const SIGMAS = {
  identity: (u) => u,
  tanh: Math.tanh,
  relu: (u) => Math.max(u, 0),
  abs: Math.abs,
  softplus: (u) => Math.max(u, 0) + Math.log1p(Math.exp(-Math.abs(u))),
  "leaky-relu": (u) => (u > 0 ? u : 0.01 * u),
};

/**
 * A z + b.
 *
 * @param {number[][]} A Row by row.
 * @param {Vector} z
 * @param {Vector} b
 */
export function affine(A, z, b) {
  return A.map((row, i) => row.reduce((sum, entry, j) => sum + entry * z[j], b[i]));
}

/**
 * Aᵀ u.
 *
 * @param {number[][]} A Row by row.
 * @param {Vector} u
 */
export function transposed(A, u) {
  return A[0].map((_, j) => A.reduce((sum, row, i) => sum + row[j] * u[i], 0));
}

/**
 * z + h Σ w_i k_i with k_i = f(z + h Σ_j a_ij k_j), for a method whose stages need earlier ones only.
 *
 * @param {Tableau} tableau
 * @param {(z: Vector) => Vector} field It leaves z as it is.
 * @param {number} h
 * @param {Vector} z
 */
export function step({ a, w }, field, h, z) {
  /** @type {Vector[]} */
  const slopes = [];
  for (const row of a) slopes.push(field(moved(z, h, row, slopes)));
  return moved(z, h, w, slopes);
}

/**
 * z + h Σ_j weights_j slopes_j.
 *
 * @param {Vector} z
 * @param {number} h
 * @param {number[]} weights
 * @param {Vector[]} slopes
 */
function moved(z, h, weights, slopes) {
  const used = slopes.map((_, j) => j).filter((j) => weights[j]);
  return used.length ? z.map((value, i) => value + h * used.reduce((sum, j) => sum + weights[j] * slopes[j][i], 0)) : z;
}

/** @typedef {["drift" | "kick", number]} Part Of a splitting method, with its share of the step. */

/**
 * Drifts q ← q + c h T′(p) and kicks p ← p − c h V′(q) in turn; without parts both at once, which is forward Euler.
 *
 * @param {Part[]} parts
 * @param {(p: Vector) => Vector} velocity T′
 * @param {(q: Vector) => Vector} slope V′
 * @param {number} h
 * @param {Vector} q
 * @param {Vector} p
 * @returns {[Vector, Vector]}
 */
export function split(parts, velocity, slope, h, q, p) {
  let [place, momentum] = [q, p];
  const drift = (/** @type {number} */ by) => plus(place, by, velocity(momentum));
  const kick = (/** @type {number} */ by) => plus(momentum, -by, slope(place));
  if (!parts.length) return [drift(h), kick(h)];
  for (const [part, share] of parts) {
    if (part === "drift") place = drift(share * h);
    else momentum = kick(share * h);
  }
  return [place, momentum];
}

/** @param {Vector} u @param {number} by @param {Vector} v */
function plus(u, by, v) {
  return u.map((value, i) => value + by * v[i]);
}
