// Many points at once, and how their neighbourhoods are stretched: the field σ(Az + b) on one long vector, for `step`.
//
// The vector holds the points, one after the other. Behind them stand tangents of the last of the points: for each
// direction that is followed one vector for each of these points.
import { SLOPES } from "./costates.js";
import { StageSolver } from "./implicit.js";
import { SIGMAS } from "./steps.js";
import { tanh } from "./tanh.js";

/**
 * @typedef {object} Crowd What a vector holds.
 * @property {number} dim Coordinates of a point.
 * @property {number} points
 * @property {number} followed How many of the points, the last ones, have tangents.
 * @property {number} directions
 * @property {{ place: Float64Array, slopes: Float64Array[] }} [room] For the stages of a step.
 */
/** @typedef {{ A: Float64Array, b: Float64Array }} Weights A row by row. */

/** @param {Crowd} crowd */
export function sizeOf({ dim, points, followed, directions }) {
  return dim * (points + followed * directions);
}

/**
 * z + h Σ w_i k_i with k_i = f(z + h Σ_j a_ij k_j), in place, where f is the field σ(Az + b) of points, and
 * σ′(Az + b) Aδ for their tangents δ. All memory is taken once for a crowd.
 *
 * @param {Crowd} crowd
 * @param {string} sigma
 * @param {{ a: number[][], w: number[] }} tableau Stages need themselves and earlier ones only.
 * @param {Weights[]} weights Of each stage, or the same for all.
 * @param {number} h
 * @param {Float64Array} y
 */
export function stepOfMany(crowd, sigma, { a, w }, weights, h, y) {
  const { place, slopes } = roomOf(crowd, a.length);
  a.forEach((row, i) => {
    const own = weights[Math.min(i, weights.length - 1)];
    const there = moved(y, h, row, slopes.slice(0, i), place) ? place : y;
    if (row[i]) solveMany(crowd, sigma, own, there, h * row[i], slopes[i]);
    else fieldOfMany(crowd, sigma, own, there, slopes[i]);
  });
  moved(y, h, w, slopes, y);
}

/** @param {Crowd} crowd @param {number} stages */
function roomOf(crowd, stages) {
  const many = () => new Float64Array(sizeOf(crowd));
  if (crowd.room?.slopes.length !== stages) {
    crowd.room = { place: many(), slopes: Array.from({ length: stages }, many) };
  }
  return crowd.room;
}

/**
 * y + h Σ_j weights_j slopes_j into another vector, or into y itself.
 *
 * @param {Float64Array} y
 * @param {number} h
 * @param {number[]} weights
 * @param {Float64Array[]} slopes
 * @param {Float64Array} into
 * @returns Whether there is anything to add; if not, nothing is written.
 */
function moved(y, h, weights, slopes, into) {
  let from = y;
  slopes.forEach((slope, j) => {
    if (!weights[j]) return;
    const share = h * weights[j];
    for (let i = 0; i < y.length; i++) into[i] = from[i] + share * slope[i];
    from = into;
  });
  return from === into && slopes.length > 0;
}

/**
 * The velocities of points, and of their tangents.
 *
 * @param {Crowd} crowd
 * @param {string} sigma
 * @param {Weights} weights
 * @param {Float64Array} y
 * @param {Float64Array} found Takes them.
 */
export function fieldOfMany(crowd, sigma, { A, b }, y, found) {
  const { dim, points, followed, directions } = crowd;
  const [first, end] = [(points - followed) * dim, points * dim];
  multiply(A, b, y, found, 0, end);
  const entering = directions ? found.slice(first, end) : found;
  activate(sigma, found, end);
  if (!directions) return;
  multiply(A, new Float64Array(dim), y, found, end, y.length);
  slopesOf(sigma, found.subarray(first, end), entering);
  for (let at = end; at < y.length; at += entering.length) {
    for (let i = 0; i < entering.length; i++) found[at + i] *= entering[i];
  }
}

/**
 * Ay + b for each point of a part of a vector.
 *
 * @param {Float64Array} A
 * @param {Float64Array} b
 * @param {Float64Array} y
 * @param {Float64Array} found
 * @param {number} from
 * @param {number} to
 */
function multiply(A, b, y, found, from, to) {
  const dim = b.length;
  if (dim === 2) {
    // Most networks are planar, and these lines take half the time of the loops below.
    const [a00, a01, a10, a11] = A;
    const [b0, b1] = b;
    for (let at = from; at < to; at += 2) {
      const [first, second] = [y[at], y[at + 1]];
      found[at] = b0 + a00 * first + a01 * second;
      found[at + 1] = b1 + a10 * first + a11 * second;
    }
    return;
  }
  for (let at = from; at < to; at += dim) {
    for (let i = 0; i < dim; i++) {
      let sum = b[i];
      for (let j = 0; j < dim; j++) sum += A[i * dim + j] * y[at + j];
      found[at + i] = sum;
    }
  }
}

/** @param {string} sigma @param {Float64Array} u Takes σ(u) where it held u. @param {number} to */
function activate(sigma, u, to) {
  if (sigma === "tanh") for (let i = 0; i < to; i++) u[i] = tanh(u[i]);
  else {
    const one = SIGMAS[sigma];
    for (let i = 0; i < to; i++) u[i] = one(u[i]);
  }
}

/** @param {string} sigma @param {Float64Array} s @param {Float64Array} u Takes σ′(u) where it held u. */
function slopesOf(sigma, s, u) {
  if (sigma === "tanh") for (let i = 0; i < u.length; i++) u[i] = 1 - s[i] * s[i];
  else {
    const slope = SLOPES[sigma];
    for (let i = 0; i < u.length; i++) u[i] = slope(s[i], u[i]);
  }
}

/**
 * The slopes of an implicit stage, k = σ(A(z + hk) + b) for each point, and those of its tangents. Those of the step
 * before, which are close, are what the search starts from.
 *
 * @param {Crowd} crowd
 * @param {string} sigma
 * @param {Weights} weights
 * @param {Float64Array} y
 * @param {number} h
 * @param {Float64Array} found Takes them, and has those of the step before.
 */
function solveMany(crowd, sigma, weights, y, h, found) {
  const { dim, points, followed, directions } = crowd;
  const solver = new StageSolver(dim, sigma === "tanh" ? tanh : SIGMAS[sigma], SLOPES[sigma], weights, h);
  const right = new Float64Array(dim);
  for (let n = 0; n < points; n++) {
    const slope = solver.slopeAt(y, n * dim, found);
    for (let i = 0; i < dim; i++) found[n * dim + i] = slope[i];
    const place = n - points + followed;
    if (place < 0) continue;
    // The slope of a tangent solves κ = J(δ + hκ).
    for (let d = 0; d < directions; d++) {
      const there = (points + d * followed + place) * dim;
      right.fill(0);
      for (let i = 0; i < dim; i++) for (let j = 0; j < dim; j++) right[i] += solver.J[i * dim + j] * y[there + j];
      solver.solve(right);
      if (Number.isNaN(found[n * dim])) right.fill(Number.NaN); // where no slope is found
      for (let i = 0; i < dim; i++) found[there + i] = right[i];
    }
  }
}
