// What a film that turns by itself shows at an angle.
import { signed } from "../runtime/numbers.js";

/** @typedef {(number | null)[] | null} Psnr In dB, one for each frame; null stands for infinity. */

/**
 * The frame nearest to an angle, and by how many degrees the angle lies beyond it, counter-clockwise.
 *
 * @param {number} frames Of a full turn.
 * @param {number} degrees From 0 up to 360.
 */
export function nearest(frames, degrees) {
  const step = 360 / frames;
  const near = Math.round(degrees / step);
  return { frame: near % frames, beyond: degrees - near * step };
}

/**
 * The PSNR of a frame in words.
 *
 * @param {Psnr} psnr
 * @param {number} frame
 */
export function decibels(psnr, frame) {
  const value = psnr?.[frame];
  return value === undefined ? "" : value === null ? "exact" : `${signed(value.toFixed(1))} dB`;
}

/**
 * The frame with the lowest PSNR; 0 if there are no numbers.
 *
 * @param {Psnr} psnr
 */
export function worstFrame(psnr) {
  const values = (psnr ?? []).map((value) => value ?? Infinity);
  return values.length ? values.indexOf(Math.min(...values)) : 0;
}
