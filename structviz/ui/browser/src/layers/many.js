// Many points at once, and how their neighbourhoods are stretched: the field σ(Az + b) on one long vector, for `step`.
//
// The vector holds the points, one after the other. Behind them stand tangents of the last of the points: for each
// direction that is followed one vector for each of these points.
import { SLOPES } from "./costates.js";
import { StageSolver } from "./implicit.js";
import { SIGMAS } from "./steps.js";

/**
 * @typedef {object} Crowd What a vector holds.
 * @property {number} dim Coordinates of a point.
 * @property {number} points
 * @property {number} followed How many of the points, the last ones, have tangents.
 * @property {number} directions
 */
/** @typedef {{ A: Float64Array, b: Float64Array }} Weights A row by row. */

/** @param {Crowd} crowd */
export function sizeOf({ dim, points, followed, directions }) {
  return dim * (points + followed * directions);
}

/**
 * The velocities of points, and of their tangents δ: σ(Az + b) and σ′(Az + b) Aδ.
 *
 * @param {Crowd} crowd
 * @param {string} sigma
 * @param {Weights} weights
 * @returns {(y: Float64Array) => Float64Array}
 */
export function fieldOfMany({ dim, points, followed, directions }, sigma, { A, b }) {
  const [activate, slope] = [SIGMAS[sigma], SLOPES[sigma]];
  return (y) => {
    const found = new Float64Array(y.length);
    const slopes = new Float64Array(directions ? followed * dim : 0);
    const first = (points - followed) * dim;
    for (let at = 0; at < points * dim; at += dim) {
      for (let i = 0; i < dim; i++) {
        let sum = b[i];
        for (let j = 0; j < dim; j++) sum += A[i * dim + j] * y[at + j];
        found[at + i] = activate(sum);
        if (directions && at >= first) slopes[at - first + i] = slope(found[at + i], sum);
      }
    }
    for (let d = 0; d < directions; d++) {
      const start = (points + d * followed) * dim;
      for (let at = 0; at < followed * dim; at += dim) {
        for (let i = 0; i < dim; i++) {
          let sum = 0;
          for (let j = 0; j < dim; j++) sum += A[i * dim + j] * y[start + at + j];
          found[start + at + i] = slopes[at + i] * sum;
        }
      }
    }
    return found;
  };
}

/**
 * The slopes of an implicit stage, k = σ(A(z + hk) + b) for each point, and those of its tangents.
 *
 * @param {Crowd} crowd
 * @param {string} sigma
 * @param {Weights} weights
 * @returns {(y: Float64Array, h: number) => Float64Array}
 */
export function solverOfMany({ dim, points, followed, directions }, sigma, weights) {
  return (y, h) => {
    const solver = new StageSolver(dim, SIGMAS[sigma], SLOPES[sigma], weights, h);
    const found = new Float64Array(y.length);
    const right = new Float64Array(dim);
    for (let n = 0; n < points; n++) {
      found.set(solver.slopeAt(y, n * dim), n * dim);
      const place = n - points + followed;
      if (place < 0) continue;
      // The slope of a tangent solves κ = J(δ + hκ).
      for (let d = 0; d < directions; d++) {
        const there = (points + d * followed + place) * dim;
        right.fill(0);
        for (let i = 0; i < dim; i++) for (let j = 0; j < dim; j++) right[i] += solver.J[i * dim + j] * y[there + j];
        solver.solve(right);
        if (Number.isNaN(found[n * dim])) right.fill(Number.NaN); // where no slope is found
        found.set(right, there);
      }
    }
    return found;
  };
}
