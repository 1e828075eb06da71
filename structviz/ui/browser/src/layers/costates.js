// Steps with their derivatives: where a point goes, how it moves when its start does, and how a costate comes back. The
// same formulas stand in structviz/studies/control; tests/js/layers compares both.
import { affine, SIGMAS, transposed } from "./steps.js";

/** @typedef {import("./steps.js").Vector} Vector */
/** @typedef {{ A: number[][], b: number[], h: number, keeps: number }} Weights z⁺ = keeps · z + h Σ w_i k_i. */
/** @typedef {{ sigma: string, tableau: import("./steps.js").Tableau }} Shared */
/** @typedef {{ p: Vector, A: number[][], b: Vector }} Pulled A costate before a layer, and what reaches its weights. */

/** @type {Record<string, (s: number, u: number) => number>} σ′(u) from s = σ(u), and from u where s does not tell. */
export const SLOPES = {
  identity: () => 1,
  tanh: (s) => 1 - s * s,
  relu: (s) => Number(s > 0),
  abs: (_, u) => Math.sign(u),
  softplus: (s) => -Math.expm1(-s),
  "leaky-relu": (s) => (s > 0 ? 1 : 0.01),
};

/** Euler's method. @type {import("./steps.js").Tableau} */
export const EULER = { a: [[0]], w: [1] };

/** @param {Vector} u @param {number} by @param {Vector} v */
const plus = (u, by, v) => u.map((value, i) => value + by * v[i]);

/**
 * The stages of a step from z, what enters σ in them, and the slopes.
 *
 * @param {Weights} weights
 * @param {Shared} shared
 * @param {Vector} z
 */
function stagesOf({ A, b, h }, { sigma, tableau }, z) {
  /** @type {Vector[]} */
  const stages = [];
  /** @type {Vector[]} */
  const entering = [];
  /** @type {Vector[]} */
  const slopes = [];
  for (const row of tableau.a) {
    const stage = slopes.reduce((place, slope, j) => (row[j] ? plus(place, h * row[j], slope) : place), z);
    const u = affine(A, stage, b);
    stages.push(stage);
    entering.push(u);
    slopes.push(u.map(SIGMAS[sigma]));
  }
  return { stages, entering, slopes };
}

/**
 * Where a layer takes z.
 *
 * @param {Weights} weights
 * @param {Shared} shared
 * @param {Vector} z
 */
export function forwards(weights, shared, z) {
  const { slopes } = stagesOf(weights, shared, z);
  const start = z.map((value) => weights.keeps * value);
  return slopes.reduce((place, slope, i) => plus(place, weights.h * shared.tableau.w[i], slope), start);
}

/**
 * How z⁺ moves when z moves by δ.
 *
 * @param {Weights} weights
 * @param {Shared} shared
 * @param {Vector} z
 * @param {Vector} delta
 */
export function pushed(weights, shared, z, delta) {
  const { A, h, keeps } = weights;
  const { a, w } = shared.tableau;
  const { entering, slopes } = stagesOf(weights, shared, z);
  const still = delta.map(() => 0);
  /** @type {Vector[]} */
  const changes = [];
  slopes.forEach((slope, i) => {
    const moved = changes.reduce((sum, change, j) => plus(sum, h * a[i][j], change), delta);
    changes.push(affine(A, moved, still).map((value, l) => value * SLOPES[shared.sigma](slope[l], entering[i][l])));
  });
  const start = delta.map((value) => keeps * value);
  return changes.reduce((sum, change, i) => plus(sum, h * w[i], change), start);
}

/**
 * The costate before a layer from the one after it, last stage first:
 * λ_i = h w_i p⁺ + h Σ_j a_ji J_jᵀ λ_j and p = keeps · p⁺ + Σ_i J_iᵀ λ_i.
 *
 * @param {Weights} weights
 * @param {Shared} shared
 * @param {Vector} z Before the layer.
 * @param {Vector} p After it.
 * @returns {Pulled}
 */
export function pulled(weights, shared, z, p) {
  const { A, b, h, keeps } = weights;
  const { a, w } = shared.tableau;
  const { stages, entering, slopes } = stagesOf(weights, shared, z);
  const found = { p: p.map((value) => keeps * value), A: A.map((row) => row.map(() => 0)), b: b.map(() => 0) };
  /** @type {Vector[]} J_jᵀ λ_j */
  const forces = [];
  for (let i = w.length - 1; i >= 0; i--) {
    let lambda = p.map((value) => h * w[i] * value);
    for (let j = i + 1; j < w.length; j++) lambda = plus(lambda, h * a[j][i], forces[j]);
    const inner = lambda.map((value, l) => value * SLOPES[shared.sigma](slopes[i][l], entering[i][l]));
    inner.forEach((value, l) => {
      found.b[l] += value;
      stages[i].forEach((coordinate, m) => {
        found.A[l][m] += value * coordinate;
      });
    });
    forces[i] = transposed(A, inner);
    found.p = plus(found.p, 1, forces[i]);
  }
  return found;
}
