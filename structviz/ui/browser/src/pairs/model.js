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

const SMALL = 1e-5; // how far neighbours lie for differences, in units of the plane

/**
 * Eigenvalues of the Jacobian of a layer at a point of the plane, each as real and imaginary part.
 *
 * @param {import("../layers/steps.js").Layer} layer
 * @param {Point} z
 * @returns {Point[]}
 */
export function eigenvalues(layer, [x, y]) {
  const slope = (/** @type {number} */ dx, /** @type {number} */ dy) => {
    const [there, back] = [layer([x + dx, y + dy]), layer([x - dx, y - dy])];
    return there.map((value, i) => (value - back[i]) / (2 * SMALL));
  };
  const [[a, c], [b, d]] = [slope(SMALL, 0), slope(0, SMALL)];
  const [half, square] = [(a + d) / 2, ((a - d) / 2) ** 2 + b * c];
  const root = Math.sqrt(Math.abs(square));
  if (square < 0) {
    return [
      [half, root],
      [half, -root],
    ];
  }
  return [
    [half + root, 0],
    [half - root, 0],
  ];
}
