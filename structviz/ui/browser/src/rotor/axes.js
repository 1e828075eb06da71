// Axes of the curves. An axis turns values into levels, along which it is even.

const LEAST_ERROR = 1e-8; // that is drawn: below it, float32 rounds anyway

/** @typedef {(number | null)[]} Values One for each frame; null stands for infinity. */

/**
 * @typedef {object} Axis
 * @property {number} low
 * @property {number} high
 * @property {number[]} ticks
 * @property {string} unit
 * @property {(level: number) => string} label
 * @property {(value: number | null) => string} words A value with its unit.
 * @property {(value: number | null) => number} level
 * @property {(level: number) => number} value
 */

/**
 * A PSNR as text.
 *
 * @param {number | null} psnr Null stands for infinity.
 */
export function decibels(psnr) {
  return psnr === null ? "∞ dB" : `${psnr.toFixed(1)} dB`;
}

/** @param {Values[]} series */
function finite(series) {
  return series.flat().filter((value) => value !== null);
}

/**
 * An axis for PSNR in dB; a perfect picture stands at its end.
 *
 * @param {Values[]} series
 * @returns {Axis}
 */
export function decibelAxis(series) {
  const values = finite(series);
  const [least, most] = values.length ? [Math.min(...values), Math.max(...values)] : [0, 0];
  const step = [0.5, 1, 2, 5, 10, 20].find((s) => Math.ceil(most / s) - Math.floor(least / s) <= 5) ?? 50;
  const low = step * Math.floor(least / step);
  const high = Math.max(step * Math.ceil(most / step), low + step);
  return {
    low,
    high,
    ticks: Array.from({ length: Math.round((high - low) / step) + 1 }, (_, k) => low + k * step),
    unit: " in dB",
    label: String,
    words: decibels,
    level: (value) => value ?? high,
    value: (level) => level,
  };
}

/**
 * A logarithmic axis for equivariance errors.
 *
 * @param {Values[]} series
 * @returns {Axis}
 */
export function errorAxis(series) {
  const low = Math.log10(LEAST_ERROR);
  const high = Math.max(0, Math.ceil(Math.log10(Math.max(LEAST_ERROR, ...finite(series)))));
  return {
    low,
    high,
    ticks: Array.from({ length: Math.floor((high - low) / 2) + 1 }, (_, k) => low + 2 * k),
    unit: "",
    label: (level) => (level === 0 ? "1" : `10${superscript(level)}`),
    words: (value) => (value === null ? "∞" : value.toPrecision(2)),
    level: (value) => (value === null ? high : Math.log10(Math.max(LEAST_ERROR, value))),
    value: (level) => 10 ** level,
  };
}

/** @param {number} n */
function superscript(n) {
  return String(n).replace(/./g, (digit) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(digit)]);
}

/**
 * The value of a curve at any angle, as it is drawn: on straight lines between the frames.
 *
 * @param {Values} values
 * @param {number} degrees From 0 up to 360.
 */
export function along(values, degrees) {
  const n = values.length;
  const at = (degrees / 360) * n;
  const [one, other] = [values[Math.floor(at) % n], values[Math.ceil(at) % n]];
  return one === null || other === null ? one : one + (at % 1) * (other - one);
}
