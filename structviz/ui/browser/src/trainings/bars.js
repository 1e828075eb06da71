// Bars h^k over the layers, from a line at zero; a dotted line says where they start, and a cross marks a layer that
// is off.
import { html, setAttribute, svg } from "../runtime/elements.js";

const [WIDE, HIGH, EDGE] = [320, 120, 8];

export class Bars {
  /** @param {Element} parent @param {string} title */
  constructor(parent, title) {
    this.title = title;
    this.figure = html("figure", { class: "bars" }, parent);
    this.picture = svg("svg", { role: "img", viewBox: `0 0 ${WIDE} ${HIGH}` }, this.figure);
    this.caption = html("figcaption", {}, this.figure, title);
  }

  /**
   * @param {number[]} h
   * @param {boolean[]} off Which layers are off.
   * @param {{ low: number, high: number, start: number, colour: string, at: number }} look The numbers at the lower and
   *   the upper edge, where all bars start, and the layer that is shown.
   * @param {string} words What the bars say.
   */
  draw(h, off, { low, high, start, colour, at }, words) {
    const up = (/** @type {number} */ value) => EDGE + ((high - value) / (high - low || 1)) * (HIGH - 2 * EDGE);
    const width = WIDE / h.length;
    this.picture.replaceChildren();
    if (at < h.length) svg("rect", { class: "shown", x: at * width, y: 0, width, height: HIGH }, this.picture);
    h.forEach((step, k) => {
      const [x, y, height] = [k * width + 2, up(Math.max(step, 0)), Math.abs(up(step) - up(0))];
      if (!off[k]) svg("rect", { x, y, width: width - 4, height, style: `fill:${colour}` }, this.picture);
      const [middle, zero, arm] = [(k + 0.5) * width, up(0), Math.min(4, width / 3)];
      const d = `M${middle - arm} ${zero - arm}l${2 * arm} ${2 * arm}m0 ${-2 * arm}l${-2 * arm} ${2 * arm}`;
      if (off[k]) svg("path", { class: "off", d }, this.picture);
    });
    svg("path", { class: "zero", d: `M0 ${up(0)}H${WIDE}` }, this.picture);
    svg("path", { class: "start", d: `M0 ${up(start)}H${WIDE}` }, this.picture);
    this.caption.textContent = words;
    setAttribute(this.picture, "aria-label", `${this.title}. ${words}`);
  }
}
