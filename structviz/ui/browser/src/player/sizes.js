// What is shown of a film: how far the window reaches, how long arrows are, and what is cut off.

const [HELD, USUAL] = [0.995, 0.98]; // shares of coordinates in the window, and of arrows that reach no neighbour
const WIDEST = 1000;

/** @param {Float32Array | Float64Array} y @param {number} at @param {number} dim */
export function extentOf(y, at, dim) {
  let most = 0;
  for (let i = at; i < at + dim; i++) most = Math.max(most, Math.abs(y[i]));
  return most;
}

/**
 * A window that holds nearly all points in all frames; what blows up may leave it.
 *
 * @param {Float64Array} extents
 * @param {number} reach
 */
export function windowOf(extents, reach) {
  const known = extents.filter(Number.isFinite);
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

/** @param {Float32Array} arrows What few arrows exceed: one of this length just reaches its neighbour. */
export function usualSpeed(arrows) {
  const speeds = new Float64Array(arrows.length / 2);
  for (let k = 0; k < speeds.length; k++) speeds[k] = Math.sqrt(arrows[2 * k] ** 2 + arrows[2 * k + 1] ** 2);
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
export function drawIn(vectors, dim, radius) {
  for (let at = 0; at < vectors.length; at += dim) {
    let sum = 0;
    for (let i = at; i < at + dim; i++) sum += vectors[i] ** 2;
    const share = radius / Math.sqrt(sum);
    if (share < 1) for (let i = at; i < at + dim; i++) vectors[i] *= share;
  }
}
