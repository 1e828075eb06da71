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
 * z + h Σ w_i k_i with k_i = f(z + h Σ_j a_ij k_j).
 *
 * @template {number[] | Float64Array} V
 * @param {Tableau} tableau
 * @param {(z: V, i: number) => V} field In stage i; it leaves z as it is.
 * @param {number} h
 * @param {V} z
 * @param {(z: V, h: number, i: number) => V} [solve] The k that solves k = f(z + h k), for implicit stages.
 * @returns {V}
 */
export function step({ a, w }, field, h, z, solve) {
  /** @type {V[]} */
  const slopes = [];
  a.forEach((row, i) => {
    const place = moved(z, h, row, slopes);
    slopes.push(row[i] && solve ? solve(place, h * row[i], i) : field(place, i));
  });
  return moved(z, h, w, slopes);
}

/**
 * z + h Σ_j weights_j slopes_j.
 *
 * @template {number[] | Float64Array} V
 * @param {V} z
 * @param {number} h
 * @param {number[]} weights
 * @param {V[]} slopes
 * @returns {V}
 */
function moved(z, h, weights, slopes) {
  const used = slopes.map((_, j) => j).filter((j) => weights[j]);
  if (!used.length) return z;
  const found = /** @type {V} */ (z.slice());
  // Loops, since thousands of points may stand in one vector.
  for (let i = 0; i < z.length; i++) {
    let sum = 0;
    for (const j of used) sum += weights[j] * slopes[j][i];
    found[i] += h * sum;
  }
  return found;
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
