// What is said of bodies that have tumbled: true of the numbers that are seen.
import { errorWords } from "../layers/arithmetic.js";

/**
 * @typedef {object} Told
 * @property {string} title
 * @property {boolean} stays Whether the method never leaves the rotations.
 * @property {number} off The largest ‖RᵀR − I‖.
 * @property {number} energy The largest |E/E₀ − 1|.
 * @property {number} length The largest ||m|/|m₀| − 1|.
 * @property {number} lost The first step after which the attitude is not finite; more than n if there is none.
 */

export const ROUNDING = 1e-10; // errors below are what n roundings add up to

/** @param {number} error An error in words. */
export const shown = (error) => (error < ROUNDING ? "rounding" : errorWords(error));

/** @param {string[]} names */
function listed(names) {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/**
 * Three or four sentences.
 *
 * @param {Told[]} all
 * @param {number} n Steps.
 */
export function sentences(all, n) {
  const there = all.filter(({ lost }) => lost > n);
  const gone = all.filter(({ lost }) => lost <= n);
  const kept = there.filter(({ off }) => off < ROUNDING);
  const left = there.filter(({ off }) => off >= ROUNDING);
  const said = [];
  if (kept.length)
    said.push(
      `After ${n.toLocaleString("en")} steps, rotations up to rounding: ${listed(kept.map(({ title }) => title))}.`,
    );
  for (const { title, off } of left) said.push(`${title}: the box is deformed, ‖RᵀR − I‖ reaches ${errorWords(off)}.`);
  for (const { title, lost } of gone) said.push(`${title} leaves all bounds at step ${lost}.`);
  const conserved = there.filter(({ energy }) => energy < ROUNDING);
  if (conserved.length) said.push(`The energy stays with ${listed(conserved.map(({ title }) => title))}.`);
  const drifting = there.filter(({ off, energy }) => off < ROUNDING && energy >= ROUNDING);
  if (drifting.length) {
    const errors = drifting.map(({ title, energy }) => `${errorWords(energy)} with ${title}`);
    said.push(`Staying among the rotations keeps |m|, not the energy: its error reaches ${listed(errors)}.`);
  }
  const best = there.reduce((one, other) => (other.energy < one.energy ? other : one), there[0]);
  const [staying, leaving] = [drifting, left].map((group) => Math.min(...group.map(({ energy }) => energy)));
  if (best && leaving < staying)
    said.push("Structure costs here: of the explicit methods, one that leaves the rotations keeps the energy best.");
  return said;
}
