// What networks of the plane do to two points: the formulas behind the component.

/** @typedef {import("../runtime/plane.js").Point} Point */

/**
 * Where a point is after 0, 1, 2, … layers.
 *
 * @param {import("../layers/steps.js").Layer[]} layers
 * @param {Point} z
 */
export function trajectory(layers, z) {
  const places = [z];
  for (const layer of layers) places.push(/** @type {Point} */ (layer(places[places.length - 1])));
  return places;
}

/**
 * How far two points are apart after 0, 1, 2, … layers, in units of their distance before the first.
 *
 * @param {Point[]} x
 * @param {Point[]} y
 */
export function ratios(x, y) {
  const distances = x.map(([a, b], k) => Math.hypot(a - y[k][0], b - y[k][1]));
  return distances.map((distance) => distance / distances[0]);
}

/**
 * A ratio in words.
 *
 * @param {number} ratio
 */
export function times(ratio) {
  if (!Number.isFinite(ratio)) return "diverged";
  if (ratio < 10) return ratio.toFixed(2);
  return ratio < 1e4 ? Number(ratio.toPrecision(2)).toFixed(0) : ratio.toExponential(1);
}
