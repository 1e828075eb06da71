// The network of the plane, z ↦ σ(Az + b) layer by layer, and its training problem with the gradient of it.
// The same formulas stand in structviz/studies/notation.py; a test holds the two together.
import { EULER } from "../layers/costates.js";
import { affine, SIGMAS } from "../layers/steps.js";
import { statesOf, sweep } from "../layers/sweep.js";

/** @typedef {import("../runtime/plane.js").Point} Point */
/** @typedef {number[]} Layer A row by row, then b. */
/** @typedef {{ sigma: string, points: Point[], labels: number[], targets: Point[] }} Task */
/** @typedef {{ weight: number, rate: number, largest: number }} Descent Of R(θ), of a step, and what a weight can be. */

// σ(Az + b) is a step of Euler's method of length 1 that keeps nothing of z.
const weightsOf = (/** @type {Layer} */ u) => ({ A: [u.slice(0, 2), u.slice(2, 4)], b: u.slice(4), h: 1, keeps: 0 });

/**
 * What layer k does to points: z, Az, Az + b and σ(Az + b).
 *
 * @param {Layer[]} theta @param {string} sigma @param {Point[]} points @param {number} k
 */
export function stages(theta, sigma, points, k) {
  const { A, b } = weightsOf(theta[k]);
  const z = statesOf(theta.slice(0, k).map(weightsOf), { sigma, tableau: EULER }, points)[k];
  const [linear, shifted] = [[0, 0], b].map((shift) => z.map((place) => affine(A, place, shift)));
  return /** @type {Point[][]} */ ([z, linear, shifted, shifted.map((u) => u.map(SIGMAS[sigma]))]);
}

/**
 * The training problem at θ, and the next θ of gradient descent: θ itself where it would run away.
 *
 * @param {Layer[]} theta @param {Task & Descent} problem
 */
export function objective(theta, { sigma, points, labels, targets, weight, rate, largest }) {
  const way = (/** @type {number[]} */ end, /** @type {number} */ label) => end.map((z, i) => z - targets[label][i]);
  const toTarget = (/** @type {number[]} */ end, /** @type {number} */ n) =>
    way(end, labels[n]).map((value) => value / points.length);
  const { ends, gradients } = sweep(theta.map(weightsOf), { sigma, tableau: EULER }, points, toTarget);
  const far = ends.map((end) => targets.map((_, label) => way(end, label).reduce((sum, d) => sum + d * d, 0)));
  const loss = labels.reduce((sum, label, n) => sum + far[n][label], 0) / (2 * points.length);
  const accuracy = labels.filter((label, n) => far[n][label] <= far[n][1 - label]).length / points.length;
  const regulariser = (weight / 2) * theta.flat().reduce((sum, value) => sum + value ** 2, 0);
  const slope = (/** @type {number} */ k, /** @type {number} */ i) => weight * theta[k][i] + gradients[k][i];
  const next = theta.map((layer, k) => layer.map((value, i) => value - rate * slope(k, i)));
  const runsAway = !next.flat().every((value) => Math.abs(value) < largest);
  return { loss, regulariser, total: loss + regulariser, accuracy, next: runsAway ? theta : next };
}
