// Points that a network steers, and their costates: the numbers behind the pictures.
import { EULER, pushed } from "../layers/costates.js";
import { affine, SIGMAS } from "../layers/steps.js";
import { sweep } from "../layers/sweep.js";

/** @typedef {import("../layers/steps.js").Vector} Vector */
/** @typedef {import("../layers/costates.js").Weights} Weights */
/**
 * @typedef {object} Network
 * @property {Weights[]} layers
 * @property {import("../layers/costates.js").Shared} shared
 * @property {Vector} normal Of the line that tells the classes apart.
 * @property {number} offset
 */
/**
 * @typedef {object} Steered
 * @property {Vector[][]} states By layer, then by point.
 * @property {Vector[][]} costates
 * @property {number[]} gradients ‖∂θ^k‖ of each layer.
 * @property {number[]} hamiltonian H^k = Σ p^{k+1} · f(z^k).
 */

const [FAINT, FULL] = [1e-3, 1e2]; // costates that are drawn with no length and with the greatest

/** @param {Vector} u @param {Vector} v */
const dot = (u, v) => u.reduce((sum, value, i) => sum + value * v[i], 0);

/** @param {Vector} v */
export const length = (v) => Math.sqrt(dot(v, v));

/** @param {Weights} weights */
export const sizeOf = ({ A, b }) => length([...A.flat(), ...b]);

/**
 * The states of points, their costates and what reaches the weights of each layer.
 *
 * @param {Network} network
 * @param {Vector[]} points
 * @param {number[]} labels
 * @param {number} total Points whose mean loss is the objective.
 * @param {boolean} [matching] Whether costates take steps of the method that belongs to the layers; else Euler's.
 * @returns {Steered}
 */
export function steer({ layers, shared, normal, offset }, points, labels, total, matching = true) {
  const width = normal.length;
  const lifted = points.map((point) => [...point, ...Array(width - point.length).fill(0)]);
  const slope = (/** @type {Vector} */ z, /** @type {number} */ n) => {
    const share = 1 / (1 + Math.exp(-(dot(normal, z) + offset)));
    return normal.map((value) => ((share - labels[n]) * value) / total);
  };
  const back = matching ? shared : { ...shared, tableau: EULER };
  const { states, costates, gradients } = sweep(layers, shared, lifted, slope, back);
  const hamiltonian = layers.map(({ A, b }, k) => {
    const velocity = (/** @type {Vector} */ z) => affine(A, z, b).map(SIGMAS[shared.sigma]);
    return states[k].reduce((sum, z, n) => sum + dot(costates[k + 1][n], velocity(z)), 0);
  });
  return { states, costates, gradients: gradients.map(length), hamiltonian };
}

/**
 * δz⁰, …, δz^K of one point that is moved in a direction.
 *
 * @param {Network} network
 * @param {Vector[]} states Of the point.
 * @param {Vector} direction
 */
export function tangentsOf({ layers, shared }, states, direction) {
  const changes = [direction];
  layers.forEach((layer, k) => {
    changes.push(pushed(layer, shared, states[k], changes[k]));
  });
  return changes;
}

/**
 * ⟨p^k, δz^k⟩ for each layer.
 *
 * @param {Vector[]} costates
 * @param {Vector[]} tangents
 */
export function pairing(costates, tangents) {
  return costates.map((p, k) => dot(p, tangents[k]));
}

/**
 * The arrow of a costate, along −p: each factor of ten adds the same length.
 *
 * @param {Vector} p In units in which all points together count once each.
 * @param {number} longest
 */
export function arrowOf(p, longest) {
  const size = length(p);
  if (!(size > FAINT)) return [0, 0];
  const share = Math.min(1, Math.log(size / FAINT) / Math.log(FULL / FAINT));
  return [(-p[0] / size) * share * longest, (-p[1] / size) * share * longest];
}

/**
 * What lies between two frames.
 *
 * @param {Vector[][]} frames
 * @param {number} at In frames.
 */
export function between(frames, at) {
  const k = Math.min(Math.floor(at), frames.length - 2);
  return frames[k].map((from, n) => from.map((value, i) => value + (at - k) * (frames[k + 1][n][i] - value)));
}
