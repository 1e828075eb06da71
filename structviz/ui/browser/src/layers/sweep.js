// All points through all layers, and their costates back: where a network takes its data, and what that asks of its
// weights.
import { forwards, pulled } from "./costates.js";

/** @typedef {import("./steps.js").Vector} Vector */
/** @typedef {import("./costates.js").Weights} Weights */
/** @typedef {import("./costates.js").Shared} Shared */

/**
 * The states of points before each layer and after the last one: by layer, then by point.
 *
 * @param {Weights[]} layers
 * @param {Shared} shared
 * @param {Vector[]} points
 */
export function statesOf(layers, shared, points) {
  const states = [points];
  for (const layer of layers) states.push(states[states.length - 1].map((z) => forwards(layer, shared, z)));
  return states;
}

/**
 * All of it at once: the states of points, their costates, and the gradient of what is to be made small.
 *
 * @param {Weights[]} layers
 * @param {Shared} shared
 * @param {Vector[]} points
 * @param {(end: Vector, n: number) => Vector} slope The gradient of the objective with respect to the end of point n.
 * @param {Shared} [back] By what costates come back, if not by what belongs to the states.
 */
export function sweep(layers, shared, points, slope, back = shared) {
  const states = statesOf(layers, shared, points);
  const ends = states[layers.length];
  return { states, ends, ...costatesOf(layers, back, states, ends.map(slope)) };
}

/**
 * The costates of points, from those at the end, and the gradient with respect to the weights of each layer: A row by
 * row, then b, summed over the points.
 *
 * @param {Weights[]} layers
 * @param {Shared} shared
 * @param {Vector[][]} states As `statesOf` has them.
 * @param {Vector[]} ends
 */
function costatesOf(layers, shared, states, ends) {
  const costates = [ends];
  /** @type {Vector[]} */
  const gradients = [];
  for (let k = layers.length - 1; k >= 0; k--) {
    const [after] = costates;
    const found = states[k].map((z, n) => pulled(layers[k], shared, z, after[n]));
    const parts = found.map(({ A, b }) => [...A.flat(), ...b]);
    gradients.unshift(parts[0].map((_, i) => parts.reduce((sum, part) => sum + part[i], 0)));
    costates.unshift(found.map(({ p }) => p));
  }
  return { costates, gradients };
}
