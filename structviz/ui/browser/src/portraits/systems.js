// Mechanical systems with an energy H(q, p) = T(p) + V(q), in steps of a method: the formulas of
// structviz/studies/stability/portraits.py.
import { affine, SIGMAS, split, step, transposed } from "../layers/steps.js";

/** @typedef {import("../layers/steps.js").Vector} Vector */
/** @typedef {{ tableau?: import("../layers/steps.js").Tableau, parts?: import("../layers/steps.js").Part[] }} Method
 *   A Runge–Kutta method, or a splitting method. */
/**
 * @typedef {object} System
 * @property {(p: Vector) => Vector} velocity T′
 * @property {(q: Vector) => Vector} slope V′
 * @property {(q: Vector, p: Vector) => number} energy
 */

const square = (/** @type {Vector} */ p) => p.reduce((sum, value) => sum + value * value, 0);
const logCosh = (/** @type {number} */ u) => Math.abs(u) + Math.log1p(Math.exp(-2 * Math.abs(u))) - Math.LN2;

/** @type {System} H = p²/2 − cos q */
const pendulum = {
  velocity: (p) => p,
  slope: (q) => q.map(Math.sin),
  energy: (q, p) => square(p) / 2 - Math.cos(q[0]),
};

/** @type {System} H = ‖p‖²/2 − 1/‖q‖ */
const kepler = {
  velocity: (p) => p,
  slope: (q) => {
    const cube = square(q) ** 1.5;
    return q.map((value) => value / cube);
  },
  energy: (q, p) => square(p) / 2 - 1 / Math.sqrt(square(q)),
};

/**
 * H = Σ log cosh(K₁p + b₁) + Σ log cosh(K₂q + b₂).
 *
 * @param {{ K: number[][][], b: number[][] }} weights Of the momenta, then of the positions.
 * @returns {System}
 */
function network({ K, b }) {
  const gradient = (/** @type {number} */ i) => (/** @type {Vector} */ u) =>
    transposed(K[i], affine(K[i], u, b[i]).map(SIGMAS.tanh));
  const potential = (/** @type {number} */ i, /** @type {Vector} */ u) =>
    affine(K[i], u, b[i]).reduce((sum, value) => sum + logCosh(value), 0);
  return {
    velocity: gradient(0),
    slope: gradient(1),
    energy: (q, p) => potential(0, p) + potential(1, q),
  };
}

/**
 * The system of a name.
 *
 * @param {{ name: string, weights: any }} given
 */
export function systemOf({ name, weights }) {
  if (name === "network") return network(weights);
  return name === "kepler" ? kepler : pendulum;
}

/**
 * One step from (q, p), of length h.
 *
 * @param {System} system
 * @param {Method} method
 * @param {number} h
 * @param {[Vector, Vector]} state
 * @returns {[Vector, Vector]}
 */
export function advance({ velocity, slope }, { tableau, parts }, h, [q, p]) {
  if (!tableau) return split(parts ?? [], velocity, slope, h, q, p);
  const n = q.length;
  const field = (/** @type {Vector} */ z) => [...velocity(z.slice(n)), ...slope(z.slice(0, n)).map((u) => -u)];
  const moved = step(tableau, field, h, [...q, ...p]);
  return [moved.slice(0, n), moved.slice(n)];
}
