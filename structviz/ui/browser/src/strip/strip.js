// Pictures along a setting, such as the strength of an attack or the steps of an iteration: one slider scrubs all of
// them, and marks where it is in the curves. The server hears of it when the hand rests.
import { Chart } from "../runtime/chart.js";
import { Component } from "../runtime/component.js";
import { context2d, find, html, setAttribute, setAttributes, setText } from "../runtime/elements.js";
import { pageInbox } from "../runtime/inbox.js";
import { mount } from "../runtime/mount.js";
import { clamp } from "../runtime/numbers.js";
import { PlayButton } from "../runtime/play_button.js";
import { caption, pixels, unpackStrip } from "./model.js";

const PACE = 350; // milliseconds that a frame is shown when it plays

/** @typedef {import("./model.js").Cell} Cell */
/** @typedef {{ cell: Cell, name: string, canvas: HTMLCanvasElement, below: HTMLElement, shown: number }} Place */

class StripView extends Component {
  /** @param {ParentNode} parent */
  constructor(parent) {
    super(parent, "strip");
    /** @type {import("./model.js").Strip | null} */
    this.strip = null;
    this.frame = 0;
    this.waited = 0;
    /** @type {Place[]} */
    this.places = [];
    /** @type {Chart[]} */
    this.charts = [];
    this.unsubscribe = () => {};
    this.slider = /** @type {HTMLInputElement} */ (find(this.root, "input"));
    this.slider.oninput = () => {
      this.player.play(false);
      this.go(Number(this.slider.value));
      this.rest();
    };
    this.player = this.attach(
      new PlayButton(find(this.root, ".play"), {
        play: "Play",
        advance: (passed, still) => this.advance(passed, still),
        starts: () => {
          if (this.frame >= this.last) this.go(0);
          this.waited = 0;
        },
        rested: () => this.rest(),
      }),
    );
  }

  destroy() {
    this.unsubscribe();
    super.destroy();
  }

  get isBusy() {
    return this.player.playing;
  }

  /** @param {any} data @param {any} before */
  take(data, before) {
    if (this.reports.takes("frame", data.frame)) this.frame = data.frame;
    if (before?.channel === data.channel) return;
    this.unsubscribe();
    this.unsubscribe = pageInbox().subscribe(data.channel, (payload) => this.load(payload));
  }

  /** @param {Uint8Array} payload */
  load(payload) {
    this.strip = unpackStrip(payload);
    const { rows, plots } = this.strip;
    const grid = find(this.root, ".rows");
    grid.replaceChildren();
    grid.style.setProperty("--n", String(Math.max(1, ...rows.map((row) => row.length))));
    grid.style.setProperty("--rows", String(Math.max(2, rows.length)));
    const names = rows[0].map((cell) => cell?.title ?? "");
    this.places = rows
      .flatMap((row) => row.map((cell, k) => ({ cell, name: cell?.title || names[k] })))
      .flatMap(({ cell, name }) => {
        const figure = html("figure", cell ? { style: `--arm:${cell.colour}` } : {}, grid);
        if (!cell) return [];
        html("div", { class: "name" }, figure, cell.title);
        const canvas = html("canvas", { width: cell.side, height: cell.side, role: "img" }, figure);
        return [{ cell, name, canvas, below: html("figcaption", {}, figure), shown: -1 }];
      });
    const charts = find(this.root, ".charts");
    charts.replaceChildren();
    this.charts = plots.map(({ title, logarithmic }) => new Chart(charts, title, { logarithmic }));
    const legend = find(this.root, ".legend");
    legend.replaceChildren();
    const curves = plots.flatMap((plot) => plot.curves);
    for (const [title, curve] of new Map(curves.map((curve) => [curve.title, curve]))) {
      const entry = html("span", {}, legend);
      html("i", { class: curve.dashed ? "dashed" : "", style: `--arm:${curve.colour}` }, entry);
      entry.append(title);
    }
    this.draw();
  }

  get last() {
    return (this.strip?.words.length ?? 1) - 1;
  }

  /** @param {number} frame */
  go(frame) {
    this.frame = clamp(frame, 0, this.last);
    this.draw();
  }

  /**
   * @param {number} passed
   * @param {boolean} still
   */
  advance(passed, still) {
    this.waited += passed;
    if (!still && this.waited < PACE) return;
    this.waited = 0;
    this.go(this.frame + 1);
    if (this.frame >= this.last) this.player.play(false);
  }

  rest() {
    this.reports.later("seek", () => ({ frame: this.frame }));
  }

  /** What is on the screen, for those who listen. */
  get spoken() {
    const below = this.places.map(({ cell, name }) => `${name}: ${caption(cell, this.frame)}`);
    return `${this.strip?.words[this.frame] ?? ""}. ${below.join("; ")}.`;
  }

  draw() {
    const { strip } = this;
    if (!strip) return;
    const frame = clamp(this.frame, 0, this.last);
    for (const place of this.places) {
      const { cell, name, canvas, below } = place;
      setText(below, caption(cell, frame));
      setAttribute(canvas, "aria-label", `${name}. ${caption(cell, frame)}`);
      if (place.shown === frame) continue;
      place.shown = frame;
      context2d(canvas).putImageData(new ImageData(pixels(cell, frame), cell.side, cell.side), 0, 0);
    }
    this.charts.forEach((chart, k) => {
      const { curves, low, high, ticks, below, ends } = strip.plots[k];
      const at = strip.places[frame];
      const axes = { low, high, ticks, below, ends, at };
      chart.draw(curves, axes, `${curves.map(({ title }) => title).join(", ")}; at ${strip.words[frame]}`);
    });
    setText(find(this.root, ".words"), strip.words[frame]);
    setAttributes(this.slider, { max: this.last, "aria-valuetext": strip.words[frame] });
    this.slider.value = String(frame);
    setAttribute(this.root, "data-frame", frame);
  }
}

export default mount((parent) => new StripView(parent));
