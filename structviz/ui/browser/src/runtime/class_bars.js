// The most probable classes of a picture as bars: a name, a bar and a percentage in each row.
import { html, setAttribute, setText } from "./elements.js";

/** @typedef {{ name: string, share: number, colour: string }} ClassBar Its share is from 0 to 1. */

/**
 * A share in per cent as text, rounded as on the server.
 *
 * @param {number} share From 0 to 1.
 */
export function percentWords(share) {
  return `${(100 * share).toFixed(1)}\u00a0%`;
}

/**
 * What the bars show, for those who listen.
 *
 * @param {ClassBar[]} bars
 */
export function barsWords(bars) {
  return bars.map(({ name, share }) => `${name} ${percentWords(share)}`).join(", ");
}

export class ClassBars {
  /** @param {Element} parent @param {string} title Names the bars for those who do not see them. */
  constructor(parent, title) {
    this.title = title;
    this.list = html("div", { class: "class-bars", role: "img" }, parent);
    /** @type {{ row: HTMLElement, name: HTMLElement, bar: HTMLElement, share: HTMLElement }[]} */
    this.rows = [];
  }

  /** @param {ClassBar[]} bars The most probable first. */
  draw(bars) {
    while (this.rows.length < bars.length) {
      const row = html("div", { class: "class-bar" }, this.list);
      const name = html("span", { class: "class-name" }, row);
      const track = html("span", { class: "track" }, row);
      this.rows.push({ row, name, bar: html("i", {}, track), share: html("span", { class: "share" }, row) });
    }
    this.rows.forEach(({ row, name, bar, share }, k) => {
      row.hidden = k >= bars.length;
      if (row.hidden) return;
      setText(name, bars[k].name);
      setAttribute(name, "title", bars[k].name);
      setText(share, percentWords(bars[k].share));
      setAttribute(bar, "style", `width:${(100 * bars[k].share).toFixed(2)}%;background:${bars[k].colour}`);
    });
    setAttribute(this.list, "aria-label", `${this.title}: ${barsWords(bars)}`);
  }
}
