// A film that is computed here, from a network and points: what structviz/studies/flow/film.py records, in the form in
// which the player draws it. Decisions are computed frame by frame, when they are looked at.
import { altered, entered, Motion, PLAIN } from "./motion.js";
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
const [MESH, ARROWS, PIXELS] = [25, 15, 48];
const [HELD, USUAL] = [0.995, 0.98]; // shares of coordinates in the window, and of arrows that reach no neighbour
const WIDEST = 1000;
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
  /** @type {number[]} */
  const extents = [];
  const turned = new Uint8Array(cells);
  /** @type {Float64Array} */
  let y = entered(crowd, [...points, ...nodes, ...centres]);
  let frame = 0;
  for (let k = 0; k <= motion.length; k++) {
    if (k === shown[frame]) {
      positions.set(y.subarray(0, n * dim), frame * n * dim);
      mesh.set(y.subarray(n * dim, (n + MESH * MESH) * dim), frame * MESH * MESH * dim);
      folded.set(turned, frame * cells);
      for (let i = 0; i < n; i++) extents.push(extentOf(y, i * dim, dim));
      frame++;
    }
    if (k === motion.length) break;
    if (planar) follow(y, crowd);
    y = motion.advance(k, crowd, y);
    if (planar) turnOver(y, crowd, turned);
  }

  const window = windowOf(extents, reach);
  const anchors = planar ? lattice(0.92 * window, ARROWS) : new Float64Array(0);
  const arrows = new Float32Array(shown.length * anchors.length);
  if (planar) for (const [f, k] of shown.entries()) arrows.set(velocities(motion, k, anchors), f * anchors.length);
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

/** @param {number} reach @param {number} side A square grid of points; rows go up. */
function lattice(reach, side) {
  const apart = (2 * reach) / (side - 1);
  const tick = (/** @type {number} */ k) => (k < side >> 1 ? -reach + apart * k : reach - apart * (side - 1 - k)); // as torch has it
  return Float64Array.from({ length: 2 * side * side }, (_, e) => {
    const node = e >> 1;
    return e % 2 ? tick(Math.floor(node / side)) : tick(node % side);
  });
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

/** @param {Float32Array | Float64Array} y @param {number} at @param {number} dim */
function extentOf(y, at, dim) {
  let most = 0;
  for (let i = at; i < at + dim; i++) most = Math.max(most, Math.abs(y[i]));
  return most;
}

/**
 * A window that holds nearly all points in all frames; what blows up may leave it.
 *
 * @param {number[]} extents
 * @param {number} reach
 */
function windowOf(extents, reach) {
  const known = Float64Array.from(extents.filter(Number.isFinite));
  if (!known.length) return reach;
  return Math.min(Math.max(reach, 1.1 * quantile(known, HELD)), WIDEST);
}

/** @param {Float64Array} values Not none of them. @param {number} share */
function quantile(values, share) {
  const sorted = values.sort();
  const place = share * (sorted.length - 1);
  const k = Math.floor(place);
  return sorted[k] + (place - k) * (sorted[Math.min(k + 1, sorted.length - 1)] - sorted[k]);
}

/**
 * What step `k` does to places of the plane for each unit of time; the last frame repeats the last step.
 *
 * @param {Motion} motion
 * @param {number} k
 * @param {Float64Array} places
 */
function velocities(motion, k, places) {
  const at = Math.min(k, motion.length - 1);
  const crowd = { dim: 2, points: places.length / 2, followed: 0, directions: 0 };
  const there = motion.advance(at, crowd, places);
  const dt = motion.times[at + 1] - motion.times[at];
  return there.map((value, i) => (value - places[i]) / dt);
}

/** @param {Float32Array} arrows What few arrows exceed: one of this length just reaches its neighbour. */
function usualSpeed(arrows) {
  const speeds = new Float64Array(arrows.length / 2);
  for (let k = 0; k < speeds.length; k++) speeds[k] = Math.hypot(arrows[2 * k], arrows[2 * k + 1]);
  const known = speeds.filter(Number.isFinite);
  return known.length ? quantile(known, USUAL) : 0;
}

/**
 * Cuts long vectors to a length, in the same direction.
 *
 * @param {Float32Array} vectors
 * @param {number} dim
 * @param {number} radius
 */
function drawIn(vectors, dim, radius) {
  for (let at = 0; at < vectors.length; at += dim) {
    let sum = 0;
    for (let i = at; i < at + dim; i++) sum += vectors[i] ** 2;
    const share = radius / Math.sqrt(sum);
    if (share < 1) for (let i = at; i < at + dim; i++) vectors[i] *= share;
  }
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

/** @param {Float32Array | Float64Array} y @param {number} at @param {number[]} normal @param {number} offset */
function logitOf(y, at, normal, offset) {
  return normal.reduce((sum, value, i) => sum + value * y[at + i], offset);
}

/**
 * What the layers still to come decide for each pixel; `decide` computes it for a frame.
 *
 * @param {Motion} motion
 * @param {Moving} moving
 * @param {number[]} shown
 * @param {number} window
 */
function decisionsOf(motion, { normal, offset }, shown, window) {
  const size = PIXELS * PIXELS;
  const decisions = new Uint8Array(shown.length * size);
  const crowd = { dim: 2, points: size, followed: 0, directions: 0 };
  const from = lattice(window * (1 - 1 / PIXELS), PIXELS);
  const isDone = shown.map(() => false);
  /** @param {number} frame */
  const decide = (frame) => {
    if (isDone[frame]) return;
    isDone[frame] = true;
    /** @type {Float64Array} */
    let y = from;
    for (let k = shown[frame]; k < motion.length; k++) y = motion.advance(k, crowd, y);
    for (let pixel = 0; pixel < size; pixel++) {
      const share = 1 / (1 + Math.exp(-logitOf(y, 2 * pixel, normal, offset)));
      // The first row has the largest second coordinate. What is not a number decides nothing.
      const row = PIXELS - 1 - Math.floor(pixel / PIXELS);
      decisions[frame * size + row * PIXELS + (pixel % PIXELS)] = Number.isNaN(share) ? 128 : Math.round(255 * share);
    }
  };
  return { decisions, pixels: [PIXELS, PIXELS], decide };
}
