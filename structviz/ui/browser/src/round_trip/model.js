// Points on their way through the layers of a network and back: the numbers behind the pictures.
import { FORMATS } from "../layers/arithmetic.js";
import { contractive } from "../layers/contractive.js";
import { coupling } from "../layers/coupling.js";
import { searched } from "../layers/searched.js";
import { shears } from "../layers/shears.js";

/** @typedef {import("../runtime/plane.js").Point} Point */
/** @typedef {import("../layers/arithmetic.js").UndoableLayer} UndoableLayer */
/** @typedef {{ there: Point[][], back: Point[][] }} Trip Frame k of both is before layer k, the last one the code. */

/** @type {Record<string, (weights: any, round: (x: number) => number, iterations: number) => UndoableLayer>} */
const KINDS = { coupling, contractive, hamiltonian: shears, residual: searched };

/**
 * The layers of a network, as structviz/ui/browser/layers.py describes them.
 *
 * @param {{ kind: string }[]} described
 * @param {string} [format] Of its arithmetic.
 * @param {number} [iterations] Steps of the iteration that undoes a layer, where there is one.
 */
export function layersOf(described, format = "float64", iterations = 200) {
  return described.map((layer) => KINDS[layer.kind](layer, FORMATS[format], iterations));
}

/**
 * Where points are before each layer, and after the last.
 *
 * @param {UndoableLayer[]} layers
 * @param {Point[]} points
 */
export function throughLayers(layers, points) {
  const frames = [points];
  for (const layer of layers) frames.push(frames[frames.length - 1].map(layer.there));
  return frames;
}

/**
 * @param {UndoableLayer[]} layers
 * @param {Point[]} points
 * @returns {Trip}
 */
export function roundTrip(layers, points) {
  const there = throughLayers(layers, points);
  const back = [there[there.length - 1]];
  for (const layer of [...layers].reverse()) back.unshift(back[0].map(layer.back));
  return { there, back };
}

/**
 * Where on the way one is: which layer is passed, in which direction, and how far.
 *
 * @param {number} at From 0, the data, over 1, the code, to 2, the data again.
 * @param {number} length The number of layers.
 */
export function placeAt(at, length) {
  const isBack = at > 1;
  const done = length * (isBack ? at - 1 : at); // layers passed in this direction
  const passed = Math.min(Math.floor(done + 1e-9), length - 1);
  return { isBack, layer: isBack ? length - 1 - passed : passed, share: Math.min(done - passed, 1) };
}

/**
 * The points between two frames of a trip.
 *
 * @param {Trip} trip
 * @param {number} at As for `placeAt`.
 * @returns {Point[]}
 */
export function pointsAt({ there, back }, at) {
  const { isBack, layer, share } = placeAt(at, there.length - 1);
  const [from, to] = isBack ? [back[layer + 1], back[layer]] : [there[layer], there[layer + 1]];
  return from.map(([x, y], n) => [x + share * (to[n][0] - x), y + share * (to[n][1] - y)]);
}

/**
 * How far points are, on the way back, from where they were before layer k.
 *
 * @param {Trip} trip
 * @param {number} k
 */
export function misses({ there, back }, k) {
  return there[k].map(([x, y], n) => Math.hypot(back[k][n][0] - x, back[k][n][1] - y));
}

/**
 * The cells of a grid that a network turns over, in number order of `cells`.
 *
 * @param {Point[][]} corners Of each cell, where they go.
 */
export function turnedOver(corners) {
  return corners.map((places) => {
    let area = 0;
    places.forEach(([x, y], i) => {
      const [u, v] = places[(i + 1) % places.length];
      area += x * v - u * y;
    });
    return area < 0;
  });
}

/**
 * Cells of the square from −half to half, as the numbers of their corners among the corners of all.
 *
 * @param {number} side Cells along one side.
 * @param {number} half
 */
export function cellsOf(side, half) {
  const at = (/** @type {number} */ i) => half * ((2 * i) / side - 1);
  /** @type {Point[]} */
  const corners = [];
  for (let j = 0; j <= side; j++) for (let i = 0; i <= side; i++) corners.push([at(i), at(j)]);
  /** @type {number[][]} */
  const cells = [];
  for (let j = 0; j < side; j++)
    for (let i = 0; i < side; i++) {
      const first = j * (side + 1) + i;
      cells.push([first, first + 1, first + side + 2, first + side + 1]);
    }
  return { corners, cells };
}
