// Bars and lines over the layers, with a caption that says the number of the layer at which the clock is.
import { html, setAttribute, svg } from "../runtime/elements.js";

const HIGH = 40; // of a strip, in its own units; a layer is one unit wide

export class Strip {
  /**
   * @param {Element} parent
   * @param {string} title
   * @param {string} tone The colour of its bars.
   */
  constructor(parent, title, tone) {
    this.title = title;
    this.figure = html("figure", { class: "strip-of", style: `--tone:${tone}` }, parent);
    const caption = html("figcaption", {}, this.figure);
    html("b", {}, caption, title);
    this.words = html("span", {}, caption);
    this.picture = svg("svg", { role: "img", preserveAspectRatio: "none" }, this.figure);
  }

  /**
   * @param {number[]} values One for each layer; those from `from` on are drawn.
   * @param {number} from
   * @param {number} now The layer that is marked.
   * @param {string} words
   */
  bars(values, from, now, words) {
    const finite = values.filter(Number.isFinite);
    const [low, high] = [Math.min(0, ...finite), Math.max(0, ...finite)];
    const up = this.clear(values.length, low, high, words);
    values.forEach((value, k) => {
      if (k < from) return;
      const [top, bottom] = [up(Math.max(0, value)), up(Math.min(0, value))];
      const at = { x: k + 0.1, y: top, width: 0.8, height: Math.max(0.4, bottom - top) };
      svg("rect", { ...at, class: k === now ? "now" : "bar-of" }, this.picture);
    });
  }

  /**
   * @param {{ values: number[], colour: string, dashed?: boolean }[]} curves One value before each layer and one after
   *   the last; those from `from` on are drawn.
   * @param {number} from
   * @param {string} words
   */
  lines(curves, from, words) {
    const all = curves.flatMap(({ values }) => values).filter(Number.isFinite);
    const last = curves[0].values.length - 1;
    const [low, high] = [Math.min(...all), Math.max(...all)];
    const spare = Math.max(0.15 * (high - low), 0.05 * Math.max(Math.abs(low), Math.abs(high))); // a line is no edge
    const up = this.clear(last, low - spare, high + spare, words);
    for (const { values, colour, dashed } of curves) {
      const places = values.map((value, k) => (k >= from && Number.isFinite(value) ? `${k} ${up(value)}` : ""));
      const d = places.filter(Boolean).join("L");
      const style = `stroke:${colour}${dashed ? ";stroke-dasharray:7 5" : ""}`;
      if (d.includes("L")) svg("path", { d: `M${d}`, style }, this.picture);
    }
  }

  /** @param {number} length @param {number} low @param {number} high @param {string} words */
  clear(length, low, high, words) {
    setAttribute(this.picture, "viewBox", `0 0 ${length} ${HIGH}`);
    setAttribute(this.picture, "aria-label", `${this.title} ${words}`);
    this.words.textContent = ` ${words}`;
    this.picture.replaceChildren();
    const span = high - low || 1;
    const up = (/** @type {number} */ value) => 1 + (HIGH - 2) * (1 - (value - low) / span);
    if (low < 0 && high >= 0) svg("path", { class: "zero", d: `M0 ${up(0)}H${length}` }, this.picture);
    return up;
  }
}
