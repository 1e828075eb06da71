// The network of the plane, z ↦ σ(Az + b) layer by layer, and its training problem with the gradient of it.
// The same formulas stand in structviz/studies/notation.py; a test holds the two together.
import { EULER } from "../layers/costates.js";
import { affine, SIGMAS } from "../layers/steps.js";
import { costatesOf, statesOf } from "../layers/sweep.js";

/** @typedef {import("../runtime/plane.js").Point} Point */
/** @typedef {number[]} Layer A row by row, then b. */
/** @typedef {{ sigma: string, points: Point[], labels: number[], targets: Point[], weight: number }} Problem */

// σ(Az + b) is a step of Euler's method of length 1 that keeps nothing of z.
const weightsOf = (/** @type {Layer} */ u) => ({ A: [u.slice(0, 2), u.slice(2, 4)], b: u.slice(4), h: 1, keeps: 0 });

/**
 * What layer k does to points: z, Az, Az + b and σ(Az + b).
 *
 * @param {Layer[]} theta
 * @param {string} sigma
 * @param {Point[]} points
 * @param {number} k
 */
export function stages(theta, sigma, points, k) {
  const { A, b } = weightsOf(theta[k]);
  const z = statesOf(theta.slice(0, k).map(weightsOf), { sigma, tableau: EULER }, points)[k];
  const shifted = z.map((place) => affine(A, place, b));
  const found = [z, z.map((place) => affine(A, place, [0, 0])), shifted, shifted.map((u) => u.map(SIGMAS[sigma]))];
  return /** @type {Point[][]} */ (found);
}

/**
 * The training problem at θ, and its gradient, layer by layer.
 *
 * @param {Layer[]} theta
 * @param {Problem} problem
 */
export function objective(theta, { sigma, points, labels, targets, weight }) {
  const [layers, shared, size] = [theta.map(weightsOf), { sigma, tableau: EULER }, points.length];
  const states = statesOf(layers, shared, points);
  const ways = states[theta.length].map((end) => targets.map((target) => end.map((value, i) => value - target[i])));
  const far = ways.map((way) => way.map(([x, y]) => x * x + y * y));
  const loss = labels.reduce((sum, label, n) => sum + far[n][label], 0) / (2 * size);
  const accuracy = labels.filter((label, n) => far[n][label] <= far[n][1 - label]).length / size;
  const regulariser = (weight / 2) * theta.flat().reduce((sum, value) => sum + value ** 2, 0);
  const ends = ways.map((way, n) => way[labels[n]].map((value) => value / size));
  const { gradients } = costatesOf(layers, shared, states, ends);
  const gradient = theta.map((layer, k) => layer.map((value, i) => weight * value + gradients[k][i]));
  return { loss, regulariser, total: loss + regulariser, accuracy, gradient };
}
