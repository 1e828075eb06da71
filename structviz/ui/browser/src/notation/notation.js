// The slide of notation: one layer in four pictures, whose A and b one drags, and gradient descent on all layers.
import { Clock } from "../runtime/clock.js";
import { find, findAll, html, setPressed, setText } from "../runtime/elements.js";
import { mount } from "../runtime/mount.js";
import { Plane } from "../runtime/plane.js";
import { Reports } from "../runtime/reports.js";
import { objective, stages } from "./model.js";

/** @typedef {import("./model.js").Point} Point */
/** @typedef {import("./model.js").Layer} Layer */

const REST = 300; // milliseconds of rest before the server hears of it
const LONGEST = 5; // of an arrow that is dragged, each way
const PANELS = { z: "zᵏ", A: "Aᵏzᵏ: linear map", b: "Aᵏzᵏ + bᵏ: shift", sigma: "zᵏ⁺¹ = σ(Aᵏzᵏ + bᵏ): nonlinearity" };
const IDENTITY = [1, 0, 0, 1, 0, 0];

// Which panel an arrow stands in, and which two numbers of a layer (A row by row, then b) its tip is.
const ARROWS = [
  { panel: 1, at: [0, 2], label: "First column of A" },
  { panel: 1, at: [1, 3], label: "Second column of A" },
  { panel: 2, at: [4, 5], label: "b, where the origin goes" },
];

/** @type {Point[][]} Lines of a grid over the square from −1 to 1. */
const GRID = Array.from({ length: 18 }, (_, k) =>
  Array.from({ length: 33 }, (_, i) => {
    const [along, across] = [i / 16 - 1, (k >> 1) / 4 - 1];
    return k % 2 ? [across, along] : [along, across];
  }),
);

class Notation {
  /** @param {ParentNode} parent */
  constructor(parent) {
    this.root = find(parent, ".notation");
    /** @type {Layer[]} */
    this.theta = [];
    /** @type {any} */
    this.data = null;
    this.layer = 0;
    this.half = 1;
    this.held = false;
    this.clock = new Clock(() => this.descend(), { element: this.root });
    this.reports = new Reports({ isBusy: () => this.held || this.clock.playing });
    this.planes = Object.entries(PANELS).map(([part, title]) => {
      const plane = new Plane(find(this.root, ".panels"), title);
      plane.figure.dataset.part = part;
      return plane;
    });
    this.arrows = ARROWS.map(({ panel, at, label }) => {
      const start = () => {
        this.play(false);
        this.held = true;
      };
      const move = (/** @type {Point} */ to) => {
        at.forEach((index, i) => {
          this.theta[this.layer][index] = Math.round(100 * Math.min(LONGEST, Math.max(-LONGEST, to[i]))) / 100;
        });
        this.draw();
      };
      const end = () => {
        this.held = false;
        this.rest();
      };
      return { at, place: this.planes[panel].arrow(label, { start, move, end }) };
    });
    find(this.root, ".step").onclick = () => {
      this.descend();
      this.rest();
    };
    find(this.root, ".play").onclick = () => this.play(!this.clock.playing);
    for (const element of findAll(this.root, "[data-part]")) {
      element.onpointerenter = () => this.light(element.dataset.part);
      element.onpointerleave = () => this.light("");
    }
  }

  /** @param {import("../runtime/mount.js").ComponentArguments} component */
  update({ data, setStateValue }) {
    if (!data) return;
    const first = !this.data;
    this.data = data;
    this.reports.update(setStateValue, data.seen);
    if ((first || this.reports.accepts()) && this.reports.isNews("theta", data.theta)) this.set(data.theta);
    else this.draw();
  }

  destroy() {
    this.clock.destroy();
    this.reports.destroy();
  }

  /** @param {Layer[]} theta @param {number} layer The one that is shown. */
  set(theta, layer = this.layer) {
    this.theta = structuredClone(theta);
    this.layer = Math.min(layer, theta.length - 1);
    this.buildLayers();
    this.draw();
  }

  /** @param {string | undefined} part Lights up a symbol and its picture. */
  light(part) {
    for (const element of findAll(this.root, "[data-part]"))
      element.classList.toggle("lit", element.dataset.part === part);
  }

  // The visitor has come to rest: the server hears of it.
  rest() {
    const text = () => this.theta.map((layer) => layer.map((value) => +value.toFixed(3)).join()).join(";");
    this.reports.later("theta", () => ({ text: text() }), REST);
    this.draw();
  }

  /** @param {boolean} plays */
  play(plays) {
    if (plays === this.clock.playing) return;
    if (plays) this.clock.play();
    else this.clock.pause();
    if (!plays) this.rest();
    this.draw();
  }

  descend() {
    const { gradient } = objective(this.theta, this.data.sigma, this.data);
    const next = this.theta.map((layer, k) => layer.map((value, i) => value - this.data.rate * gradient[k][i]));
    // A rate that is too large lets θ run away: training stops where the numbers still mean something.
    if (next.flat().every((value) => Math.abs(value) < this.data.largest)) this.theta = next;
    else this.play(false);
    this.draw();
  }

  buildLayers() {
    const bar = find(this.root, ".layers");
    bar.replaceChildren();
    /** @param {string} title @param {boolean} works @param {Layer[]} theta @param {number} layer */
    const button = (title, works, theta, layer) => {
      const made = html("button", { type: "button" }, bar, title);
      made.disabled = !works;
      made.onclick = () => {
        this.play(false);
        const resized = theta.length !== this.theta.length;
        this.set(theta, layer);
        if (resized) this.rest();
      };
    };
    const { length } = this.theta;
    for (let k = 0; k < length; k++) button(`Layer ${k + 1}`, true, this.theta, k);
    button("Add a layer", length < this.data.mostLayers, [...this.theta, IDENTITY], length);
    button("Remove the last", length > 1, this.theta.slice(0, -1), length - 2);
  }

  draw() {
    const { points, labels, sigma, colours, targets } = this.data;
    const now = this.theta[this.layer];
    const through = (/** @type {Point[]} */ z) =>
      stages(
        now,
        sigma,
        this.theta.slice(0, this.layer).reduce((z, layer) => stages(layer, sigma, z)[3], z),
      );
    const [moved, grid] = [through(points), GRID.map(through)];
    // The window stays while an arrow is dragged, so that the arrow stays under the hand.
    if (!this.held)
      this.half = 1.1 * Math.min(LONGEST, Math.max(1.3, ...moved.flat(2).map(Math.abs), ...now.map(Math.abs)));
    this.planes.forEach((plane, stage) => {
      plane.clear(this.half);
      plane.lines(
        grid.map((line) => line[stage]),
        "grid",
      );
      for (const label of [0, 1]) {
        plane.points(
          moved[stage].filter((_, n) => labels[n] === label),
          label,
          colours[label],
        );
        if (stage === 3 && this.layer === this.theta.length - 1) plane.ring(targets[label], colours[label]);
      }
    });
    for (const { at, place } of this.arrows) place([now[at[0]], now[at[1]]]);
    for (const [k, button] of findAll(this.root, ".layers button").entries()) setPressed(button, k === this.layer);
    const found = objective(this.theta, sigma, this.data);
    for (const name of /** @type {const} */ (["loss", "regulariser", "total"])) {
      setText(find(this.root, `.${name}`), found[name].toFixed(4));
    }
    setText(find(this.root, ".accuracy"), `${Math.round(100 * found.accuracy)} % arrive closer to their own ring`);
    setPressed(find(this.root, ".play"), this.clock.playing);
    setText(find(this.root, ".play"), this.clock.playing ? "Stop" : "Train");
  }
}

export default mount((parent) => new Notation(parent));
