// Small arithmetic that several components need.

/**
 * `x`, but no less than `low` and no more than `high`.
 *
 * @param {number} x
 * @param {number} low
 * @param {number} high
 */
export function clamp(x, low, high) {
  return Math.min(Math.max(x, low), high);
}

/**
 * The remainder of `x` divided by `n`, from 0 up to `n`, also for negative `x`.
 *
 * @param {number} x
 * @param {number} n
 */
export function modulo(x, n) {
  return ((x % n) + n) % n;
}

/**
 * A number as text, with a minus sign instead of a hyphen.
 *
 * @param {number | string} x
 */
export function signed(x) {
  return String(x).replace("-", "−");
}

/**
 * The bytes that a base64 text stands for.
 *
 * @param {string} base64
 */
export function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/**
 * Whether two values have the same JSON.
 *
 * @param {unknown} a
 * @param {unknown} b
 */
export function same(a, b) {
  return JSON.stringify(a) === JSON.stringify(b);
}

/**
 * Numbers as a text of the address, with three digits after the point.
 *
 * @param {number[]} numbers
 */
export function textOf(numbers) {
  return numbers.map((x) => +x.toFixed(3)).join();
}
