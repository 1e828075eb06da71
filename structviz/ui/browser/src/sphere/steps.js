// Fields along the sphere and steps that follow them: the formulas of structviz/studies/manifolds/sphere_steps.py.
import { affine, SIGMAS, step, transposed } from "../layers/steps.js";

/** @typedef {import("../runtime/orbit.js").Vector3} Vector3 */
/** @typedef {(k: number, z: Vector3) => Vector3} Field The velocity in layer k: tangent at points of the sphere. */
/** @typedef {{ name: string, title: string, stays: boolean, tableau?: import("../layers/steps.js").Tableau }} Method */
/**
 * @typedef {object} Described A field as Python describes it.
 * @property {string} kind
 * @property {string} [activation] Of a network.
 * @property {{ A: number[][], b: number[] }[]} [layers] Of a network.
 */

const PULL = 0.6;
const [ITERATIONS, CLOSE] = [100, 1e-14]; // of the implicit midpoint rule
/** @type {Vector3} */
const LOST = [Number.NaN, Number.NaN, Number.NaN];

/** @param {Vector3} a @param {Vector3} b */
export const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

/** @param {Vector3} z @param {number} by @param {Vector3} v @returns {Vector3} z + by · v */
export const plus = (z, by, v) => [z[0] + by * v[0], z[1] + by * v[1], z[2] + by * v[2]];

/** @param {Vector3} z @param {number} by @returns {Vector3} */
export const times = (z, by) => [z[0] * by, z[1] * by, z[2] * by];

/** @param {Vector3} z */
export const lengthOf = (z) => Math.sqrt(dot(z, z));

/** @param {Vector3} z The closest point of the sphere. */
export const normalised = (z) => times(z, 1 / lengthOf(z));

/** @param {Vector3} z How far a point is from the sphere: |‖z‖ − 1|; infinite where it is lost. */
export function distance(z) {
  const found = Math.abs(lengthOf(z) - 1);
  return Number.isNaN(found) ? Number.POSITIVE_INFINITY : found;
}

/** @type {Record<string, (z: Vector3) => Vector3>} Velocities of space, whose part across the sphere is taken away. */
const VELOCITIES = {
  pole: ([x, y]) => [-y, x, 1 / 3],
  poles: ([x, y, z]) => [-y, x, PULL * z],
};

/**
 * The field v − (v·z) z of a velocity v of space.
 *
 * @param {Described} described
 * @returns {Field}
 */
export function fieldOf({ kind, activation = "", layers = [] }) {
  const tangent = (/** @type {Vector3} */ v, /** @type {Vector3} */ z) => plus(v, -dot(v, z), z);
  if (kind !== "network") return (_k, z) => tangent(VELOCITIES[kind](z), z);
  const sigma = SIGMAS[activation];
  return (k, z) => {
    const { A, b } = layers[k];
    return tangent(/** @type {Vector3} */ (transposed(A, affine(A, z, b).map(sigma))), z);
  };
}

/**
 * One step of length h.
 *
 * @param {Method} method
 * @param {(z: Vector3) => Vector3} field
 * @param {number} h
 * @param {Vector3} z
 * @returns {Vector3}
 */
export function advance({ name, stays, tableau }, field, h, z) {
  if (tableau) {
    const moved = /** @type {Vector3} */ (step(tableau, (u) => field(/** @type {Vector3} */ (u)), h, z));
    return stays ? normalised(moved) : moved;
  }
  if (name === "exponential") return along(z, times(field(z), h));
  return name === "midpoint" ? midpoint(field, h, z) : cayley(z, times(field(z), h / 2));
}

/** @param {Vector3} z @param {Vector3} v Where the great circle ends that leaves z with this velocity. */
function along(z, v) {
  const length = lengthOf(v);
  return plus(times(z, Math.cos(length)), length ? Math.sin(length) / length : 1, v);
}

/** @param {Vector3} z @param {Vector3} u */
function cayley(z, u) {
  const squared = dot(u, u);
  return times(plus(times(z, 1 - squared), 2, u), 1 / (1 + squared));
}

/** @param {(z: Vector3) => Vector3} field @param {number} h @param {Vector3} z */
function midpoint(field, h, z) {
  let found = z;
  for (let i = 0; i < ITERATIONS; i++) {
    const next = plus(z, h, field(normalised(plus(z, 1, found))));
    const change = Math.max(...next.map((value, j) => Math.abs(value - found[j])));
    found = next;
    if (change < CLOSE) return found;
  }
  return LOST;
}

/**
 * Where a point is after 0, 1, 2, … layers.
 *
 * @param {Method} method
 * @param {Field} field
 * @param {number} h
 * @param {number} n Layers.
 * @param {Vector3} z
 */
export function pathOf(method, field, h, n, z) {
  const path = [z];
  for (let k = 0; k < n; k++) path.push(advance(method, (u) => field(k, u), h, path[k]));
  return path;
}

/**
 * Where a point is between layers: on the chord, or on the sphere above it where the method stays there.
 *
 * @param {Vector3[]} path
 * @param {number} x
 * @param {boolean} stays
 * @returns {Vector3}
 */
export function between(path, x, stays) {
  const k = Math.min(Math.floor(x), path.length - 1);
  if (k === x || k + 1 >= path.length) return path[k];
  const place = plus(times(path[k], 1 - x + k), x - k, path[k + 1]);
  return stays ? normalised(place) : place;
}
