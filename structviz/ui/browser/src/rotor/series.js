// Which curves are drawn, in which colours and lines.

/** @typedef {import("./curves.js").Series} Series */

/**
 * The curves of a view: PSNR of what is measured, or equivariance errors of the networks beside what interpolation
 * alone costs.
 *
 * @param {import("./data.js").Column[]} columns
 * @param {import("./data.js").View} view
 * @param {(name: string, error: boolean) => import("./axes.js").Values | null | undefined} valuesOf Of a column, or of
 *   "interpolation".
 * @returns {Series[]}
 */
export function seriesOf(columns, view, valuesOf) {
  const error = view === "error";
  const measured = columns.filter(({ name }) => name !== "truth" && !(error && name === "noisy"));
  const all = measured.map((column) => ({
    name: column.name,
    title: column.title,
    colour: column.colour,
    style: lineStyle(column.name),
    values: valuesOf(column.name, error),
  }));
  if (!error) return all;
  const interpolation = {
    name: "interpolation",
    title: "Interpolation alone",
    colour: "var(--st-text-color)",
    style: "dashed",
    values: valuesOf("interpolation", true),
  };
  return [interpolation, ...all];
}

/**
 * The class of a curve. Networks of this machine have the colours of their arms; dashes tell them from those that ship.
 *
 * @param {string} name Of the arm.
 */
function lineStyle(name) {
  if (name === "noisy") return "quiet";
  return name.startsWith("local-") ? "dashed" : "";
}
