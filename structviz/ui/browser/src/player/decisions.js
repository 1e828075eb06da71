// What the classifier decides over the window, frame by frame, when one looks at it: coarsely at once, and in full when
// the hand rests, since a frame costs as much as a film.
import { lattice } from "./lattice.js";

/** @typedef {import("./motion.js").Motion} Motion */
/** @typedef {import("./live_film.js").Moving} Moving */

const PIXELS = 48;
const COARSE = 16;

/**
 * What the layers still to come decide for each pixel; `decide` computes it for a frame.
 *
 * @param {Motion} motion
 * @param {Pick<Moving, "normal" | "offset">} classifier
 * @param {number[]} shown Steps after which there is a frame.
 * @param {number} window
 */
export function decisionsOf(motion, { normal, offset }, shown, window) {
  const size = PIXELS * PIXELS;
  const decisions = new Uint8Array(shown.length * size);
  const known = new Uint8Array(shown.length); // pixels of a row that are computed for each frame
  /** @param {number} frame @param {boolean} isFine Whether each pixel is computed; else those between are interpolated. */
  const decide = (frame, isFine) => {
    const side = isFine ? PIXELS : COARSE;
    if (known[frame] >= side) return;
    known[frame] = side;
    const crowd = { dim: 2, points: side * side, followed: 0, directions: 0 };
    const y = lattice(window * (1 - 1 / side), side);
    for (let k = shown[frame]; k < motion.length; k++) motion.advance(k, crowd, y);
    const shares = new Float64Array(side * side);
    for (let at = 0; at < shares.length; at++) {
      // The first row has the largest second coordinate.
      const row = side - 1 - Math.floor(at / side);
      shares[row * side + (at % side)] = 1 / (1 + Math.exp(-logitOf(y, 2 * at, normal, offset)));
    }
    const all = isFine ? shares : refined(shares, side);
    // What is not a number decides nothing.
    for (let k = 0; k < size; k++) decisions[frame * size + k] = Number.isNaN(all[k]) ? 128 : Math.round(255 * all[k]);
  };
  return { decisions, pixels: [PIXELS, PIXELS], decide };
}

/**
 * All pixels from fewer: between their centres along straight lines, beyond them as at the nearest one.
 *
 * @param {Float64Array} shares
 * @param {number} side
 */
function refined(shares, side) {
  const places = Float64Array.from({ length: PIXELS }, (_, k) =>
    Math.min(Math.max(((k + 0.5) * side) / PIXELS - 0.5, 0), side - 1),
  );
  return Float64Array.from({ length: PIXELS * PIXELS }, (_, k) => {
    const [row, column] = [places[Math.floor(k / PIXELS)], places[k % PIXELS]];
    const [r, c] = [Math.min(Math.floor(row), side - 2), Math.min(Math.floor(column), side - 2)];
    const between = (/** @type {number} */ at) => shares[at] + (column - c) * (shares[at + 1] - shares[at]);
    const [above, below] = [between(r * side + c), between((r + 1) * side + c)];
    return above + (row - r) * (below - above);
  });
}

/** @param {Float32Array | Float64Array} y @param {number} at @param {number[]} normal @param {number} offset */
export function logitOf(y, at, normal, offset) {
  return normal.reduce((sum, value, i) => sum + value * y[at + i], offset);
}
