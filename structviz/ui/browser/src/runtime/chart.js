// Curves over a horizontal axis in SVG, with a logarithmic vertical one if asked, a level that is marked and a line
// for where the clock is.
import { html, setAttribute, svg } from "./elements.js";
import { clamp } from "./numbers.js";

/** @typedef {{ values: number[], colour: string, dashed?: boolean }} Curve Its values at 0, 1, 2, … */

const [SIDE, LEFT, BELOW, ABOVE] = [320, 58, 34, 14];

export class Chart {
  /**
   * @param {Element} parent
   * @param {string} title Stands below it, and names it for those who do not see it.
   * @param {{ logarithmic?: boolean }} [options]
   */
  constructor(parent, title, { logarithmic = false } = {}) {
    this.title = title;
    this.logarithmic = logarithmic;
    this.figure = html("figure", { class: "chart" }, parent);
    this.picture = svg("svg", { role: "img", viewBox: `0 0 ${SIDE} ${SIDE}` }, this.figure);
    html("figcaption", {}, this.figure, title);
  }

  /**
   * @param {Curve[]} curves Numbers that are not finite end a curve at the upper edge.
   * @param {{ low: number, high: number, ticks: [number, string][], level?: { at: number, words: string }, at?: number,
   *   below: string, ends?: [string, string] }} axes The least and the greatest value, marks with words, a level that is
   *   marked, where the clock is, what stands below the horizontal axis, and at its ends: without words, numbers.
   * @param {string} words What the chart says, for those who do not see it.
   */
  draw(curves, { low, high, ticks, level, at, below, ends }, words) {
    const last = Math.max(1, ...curves.map(({ values }) => values.length - 1));
    const scaled = this.logarithmic ? Math.log : (/** @type {number} */ value) => value;
    const across = (/** @type {number} */ k) => LEFT + (k / last) * (SIDE - LEFT - 8);
    const up = (/** @type {number} */ value) => {
      const share = (scaled(value) - scaled(low)) / (scaled(high) - scaled(low));
      return ABOVE + (1 - clamp(Number.isNaN(share) ? 1 : share, 0, 1)) * (SIDE - ABOVE - BELOW);
    };
    this.picture.replaceChildren();
    const line = (/** @type {string} */ kind, /** @type {string} */ d, style = "") =>
      svg("path", { class: kind, d, style }, this.picture);
    const text = (
      /** @type {number} */ x,
      /** @type {number} */ y,
      /** @type {string} */ anchor,
      words = "",
      kind = "",
    ) => svg("text", { x, y, "text-anchor": anchor, class: kind }, this.picture, words);
    for (const [value, label] of ticks) {
      line("tick", `M${LEFT} ${up(value)}H${SIDE - 8}`);
      text(LEFT - 6, up(value) + 6, "end", label);
    }
    text(LEFT, SIDE - 8, "start", ends?.[0] ?? "0");
    text(SIDE - 8, SIDE - 8, "end", ends?.[1] ?? String(last));
    text((LEFT + SIDE) / 2, SIDE - 8, "middle", below);
    if (at !== undefined) line("now", `M${across(at)} ${ABOVE}V${SIDE - BELOW}`);
    if (level) {
      line("level", `M${LEFT} ${up(level.at)}H${SIDE - 8}`);
      text(SIDE - 10, up(level.at) - 6, "end", level.words, "strong");
    }
    for (const { values, colour, dashed } of curves) {
      const d = values.map((value, k) => `${k ? "L" : "M"}${across(k).toFixed(2)} ${up(value).toFixed(2)}`).join("");
      line("curve", d, `stroke:${colour}${dashed ? ";stroke-dasharray:6 4" : ""}`);
    }
    setAttribute(this.picture, "aria-label", `${this.title}. ${words}`);
  }
}
