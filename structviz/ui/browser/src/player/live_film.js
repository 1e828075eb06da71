// A film that is computed here, from a network and points: what structviz/studies/flow/film.py records, in the form in
// which the player draws it.
import { decisionsOf, logitOf } from "./decisions.js";
import { lattice } from "./lattice.js";
import { altered, entered, Motion, PLAIN } from "./motion.js";
import { drawIn, extentOf, usualSpeed, windowOf } from "./sizes.js";
import { headingOf } from "./words.js";

/** @typedef {import("./film.js").Film} Film */
/** @typedef {import("./motion.js").Network} Network */
/** @typedef {import("./motion.js").Integrator} Integrator */

/**
 * @typedef {object} State What a visitor moves.
 * @property {number} steps
 * @property {string} integrator
 * @property {string} interpolation
 * @property {number} horizon
 * @property {number} scale
 * @property {number} noise
 */
/**
 * @typedef {object} Moving A film before the visitor has chosen anything.
 * @property {Network} network
 * @property {number[]} normal Of the classifier.
 * @property {number} offset
 * @property {{ name: string, unchanged: string, trained: string }} heading
 * @property {"layers" | "steps" | "steps and integrator"} takes
 * @property {Float64Array} places Of the points without noise.
 * @property {Float64Array} shifts How far noise of standard deviation 1 moves them; none for a visitor's own points.
 * @property {number} unit The noise in training.
 * @property {Uint8Array} labels
 */

const FRAMES = 61;
const [MESH, ARROWS] = [25, 15];
const FAR = 16; // half-widths of the window up to which a mesh is drawn to scale

/**
 * The steps that a film takes: null for the layers.
 *
 * @param {Moving} moving
 * @param {Network} network With the visitor's T and weights.
 * @param {State} state
 */
export function stepsOf({ heading, takes }, network, { steps, integrator, interpolation }) {
  if (takes === "layers" || network.scheme === PLAIN) return null;
  const method = takes === "steps" ? network.scheme : integrator;
  const isSame = method === network.scheme && steps === network.layers && interpolation === "constant";
  return isSame && heading.name ? null : { method, steps, interpolation };
}

/**
 * The points at a level of the noise, as Python rounds them.
 *
 * @param {Moving} moving
 * @param {number} noise Relative to that of training.
 */
export function pointsOf({ places, shifts, unit }, noise) {
  const level = noise * unit;
  return Float32Array.from(places, (place, k) => (shifts.length ? place + level * shifts[k] : place));
}

/**
 * @param {Moving} moving
 * @param {State} state
 * @param {Record<string, Integrator>} integrators
 * @returns {Film}
 */
export function liveFilm(moving, state, integrators) {
  const network = altered(moving.network, state.horizon, state.scale);
  const how = stepsOf(moving, network, state);
  const motion = new Motion(network, integrators, how);
  const points = pointsOf(moving, state.noise);
  const { dim } = network;
  const planar = dim === 2;
  const n = points.length / 2;
  const reach = 1.15 * points.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  const shown = shownOf(motion.length);

  const nodes = lattice(reach, MESH);
  const centres = planar ? lattice(reach * (1 - 1 / (MESH - 1)), MESH - 1) : new Float64Array(0);
  const cells = centres.length / 2;
  const crowd = { dim, points: n + MESH * MESH + cells, followed: cells, directions: planar ? 2 : 0 };
  const positions = new Float32Array(shown.length * n * dim);
  const mesh = new Float32Array(shown.length * MESH * MESH * dim);
  const folded = new Uint8Array(shown.length * cells);
  const extents = new Float64Array(shown.length * n);
  const turned = new Uint8Array(cells);
  const y = entered(crowd, [...points, ...nodes, ...centres]);
  let frame = 0;
  for (let k = 0; k <= motion.length; k++) {
    if (k === shown[frame]) {
      positions.set(y.subarray(0, n * dim), frame * n * dim);
      mesh.set(y.subarray(n * dim, (n + MESH * MESH) * dim), frame * MESH * MESH * dim);
      folded.set(turned, frame * cells);
      for (let i = 0; i < n; i++) extents[frame * n + i] = extentOf(y, i * dim, dim);
      frame++;
    }
    if (k === motion.length) break;
    if (planar) follow(y, crowd);
    motion.advance(k, crowd, y);
    if (planar) turnOver(y, crowd, turned);
  }

  const window = windowOf(extents, reach);
  const anchors = planar ? lattice(0.92 * window, ARROWS) : new Float64Array(0);
  const arrows = new Float32Array(shown.length * anchors.length);
  const carried = { dim, points: anchors.length / 2, followed: 0, directions: 0 };
  if (planar) shown.forEach((k, f) => void arrows.set(velocities(motion, k, carried, anchors), f * anchors.length));
  const speed = usualSpeed(arrows);
  drawIn(arrows, 2, 2 * speed);
  drawIn(mesh, dim, FAR * window);
  const right = rightOf(positions.subarray(-n * dim), n, moving, dim);
  return {
    title: headingOf(moving.heading, network, moving.network, state, how, integrators),
    caption: `${(100 * (right / n)).toFixed(1)} % of the points classified correctly`,
    times: shown.map((k) => motion.times[k]),
    normal: moving.normal,
    offset: moving.offset,
    window,
    speed,
    layers: motion.length,
    last: shown.length - 1,
    n,
    dim,
    labels: moving.labels,
    positions,
    mesh: { values: mesh, rows: MESH, columns: MESH },
    cells,
    folded,
    folds: shown.map((_, f) => folded.subarray(f * cells, (f + 1) * cells).reduce((sum, cell) => sum + cell, 0)),
    anchors: Float32Array.from(anchors),
    arrows,
    ...(planar ? decisionsOf(motion, moving, shown, window) : { decisions: new Uint8Array(0), pixels: [0, 0] }),
  };
}

/** @param {number} steps Those after which there is a frame. */
export function shownOf(steps) {
  const stride = Math.ceil(steps / (FRAMES - 1));
  const shown = [];
  for (let k = 0; k < steps; k += stride) shown.push(k);
  return [...shown, steps];
}

/**
 * The tangents of a step start as the axes.
 *
 * @param {Float64Array} y
 * @param {import("./motion.js").Crowd} crowd
 */
function follow(y, { dim, points, followed }) {
  for (let cell = 0; cell < followed; cell++) {
    for (let d = 0; d < dim; d++) {
      for (let i = 0; i < dim; i++) y[(points + d * followed + cell) * dim + i] = Number(i === d);
    }
  }
}

/**
 * Cells that the last step has turned over.
 *
 * @param {Float64Array} y
 * @param {import("./motion.js").Crowd} crowd
 * @param {Uint8Array} turned
 */
function turnOver(y, { points, followed }, turned) {
  for (let cell = 0; cell < followed; cell++) {
    const [u, v] = [2 * (points + cell), 2 * (points + followed + cell)];
    if (y[u] * y[v + 1] - y[u + 1] * y[v] < 0) turned[cell] = 1;
  }
}

/**
 * What step `k` does to places of the plane for each unit of time; the last frame repeats the last step.
 *
 * @param {Motion} motion
 * @param {number} k
 * @param {import("./motion.js").Crowd} crowd
 * @param {Float64Array} places
 */
function velocities(motion, k, crowd, places) {
  const at = Math.min(k, motion.length - 1);
  const found = places.slice();
  motion.advance(at, crowd, found);
  const dt = motion.times[at + 1] - motion.times[at];
  for (let i = 0; i < found.length; i++) found[i] = (found[i] - places[i]) / dt;
  return found;
}

/**
 * How many points the classifier puts into their class where they are drawn at the end; none of those that are lost.
 *
 * @param {Float32Array} y
 * @param {number} n
 * @param {Moving} moving
 * @param {number} dim
 */
function rightOf(y, n, { normal, offset, labels }, dim) {
  let right = 0;
  for (let k = 0; k < n; k++) {
    const logit = Number.isFinite(extentOf(y, k * dim, dim)) ? logitOf(y, k * dim, normal, offset) : Number.NaN;
    if (labels[k] ? logit > 0 : logit <= 0) right++;
  }
  return right;
}
