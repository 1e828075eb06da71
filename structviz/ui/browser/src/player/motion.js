// The steps of a network's flow: its weights as functions of time, on a grid of one's choice, for many points at once.
// The same formulas stand in structviz/studies/flow (altered.py, refinement.py); tests/js/player compares both.
import { fieldOfMany, sizeOf, stepOfMany } from "../layers/many.js";

/** @typedef {import("../layers/many.js").Crowd} Crowd */
/** @typedef {import("../layers/many.js").Weights} Weights */
/** @typedef {{ title: string, a: number[][], w: number[], c: number[] }} Integrator */

/**
 * @typedef {object} Network As structviz/figures/flow/live.py describes it.
 * @property {string} scheme Name of an integrator, or "plain".
 * @property {string} sigma
 * @property {number} dim
 * @property {number} layers
 * @property {number} time T.
 * @property {Float32Array} A Row by row, layer by layer.
 * @property {Float32Array} b
 */

export const PLAIN = "plain";
const NEAR = 1e-9; // round-off at the seam of two layers

/**
 * The network whose layers go on to another time, with all weights multiplied.
 *
 * @param {Network} network
 * @param {number} horizon T relative to that of training.
 * @param {number} scale
 * @returns {Network}
 */
export function altered(network, horizon, scale) {
  if (horizon === 1 && scale === 1) return network;
  const { layers: K, dim, time } = network;
  const n = network.scheme === PLAIN ? K : Math.max(1, Math.floor(horizon * K + 0.5));
  const factor = Math.fround(scale); // weights are in single precision
  /** @param {Float32Array} values @param {number} size */
  const changed = (values, size) =>
    Float32Array.from({ length: n * size }, (_, k) => {
      const layer = Math.min(Math.floor(k / size), K - 1);
      return values[layer * size + (k % size)] * factor;
    });
  return { ...network, layers: n, time: (time * n) / K, A: changed(network.A, dim * dim), b: changed(network.b, dim) };
}

/** @param {Network} network @param {number} k @returns {Weights} */
function layer({ A, b, dim }, k) {
  const square = dim * dim;
  return {
    A: Float64Array.from(A.subarray(k * square, (k + 1) * square)),
    b: Float64Array.from(b.subarray(k * dim, (k + 1) * dim)),
  };
}

/**
 * @param {Weights[]} all
 * @param {number[]} shares
 * @returns {Weights}
 */
function mixed(all, shares) {
  const sum = (/** @type {"A" | "b"} */ name) =>
    all[0][name].map((_, i) => all.reduce((total, weights, k) => total + shares[k] * weights[name][i], 0));
  return { A: sum("A"), b: sum("b") };
}

/**
 * The weights at a time, straight from one layer to the next; the last one holds.
 *
 * @param {Network} network
 * @param {number} t
 */
export function weightsAt(network, t) {
  const last = network.layers - 1;
  let place = Math.min(Math.max((t / network.time) * network.layers, 0), network.layers);
  if (Math.abs(place - Math.round(place)) < NEAR) place = Math.round(place);
  const k = Math.min(Math.floor(place), last);
  const share = place - k;
  if (k === last || !share) return layer(network, k);
  return mixed([layer(network, k), layer(network, k + 1)], [1 - share, share]);
}

/**
 * The mean weights between two times, constant in each layer.
 *
 * @param {Network} network
 * @param {number} start
 * @param {number} end
 */
export function meanWeights(network, start, end) {
  const { layers: K, time } = network;
  const [all, overlaps] = [/** @type {Weights[]} */ ([]), /** @type {number[]} */ ([])];
  for (let k = 0; k < K; k++) {
    const overlap = Math.min(((k + 1) * time) / K, end) - Math.max((k * time) / K, start);
    if (!(overlap > 0)) continue;
    all.push(layer(network, k));
    overlaps.push(overlap);
  }
  const total = overlaps.reduce((sum, overlap) => sum + overlap, 0);
  return mixed(
    all,
    overlaps.map((overlap) => overlap / total),
  );
}

/** Steps from 0 to T, one after the other. */
export class Motion {
  /**
   * @param {Network} network
   * @param {Record<string, Integrator>} integrators
   * @param {{ method: string, steps: number, interpolation: string } | null} how Null for the layers themselves.
   */
  constructor(network, integrators, how) {
    this.network = network;
    this.length = how?.steps ?? network.layers;
    this.times = Array.from({ length: this.length + 1 }, (_, k) => (k * network.time) / this.length);
    this.integrator = network.scheme === PLAIN ? null : integrators[how?.method ?? network.scheme];
    this.dt = network.time / this.length;
    this.weights = this.times.slice(0, -1).map((start, k) => {
      if (!how) return [layer(network, k)];
      if (how.interpolation === "linear") {
        return integrators[how.method].c.map((node) => weightsAt(network, start + node * this.dt));
      }
      const isWithin = this.length % network.layers === 0;
      return [isWithin ? weightsOf(network, start) : meanWeights(network, start, this.times[k + 1])];
    });
  }

  /**
   * Takes step `k` with a crowd.
   *
   * @param {number} k
   * @param {Crowd} crowd
   * @param {Float64Array} y Holds it, before and after.
   */
  advance(k, crowd, y) {
    const { sigma } = this.network;
    const weights = this.weights[k];
    if (this.integrator) stepOfMany(crowd, sigma, this.integrator, weights, this.dt, y);
    else fieldOfMany(crowd, sigma, weights[0], y.slice(), y);
  }
}

/** @param {Network} network @param {number} t The weights of the layer that holds at a time. */
function weightsOf(network, t) {
  const place = (t / network.time) * network.layers;
  const whole = Math.round(place);
  return layer(network, Math.min(Math.abs(place - whole) < NEAR ? whole : Math.floor(place), network.layers - 1));
}

/**
 * Points of any number of coordinates as the beginning of a crowd; further coordinates are 0.
 *
 * @param {Crowd} crowd
 * @param {ArrayLike<number>} points Two coordinates each.
 */
export function entered(crowd, points) {
  const y = new Float64Array(sizeOf(crowd));
  for (let n = 0; n < points.length / 2; n++) {
    y[n * crowd.dim] = points[2 * n];
    y[n * crowd.dim + 1] = points[2 * n + 1];
  }
  return y;
}
