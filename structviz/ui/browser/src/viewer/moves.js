// How the zoom and the line move on a slice. All lengths are in sides of the image.
import { clamp } from "../runtime/numbers.js";

/** @typedef {import("./data.js").Line} Line */
/** @typedef {{ row: number, column: number, zoom: number }} Zoom */
/** @typedef {{ x: number, y: number }} Place To the right and downwards. */

const KEY_STEP = 0.02; // of the zoom

/**
 * The middle of a zoom about this place.
 *
 * @param {Place} place
 */
export function zoomAt({ x, y }) {
  return { row: clamp(y, 0, 1), column: clamp(x, 0, 1) };
}

/**
 * The middle of a zoom whose picture was dragged along. The zoom stays inside the image.
 *
 * @param {Zoom} from Where it was.
 * @param {Place} by In sides of the zoom.
 */
export function zoomDragged({ row, column, zoom }, by) {
  const inside = (/** @type {number} */ middle) => clamp(middle, zoom / 2, 1 - zoom / 2);
  return { row: inside(inside(row) - by.y * zoom), column: inside(inside(column) - by.x * zoom) };
}

/**
 * The middle of a zoom that a key moves.
 *
 * @param {Zoom} from
 * @param {number} down Steps.
 * @param {number} right Steps.
 */
export function zoomStepped({ row, column }, down, right) {
  return zoomAt({ x: column + KEY_STEP * right, y: row + KEY_STEP * down });
}

/**
 * A line across the zoom, not much shorter than it can be seen.
 *
 * @param {Zoom} zoom
 * @returns {Line}
 */
export function lineAcross({ row, column, zoom }) {
  const reach = Math.min(0.5, Math.max(zoom, 0.1) / 2);
  return [row, clamp(column - reach, 0, 1), row, clamp(column + reach, 0, 1)];
}

/**
 * Which end of the line is near a place: 0 or 1, the nearer one, or null for none.
 *
 * @param {Line | null} line
 * @param {Place} place
 * @param {number} reach How near it must be.
 */
export function endNear(line, { x, y }, reach) {
  if (!line) return null;
  const [first, second] = [0, 2].map((k) => Math.hypot(line[k] - y, line[k + 1] - x));
  if (Math.min(first, second) >= reach) return null;
  return first <= second ? 0 : 1;
}

/**
 * The line with one end elsewhere.
 *
 * @param {Line} line
 * @param {0 | 1} end
 * @param {Place} place
 * @returns {Line}
 */
export function lineTo(line, end, place) {
  const { row, column } = zoomAt(place);
  return end ? [line[0], line[1], row, column] : [row, column, line[2], line[3]];
}
