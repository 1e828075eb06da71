// What is said of the energies that methods have kept: true of the numbers that are seen.

/**
 * @typedef {object} Kept
 * @property {string} title
 * @property {boolean} symplectic
 * @property {boolean} left Whether the orbit has left the picture.
 * @property {number} early The largest |H − H(0)| while orbits go round for the first times.
 * @property {number} late The largest one after that.
 */

/**
 * An error as it is shown.
 *
 * @param {number} error
 */
export function shown(error) {
  if (!Number.isFinite(error)) return "∞";
  if (error === 0) return "0";
  const [digits, power] = error.toExponential(0).split("e").map(Number);
  if (power >= -2 && power <= 3) return error.toFixed(Math.max(0, 1 - power)).replace("-", "−");
  return `${digits}·10${String(power).replace(/./g, (sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)])}`;
}

/**
 * Whether an error grows: later it is more than twice as large as while orbits go round for the first times.
 *
 * @param {Kept} kept
 */
export function drifts({ early, late }) {
  return !Number.isFinite(late) || late > 2 * early;
}

/**
 * Two or three sentences.
 *
 * @param {Kept[]} all In the order of the panels.
 * @param {number} n Steps that were taken.
 */
export function sentences(all, n) {
  const worst = (/** @type {Kept} */ { early, late }) => Math.max(early, late);
  const best = all.reduce((one, other) => (worst(other) < worst(one) ? other : one));
  const said = [
    `After ${n.toLocaleString("en")} steps, ${best.title} has the smallest error of the energy: ${shown(worst(best))}.`,
  ];
  if (!best.symplectic) said.push("That is no symplectic method: a high order can count for more.");
  const groups = {
    "These orbits leave the picture": all.filter(({ left }) => left),
    "The error grows with the steps": all.filter((kept) => !kept.left && drifts(kept)),
    "It goes up and down without growing": all.filter((kept) => !kept.left && !drifts(kept)),
  };
  for (const [words, group] of Object.entries(groups))
    if (group.length) said.push(`${words}: ${group.map(({ title }) => title).join(", ")}.`);
  return said;
}
