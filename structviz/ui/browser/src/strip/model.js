// A strip of pictures as it comes from the server; structviz/figures/strip.py writes it.
import { unpack } from "../runtime/packet.js";

/**
 * @typedef {object} Cell Pictures of which one is shown; a single one stays.
 * @property {string} title
 * @property {string} colour Of its heading.
 * @property {number} side Pixels.
 * @property {string[]} captions One for each picture.
 * @property {Uint8Array} levels Of all pictures, one after the other.
 * @property {Uint8Array} table The 256 colours of the levels.
 */

/**
 * @typedef {object} Plot
 * @property {string} title
 * @property {boolean} logarithmic
 * @property {number} low
 * @property {number} high
 * @property {[number, string][]} ticks
 * @property {string} below What stands below the horizontal axis.
 * @property {[string, string]} ends
 * @property {{ title: string, colour: string, dashed: boolean, values: number[] }[]} curves
 */

/**
 * @typedef {object} Strip
 * @property {string[]} words What each frame is.
 * @property {number[]} places Where each frame is on the horizontal axis of the plots, counted in values.
 * @property {(Cell | null)[][]} rows
 * @property {Plot[]} plots
 */

/**
 * The strip of a packet; null stands for a number that is not finite.
 *
 * @param {Uint8Array} payload
 * @returns {Strip}
 */
export function unpackStrip(payload) {
  const { head, arrays } = unpack(payload);
  const { words, places } = head;
  const cell = (/** @type {any} */ one) =>
    one && { ...one, levels: arrays[one.levels], table: arrays[`table ${one.table}`] };
  const rows = head.rows.map((/** @type {any[]} */ row) => row.map(cell));
  const plots = head.plots.map((/** @type {any} */ plot) => ({
    ...plot,
    curves: plot.curves.map((/** @type {any} */ curve) => ({
      ...curve,
      values: curve.values.map((/** @type {number | null} */ value) => value ?? NaN),
    })),
  }));
  return { words, places, rows, plots };
}

/**
 * One picture of a cell as red, green, blue and opacity.
 *
 * @param {Cell} cell
 * @param {number} frame A cell with fewer pictures shows its last one.
 */
export function pixels({ side, levels, table }, frame) {
  const area = side * side;
  const start = Math.min(frame, levels.length / area - 1) * area;
  const rgba = new Uint8ClampedArray(4 * area);
  for (let i = 0; i < area; i++) {
    const from = 3 * levels[start + i];
    rgba.set(table.subarray(from, from + 3), 4 * i);
    rgba[4 * i + 3] = 255;
  }
  return rgba;
}

/**
 * What is written below a cell.
 *
 * @param {Cell} cell
 * @param {number} frame
 */
export function caption({ captions }, frame) {
  return captions[Math.min(frame, captions.length - 1)] ?? "";
}
