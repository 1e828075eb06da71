// Slices as numbers, and how numbers become pixels.

import { clamp } from "../runtime/numbers.js";
import { unpack } from "../runtime/packet.js";

const LEAST_ZOOM = 0.05; // in sides of the image

/**
 * @typedef {object} SliceStack What a method goes through; the result is the last frame, and the truth has only one.
 * @property {string} name
 * @property {string} title
 * @property {string} colour
 * @property {number} frames
 * @property {(number | null)[]} psnr Of each frame, in dB; null stands for infinity; empty for the truth.
 * @property {(number | null)[]} ssim
 * @property {Float32Array} values Attenuation in 1/cm, frame after frame.
 */

/** @typedef {{ side: number, stacks: SliceStack[] }} Slices The last stack is the truth. */

/**
 * The slices of a packet; structviz/figures/viewer/encode.py writes it.
 *
 * @param {Uint8Array} payload
 * @returns {Slices}
 */
export function unpackSlices(payload) {
  const { head, arrays } = unpack(payload);
  const stacks = head.stacks.map((/** @type {any} */ { low, step, ...stack }, /** @type {number} */ k) => ({
    ...stack,
    values: Float32Array.from(arrays[k], (number) => low + step * number),
  }));
  return { side: head.side, stacks };
}

/**
 * The frame that a stack shows; those with fewer frames stay at their last.
 *
 * @param {{ frames: number }} stack
 * @param {number | null} iterate
 */
export function shownFrame({ frames }, iterate) {
  return iterate === null ? frames - 1 : Math.min(iterate, frames - 1);
}

/**
 * The values of one frame.
 *
 * @param {{ values: Float32Array, frames: number }} stack
 * @param {number} k
 */
export function frameValues({ values, frames }, k) {
  const area = values.length / frames;
  return values.subarray(k * area, (k + 1) * area);
}

/**
 * One slice as pixels: through the window, in grey; or its difference to the truth, in colours that are symmetric
 * about zero and reach a quarter of the window to either side.
 *
 * @param {Float32Array} values
 * @param {Float32Array | null} truth
 * @param {{ low: number, high: number }} window
 * @param {Uint8Array} table 256 colours.
 * @param {Uint8ClampedArray} [rgba] Where to write.
 */
export function paint(values, truth, { low, high }, table, rgba = new Uint8ClampedArray(4 * values.length)) {
  const span = truth ? (high - low) / 4 : high - low;
  for (let i = 0, to = 0; i < values.length; i++, to += 4) {
    const share = truth ? 0.5 + (values[i] - truth[i]) / (2 * span) : (values[i] - low) / span;
    const level = Math.round(255 * clamp(share, 0, 1));
    if (truth) rgba.set(table.subarray(3 * level, 3 * level + 3), to);
    else rgba[to] = rgba[to + 1] = rgba[to + 2] = level;
    rgba[to + 3] = 255;
  }
  return rgba;
}

/**
 * The square that the zoom shows, in sides of the image: it never leaves the image.
 *
 * @param {{ row: number, column: number, zoom: number }} view
 */
export function zoomSquare({ row, column, zoom }) {
  const side = clamp(zoom, LEAST_ZOOM, 1);
  const start = (/** @type {number} */ middle) => clamp(middle - side / 2, 0, 1 - side);
  return { left: start(column), top: start(row), side };
}

/**
 * A value in a unit.
 *
 * @param {number} value In 1/cm.
 * @param {import("./data.js").Unit} unit
 * @param {number} water Attenuation of water in 1/cm.
 */
export function inUnit(value, unit, water) {
  return unit === "hu" ? 1000 * (value / water - 1) : value;
}

/**
 * A value with its unit, as text.
 *
 * @param {number} value In 1/cm.
 * @param {import("./data.js").Unit} unit
 * @param {number} water Attenuation of water in 1/cm.
 */
export function withUnit(value, unit, water) {
  return unit === "hu" ? `${inUnit(value, unit, water).toFixed(0)} HU` : `${value.toFixed(3)}/cm`;
}

/**
 * A width of the window with its unit, as text.
 *
 * @param {number} width In 1/cm.
 * @param {import("./data.js").Unit} unit
 * @param {number} water Attenuation of water in 1/cm.
 */
export function widthWithUnit(width, unit, water) {
  return unit === "hu" ? `${((1000 * width) / water).toFixed(0)} HU` : `${width.toFixed(3)}/cm`;
}

/**
 * PSNR and SSIM of a frame, as text.
 *
 * @param {{ psnr: (number | null)[], ssim: (number | null)[] }} stack
 * @param {number} k
 */
export function metricsText({ psnr, ssim }, k) {
  return `${psnr[k]?.toFixed(1) ?? "∞"} dB · SSIM ${ssim[k]?.toFixed(3) ?? "–"}`;
}
