// Networks at some moments of their training, or after several trainings: a clock goes through them, and for each the
// points or the map of decisions, its time steps as bars, its weights over time, and the losses of all are drawn.
import { Chart } from "../runtime/chart.js";
import { context2d, find, html, setAttributes, setText, svg } from "../runtime/elements.js";
import { mount } from "../runtime/mount.js";
import { clamp, signed } from "../runtime/numbers.js";
import { Plane } from "../runtime/plane.js";
import { Playback } from "../runtime/playback.js";
import { Reports } from "../runtime/reports.js";
import { Bars } from "./bars.js";
import { decisions, measured, through, time } from "./model.js";

/** @typedef {import("../runtime/plane.js").Point} Point */
/** @typedef {import("./model.js").Weights} Weights */
/** @typedef {{ title: string, colour: string, plain: boolean, frames: Weights[] }} Network */

const REST = 300; // milliseconds of rest before the server hears of it
const PACE = 350; // milliseconds for a frame
const PIXELS = 40; // in a row of a map of decisions
const SHOWN = 200; // points that are drawn
/** @type {[number, string][]} */
const TICKS = [
  [0.0001, "10⁻⁴"],
  [0.001, "0.001"],
  [0.01, "0.01"],
  [0.1, "0.1"],
  [0.3, "0.3"],
  [1, "1"],
];

const percent = (/** @type {number} */ share) => `${(100 * share).toFixed(1)}\u00a0%`;
const short = (/** @type {number} */ value) => signed(value.toFixed(2));

/** What is drawn of one network. */
class Panel {
  /** @param {Element} parent @param {Network} network @param {any} data */
  constructor(parent, { title, colour }, { bars, weights }) {
    this.figure = html("div", { class: weights ? "network curves" : "network", style: `--tone:${colour}` }, parent);
    html("p", { class: "title" }, this.figure, title);
    this.plane = new Plane(this.figure, title, "network");
    this.bars = bars ? new Bars(this.figure, `Time steps of ${title}`) : null;
    this.weights = weights ? new Chart(this.figure, "Weights A (solid) and b (dashed) over time") : null;
    this.canvas = document.createElement("canvas");
    this.canvas.width = this.canvas.height = PIXELS;
  }

  /** @param {Weights} net @param {Network} network @param {any} data @param {string[]} tints */
  map(net, { plain }, { half }, tints) {
    const context = context2d(this.canvas);
    const image = context.createImageData(PIXELS, PIXELS);
    const rgb = tints.map((tint) => [1, 3, 5].map((at) => parseInt(tint.slice(at, at + 2), 16)));
    decisions(net, plain, half, PIXELS).forEach((share, i) => {
      const sure = Math.abs(2 * share - 1) ** 0.8;
      image.data.set([...rgb[Number(share > 0.5)], Math.round(130 * sure)], 4 * i);
    });
    context.putImageData(image, 0, 0);
    const place = { x: -half, y: -half, width: 2 * half, height: 2 * half, preserveAspectRatio: "none" };
    svg("image", { class: "map", href: this.canvas.toDataURL(), ...place }, this.plane.drawn);
  }

  /** @param {Weights} net @param {number} half The line where both classes are equally likely. */
  border({ normal, offset }, half) {
    const [a, b] = normal;
    const squared = a * a + b * b;
    if (!squared) return;
    const [x, y, far] = [(-offset * a) / squared, (-offset * b) / squared, (4 * half) / Math.sqrt(squared)];
    const d = `M${x - far * b} ${y + far * a}L${x + far * b} ${y - far * a}`;
    svg("path", { class: "border", d }, this.plane.drawn);
  }
}

class Trainings {
  /** @param {ParentNode} parent */
  constructor(parent) {
    this.root = find(parent, ".trainings");
    /** @type {any} */
    this.data = null;
    this.drawn = -1; // frame
    this.layer = 0;
    this.span = { low: 0, high: 1 };
    this.largest = 1;
    /** @type {Panel[]} */
    this.panels = [];
    /** @type {Chart | null} */
    this.chart = null;
    this.layers = /** @type {HTMLInputElement} */ (find(this.root, ".layer"));
    this.layers.oninput = () => {
      this.layer = Number(this.layers.value);
      this.draw();
    };
    this.playback = new Playback({
      bar: find(this.root, ".controls"),
      scrubber: /** @type {HTMLInputElement} */ (find(this.root, ".frame")),
      play: "",
      last: () => this.last,
      onwards: (at, passed) => at + passed / PACE,
      moved: () => {
        if (this.frame !== this.drawn) this.draw();
      },
      rested: () => this.rest(),
      step: PACE,
    });
    this.reports = new Reports({ isBusy: () => this.playback.playing });
  }

  /** @param {import("../runtime/mount.js").ComponentArguments} component */
  update({ data, setStateValue }) {
    if (data !== this.data) this.build(data);
    this.reports.update(setStateValue, data.seen);
    if (this.reports.accepts() && this.reports.isNews("frame", [data.name, data.frame])) this.playback.at = data.frame;
    this.playback.at = clamp(this.playback.at, 0, this.last);
    this.draw();
  }

  destroy() {
    this.playback.destroy();
    this.reports.destroy();
  }

  get frame() {
    return Math.round(this.playback.at);
  }

  get last() {
    return this.data.clock.words.length - 1;
  }

  /** @param {any} data Makes the panels, and measures every frame once. */
  build(data) {
    const first = this.data?.name !== data.name;
    this.data = data;
    if (first) this.playback.play(false);
    if (first) this.layer = data.networks[0].frames[0].A.length;
    const place = find(this.root, ".panels");
    place.replaceChildren();
    this.panels = data.networks.map((/** @type {Network} */ network) => new Panel(place, network, data));
    this.chart = new Chart(place, "Loss on training points (solid) and on new ones (dashed)", { logarithmic: true });
    const of =
      (/** @type {any} */ set) =>
      (/** @type {Network} */ { plain, frames }) =>
        frames.map((net) => measured(net, plain, set));
    this.train = data.networks.map(of(data.train));
    this.test = data.networks.map(of(data.test));
    const steps = data.networks.flatMap((/** @type {Network} */ { plain, frames }) =>
      plain ? [0] : frames.flatMap(({ h }) => h),
    );
    this.span = { low: Math.min(0, ...steps), high: Math.max(data.dt, ...steps) };
    const sizes = data.networks.flatMap((/** @type {Network} */ { frames }) =>
      frames.flatMap(({ A, b }) => [...A, ...b].flat().map(Math.abs)),
    );
    this.largest = Math.max(1, ...sizes);
    this.playback.label(data.clock.play);
  }

  // The visitor has come to rest: the server hears of it.
  rest() {
    this.playback.at = this.frame;
    const report = () => {
      setText(find(this.root, ".said"), this.spoken);
      return { frame: this.frame };
    };
    this.reports.later("seen_frame", report, REST);
    this.draw();
  }

  /** All networks at this moment, in words. */
  get spoken() {
    const k = this.frame;
    const words = this.data.networks.map(
      (/** @type {Network} */ { title }, /** @type {number} */ i) =>
        `${title}: loss ${this.train[i][k].loss.toFixed(3)}, ${percent(this.test[i][k].accuracy)} of new points right`,
    );
    return `${this.data.clock.title} ${this.data.clock.words[k]}. ${words.join("; ")}.`;
  }

  draw() {
    const { networks, test, clock, half, colours, moves, dt, threshold } = this.data;
    const k = this.frame;
    this.drawn = k;
    const depth = networks[0].frames[0].A.length;
    const points = test.points.slice(0, SHOWN);
    const labels = test.labels.slice(0, SHOWN);
    this.panels.forEach((panel, i) => {
      const network = networks[i];
      const net = network.frames[k];
      const moved = moves ? through(net, network.plain, points, this.layer) : points;
      const reach = moves ? Math.max(half, 1.1 * Math.max(...moved.flat().map(Math.abs))) : half;
      panel.plane.clear(reach);
      if (!moves) panel.map(net, network, this.data, colours);
      panel.plane.classes(moved, labels, colours);
      if (moves && this.layer === depth) panel.border(net, reach);
      const { accuracy } = this.test[i][k];
      const words = `${percent(this.train[i][k].accuracy)} of training points right, ${percent(accuracy)} of new ones`;
      panel.plane.caption(words);
      panel.plane.title = `${network.title}. ${words}`;
      panel.plane.describe(moved);
      this.drawTime(panel, network, net, dt, threshold);
      this.drawWeights(panel, network, net);
    });
    this.drawLosses(k);
    this.playback.show(`${clock.title} ${clock.words[k]}`, find(this.root, ".frame-words"));
    find(this.root, ".layers").hidden = !moves;
    setAttributes(this.layers, { max: depth, "aria-valuetext": `After layer ${this.layer} of ${depth}` });
    this.layers.value = String(this.layer);
    setText(find(this.root, ".layer-words"), `Points after layer ${this.layer} of ${depth}`);
  }

  /** @param {Panel} panel @param {Network} network @param {Weights} net @param {number} dt @param {number} threshold */
  drawTime(panel, { plain, colour }, { h }, dt, threshold) {
    if (!panel.bars) return;
    const { sum, negative, off } = time(h, threshold);
    const count = off.filter(Boolean).length;
    const rest = plain ? "no time" : `Σh = ${short(sum)}, ${negative} negative, ${count} of ${h.length} off`;
    const look = { ...this.span, start: dt, colour, at: this.layer };
    panel.bars.draw(plain ? h.map(() => 0) : h, plain ? [] : off, look, rest);
  }

  /** @param {Panel} panel @param {Network} network @param {Weights} net */
  drawWeights(panel, { colour }, { A, b }) {
    if (!panel.weights) return;
    const entry = (/** @type {number[][]} */ rows, /** @type {number} */ i, dashed = false) => ({
      values: rows.map((row) => row[i]),
      colour,
      dashed,
    });
    const curves = [...[0, 1, 2, 3].map((i) => entry(A, i)), ...[0, 1].map((i) => entry(b, i, true))];
    const top = Math.ceil(this.largest);
    /** @type {[number, string][]} */
    const ticks = [-top, 0, top].map((value) => [value, signed(value)]);
    const change = A.slice(1).reduce((sum, row, k) => sum + row.reduce((s, v, i) => s + (v - A[k][i]) ** 2, 0), 0);
    const words = `A changes by ${Math.sqrt(change / (A.length - 1)).toFixed(2)} from layer to layer`;
    panel.weights.draw(curves, { low: -top, high: top, ticks, below: "time", ends: ["0", "T"] }, words);
  }

  /** @param {number} at */
  drawLosses(at) {
    const { networks, clock } = this.data;
    const curves = networks.flatMap((/** @type {Network} */ { colour }, /** @type {number} */ i) => [
      { values: this.train[i].map((/** @type {any} */ { loss }) => loss), colour },
      { values: this.test[i].map((/** @type {any} */ { loss }) => loss), colour, dashed: true },
    ]);
    const values = curves
      .flatMap((/** @type {any} */ curve) => curve.values)
      .filter((/** @type {number} */ value) => value > 0 && value < 1e6);
    const [low, high] = [Math.max(1e-4, 0.8 * Math.min(0.5, ...values)), Math.max(1, ...values)];
    const ticks = TICKS.filter(([value]) => value >= low && value <= high);
    this.chart?.draw(curves, { low, high, ticks, at, below: clock.below, ends: clock.ends }, this.spoken);
  }
}

export default mount((parent) => new Trainings(parent));
