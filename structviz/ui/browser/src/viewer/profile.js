// Values along a line: sampled from the slices as they are, drawn as curves in the colours of the methods.
import { setText, svg } from "../runtime/elements.js";
import { clamp } from "../runtime/numbers.js";
import { inUnit } from "./slices.js";

const SAMPLES = 200;
const MARGIN = { left: 64, right: 12, top: 10, bottom: 40 }; // pixels

/** @typedef {{ name: string, title: string, colour: string, values: Float32Array }} ProfileCurve */

/**
 * The value at a place: bilinear between the centres of pixels; beyond the outermost centres their values go on.
 *
 * @param {Float32Array} values
 * @param {number} side Pixels of the image.
 * @param {number} row In sides of the image.
 * @param {number} column
 */
export function sample(values, side, row, column) {
  const y = clamp(row * side - 0.5, 0, side - 1);
  const x = clamp(column * side - 0.5, 0, side - 1);
  const [top, left] = [Math.min(Math.floor(y), side - 2), Math.min(Math.floor(x), side - 2)];
  const [down, right] = [y - top, x - left];
  const at = (/** @type {number} */ i, /** @type {number} */ j) => values[(top + i) * side + left + j];
  return (1 - down) * ((1 - right) * at(0, 0) + right * at(0, 1)) + down * ((1 - right) * at(1, 0) + right * at(1, 1));
}

/**
 * Values at equal distances along a line, both ends included.
 *
 * @param {Float32Array} values
 * @param {number} side Pixels of the image.
 * @param {import("./data.js").Line} line
 */
export function sampleLine(values, side, [row, column, lastRow, lastColumn]) {
  return Float32Array.from({ length: SAMPLES }, (_, k) => {
    const share = k / (SAMPLES - 1);
    return sample(values, side, row + share * (lastRow - row), column + share * (lastColumn - column));
  });
}

/**
 * Draws the curves with their axes.
 *
 * @param {SVGElement} chart
 * @param {ProfileCurve[]} curves The first one lies below the others.
 * @param {number} length Of the line, in cm.
 * @param {import("./data.js").Unit} unit
 * @param {number} water Attenuation of water in 1/cm.
 */
export function drawProfile(chart, curves, length, unit, water) {
  setText(chart, "");
  const { width, height } = chart.getBoundingClientRect();
  if (!width) return;
  const { left, top } = MARGIN;
  const [wide, high] = [width - left - MARGIN.right, height - top - MARGIN.bottom];
  const all = curves.flatMap(({ values }) => [Math.min(...values), Math.max(...values)]);
  const [least, most] = [Math.min(...all), Math.max(...all)].map((value) => inUnit(value, unit, water));
  const room = 0.05 * (most - least) || 0.01;
  const [lowest, highest] = [least - room, most + room];
  const y = (/** @type {number} */ level) => top + (high * (highest - level)) / (highest - lowest);
  for (let k = 0; k <= 4; k++) {
    const level = highest - ((highest - lowest) * k) / 4;
    svg("line", { class: "grid", x1: left, x2: left + wide, y1: y(level), y2: y(level) }, chart);
    const label = level.toFixed(unit === "hu" ? 0 : 2);
    svg("text", { x: left - 8, y: y(level) + 4, "text-anchor": "end" }, chart, label);
    const x = left + (wide * k) / 4;
    svg("text", { x, y: height - 18, "text-anchor": "middle" }, chart, ((length * k) / 4).toFixed(1));
  }
  svg("text", { x: left + wide / 2, y: height - 2, "text-anchor": "middle" }, chart, "cm along the line");
  svg("text", { x: 4, y: top + 10 }, chart, unit === "hu" ? "HU" : "1/cm");
  for (const { name, colour, values } of curves) {
    const place = (/** @type {number} */ value, /** @type {number} */ k) =>
      `${left + (wide * k) / (SAMPLES - 1)},${y(inUnit(value, unit, water))}`;
    const points = Array.from(values, place).join(" ");
    svg("polyline", { class: `curve ${name}`, points, stroke: colour, "data-curve": name }, chart);
  }
}
