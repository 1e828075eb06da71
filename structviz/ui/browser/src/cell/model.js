// One cell of the plane on its way through a network: its area before and after, and what the determinant predicts.

/** @typedef {import("../runtime/plane.js").Point} Point */
/** @typedef {import("../layers/arithmetic.js").UndoableLayer} UndoableLayer */

const ALONG = 24; // points on each side of a cell

/**
 * The outline of a square, counter-clockwise.
 *
 * @param {Point} centre
 * @param {number} side
 * @returns {Point[]}
 */
export function outline([x, y], side) {
  const half = side / 2;
  /** @type {Point[]} */
  const corners = [
    [-half, -half],
    [half, -half],
    [half, half],
    [-half, half],
  ];
  return corners.flatMap(([a, b], i) => {
    const [c, d] = corners[(i + 1) % 4];
    return Array.from({ length: ALONG }, (_, k) => {
      const share = k / ALONG;
      return /** @type {Point} */ ([x + a + share * (c - a), y + b + share * (d - b)]);
    });
  });
}

/**
 * The area of a polygon, by the shoelace formula.
 *
 * @param {Point[]} places
 */
export function areaOf(places) {
  const twice = places.reduce((sum, [x, y], i) => {
    const [u, v] = places[(i + 1) % places.length];
    return sum + x * v - u * y;
  }, 0);
  return Math.abs(twice) / 2;
}

/**
 * A cell before and after the layers of a network.
 *
 * @param {UndoableLayer[]} layers
 * @param {Point} centre
 * @param {number} side
 */
export function cellThrough(layers, centre, side) {
  const before = outline(centre, side);
  let [after, z, logDet] = [before, centre, 0];
  for (const layer of layers) {
    logDet += layer.logDet(z);
    after = after.map(layer.there);
    z = layer.there(z);
  }
  const normal = Math.exp(-(z[0] ** 2 + z[1] ** 2) / 2) / (2 * Math.PI);
  const det = Math.exp(logDet);
  const ratio = areaOf(after) / areaOf(before);
  return { before, after, z, areas: [areaOf(before), areaOf(after)], ratio, det, normal, density: normal * det };
}
