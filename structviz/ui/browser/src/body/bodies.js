// A free rigid body that tumbles, in steps of several methods: its attitudes as they are, and what each method keeps.
import { errorWords } from "../layers/arithmetic.js";
import { Chart } from "../runtime/chart.js";
import { Choices } from "../runtime/choices.js";
import { wantsLessMotion } from "../runtime/clock.js";
import { find, setAttributes, setText } from "../runtime/elements.js";
import { Playback } from "../runtime/playback.js";
import { Reports } from "../runtime/reports.js";
import { Theme } from "../runtime/theme.js";
import { DEGREE, degreesOf, Turntable, viewWords } from "../runtime/turntable.js";
import { offRotations, Tumbling } from "./model.js";
import { Solid } from "./solid.js";
import { sentences, shown } from "./words.js";

const REST = 300; // milliseconds of rest before the server hears of it
const PARTS = 100; // of the way, for the curves
const [BUDGET, BATCH] = [6, 4]; // milliseconds of each frame in which steps are computed, so many at once
const CURVES = 100; // milliseconds between two drawings of the curves
const [PACE, DOUBLED] = [3, 2500]; // units of time in a second at first; milliseconds in which that doubles
/** @type {[string, string][]} */
const CHARTS = [
  ["off", "‖RᵀR − I‖"],
  ["determinant", "|det R − 1|"],
  ["energy", "Error of the energy"],
  ["length", "Error of |m|"],
];
/** @type {[number, string][]} */
const TICKS = [
  [1e-15, "10⁻¹⁵"],
  [1e-10, "10⁻¹⁰"],
  [1e-5, "10⁻⁵"],
  [1, "1"],
];

export class Bodies {
  /** @param {ParentNode} parent */
  constructor(parent) {
    this.root = find(parent, ".body");
    /** @type {any} */
    this.data = null;
    this.shared = { view: { yaw: 0.6, pitch: 0.4 }, held: false };
    this.spin = "";
    this.h = 0;
    this.played = 0; // milliseconds
    this.words = "";
    /** @type {number | undefined} */
    this.frame = undefined;
    this.isNew = false; // whether the bodies are to start again
    this.drawn = { state: -1, at: 0 }; // what the curves show, and since when
    /** @type {{ method: any, table: Turntable, solid: Solid, found: Tumbling }[]} */
    this.bodies = [];
    this.charts = CHARTS.map(([, title]) => new Chart(find(this.root, ".charts"), title, { logarithmic: true }));
    this.range = /** @type {HTMLInputElement} */ (find(this.root, ".h"));
    this.range.oninput = () => this.choose(this.spin, Number(this.range.value));
    this.playback = new Playback({
      bar: find(this.root, ".solids + .controls"),
      scrubber: /** @type {HTMLInputElement} */ (find(this.root, ".step")),
      play: "Play",
      last: () => this.data.steps,
      onwards: (at, passed, still) => this.onwards(at, passed, still),
      moved: () => this.draw(),
      rested: () => {
        this.played = 0;
      },
    });
    this.spins = new Choices(find(this.root, ".spins"), (name) => this.choose(name, this.h));
    this.reports = new Reports({ isBusy: () => this.shared.held });
    this.theme = new Theme(this.root, () => this.draw());
    this.watch = new ResizeObserver(() => this.draw());
    this.watch.observe(this.root);
  }

  /** @param {import("../runtime/mount.js").ComponentArguments} component */
  update({ data, setStateValue }) {
    const first = !this.data;
    const names = (/** @type {any} */ given) => given?.methods.map((/** @type {any} */ { name }) => name).join();
    const others = names(data) !== names(this.data);
    this.data = data;
    this.reports.update(setStateValue, data.seen);
    this.theme.refresh();
    if (others) this.build();
    if (others && !first) this.isNew = true;
    if (first || this.reports.accepts()) {
      if (this.reports.isNews("view", data.view)) {
        const [yaw, pitch] = data.view;
        Object.assign(this.shared.view, { yaw: yaw * DEGREE, pitch: pitch * DEGREE });
      }
      if (this.reports.isNews("chosen", [data.spin, data.h])) {
        [this.spin, this.h] = [data.spin, data.h];
        this.isNew = true;
      }
    }
    this.draw();
  }

  build() {
    const { methods, half } = this.data;
    const handlers = { turned: () => this.draw(), rested: () => this.rest() };
    const solids = find(this.root, ".solids");
    solids.replaceChildren();
    solids.style.setProperty("--columns", String(Math.min(5, methods.length)));
    this.bodies = methods.map((/** @type {any} */ method) => {
      const table = new Turntable(solids, "Turn the bodies", this.shared, handlers);
      table.figure.style.setProperty("--tone", method.colour);
      return { method, table, solid: new Solid(table.canvas, half), found: null };
    });
  }

  destroy() {
    cancelAnimationFrame(this.frame ?? 0);
    this.playback.destroy();
    this.reports.destroy();
    this.theme.destroy();
    this.watch.disconnect();
  }

  /** @param {string} spin @param {number} h */
  choose(spin, h) {
    [this.spin, this.h] = [spin, h];
    this.isNew = true;
    this.rest();
  }

  // The visitor has come to rest: the server hears of it.
  rest() {
    this.draw();
    this.reports.later(
      "chosen",
      () => {
        setText(find(this.root, ".said"), `Bodies ${viewWords(this.shared.view)}. ${this.words}`);
        return { spin: this.spin, h: this.h, view: degreesOf(this.shared.view).join() };
      },
      REST,
    );
  }

  /** The momentum at the start, in axes of space. */
  get momentum() {
    return this.data.spins.find((/** @type {any} */ { name }) => name === this.spin).momentum;
  }

  /** Whatever happens, and however often: the bodies start again and are drawn once in a frame of the screen. */
  draw() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.proceed();
    });
  }

  proceed() {
    if (!this.data || !this.spin) return;
    if (this.isNew) this.restart();
    if (!this.words) this.compute();
    this.paint();
    if (!this.words) this.draw();
  }

  restart() {
    const { inertia, steps } = this.data;
    const body = { inertia, momentum: this.momentum };
    for (const one of this.bodies) {
      one.found = new Tumbling(body, one.method, this.h, steps, PARTS, one.found?.attitudes);
    }
    this.isNew = false;
    this.words = "";
    this.drawn.state = -1;
    this.playback.play(false);
    this.playback.at = wantsLessMotion() ? steps : 0;
    this.playback.play(!wantsLessMotion());
  }

  /** Steps that all bodies have taken. */
  get done() {
    return Math.min(...this.bodies.map(({ found }) => found.done));
  }

  // Some steps in each frame, so that the page answers while 10,000 are taken.
  compute() {
    const { steps } = this.data;
    for (const until = performance.now() + BUDGET; this.done < steps && performance.now() < until; )
      for (const { found } of this.bodies) found.run(BATCH);
    if (this.done === steps) this.say();
  }

  // Once all steps are taken, they are put into words.
  say() {
    const told = this.bodies.map(({ method: { title, stays }, found: { kept, lost } }) => {
      const [off, energy, length] = [kept.off, kept.energy, kept.length].map((values) => Math.max(...values));
      return { title, stays, off, energy, length, lost };
    });
    this.words = sentences(told, this.data.steps).join(" ");
  }

  // The film goes faster and faster, so that one sees both how a body tumbles and where it ends.
  /** @param {number} at @param {number} passed @param {boolean} still */
  onwards(at, passed, still) {
    this.played += passed;
    const pace = PACE * 2 ** (this.played / DOUBLED);
    const steps = ((passed / 1000) * pace) / this.h;
    return at + (still ? Math.max(1, Math.round(steps)) : steps);
  }

  paint() {
    const { steps, limits, spins } = this.data;
    const k = Math.min(Math.floor(this.playback.at), this.done);
    const part = Math.ceil((k * PARTS) / steps);
    const computed = Math.floor((this.done * PARTS) / steps);
    setText(find(this.root, ".words"), this.words || `${this.done.toLocaleString("en")} steps are computed …`);
    for (const { method, table, solid, found } of this.bodies) {
      const attitude = Array.from(found.attitudes.subarray(9 * k, 9 * k + 9));
      solid.draw(attitude, this.shared.view, this.momentum, this.theme.colours);
      const off = offRotations(attitude);
      const title = `${method.title}: ${found.lost <= k ? `lost at step ${found.lost}` : `off by ${shown(off)}`}`;
      table.describe(title, `A box, ${viewWords(this.shared.view)}. Step ${k}. ${title}.`);
    }
    this.paintCurves(part, part + PARTS * computed);
    this.spins.draw(spins, this.spin);
    setAttributes(this.range, { min: limits.low, max: limits.high, step: limits.step });
    this.range.value = String(this.h);
    setText(find(this.root, ".h-words"), `Step h = ${this.h.toFixed(2)}`);
    const words = `Step ${k.toLocaleString("en")} of ${steps.toLocaleString("en")}`;
    this.playback.show(words, find(this.root, ".step-words"));
  }

  /** @param {number} part Where the clock is. @param {number} state What there is to show. */
  paintCurves(part, state) {
    const now = performance.now();
    if (this.drawn.state === state) return;
    // They cost more than the bodies.
    if (now < this.drawn.at + CURVES) return this.draw();
    this.drawn = { state, at: now };
    const ends = /** @type {[string, string]} */ (["0", this.data.steps.toLocaleString("en")]);
    this.charts.forEach((chart, i) => {
      const name = /** @type {keyof import("./model.js").Kept} */ (CHARTS[i][0]);
      const curves = this.bodies.map(({ method: { colour }, found: { kept } }) => ({ values: kept[name], colour }));
      curves.push({ values: new Array(PARTS + 1).fill(1), colour: "none" }); // holds the axis while steps are computed
      const words = this.bodies.map(({ method, found: { kept } }) => {
        return `${method.title}: at most ${errorWords(Math.max(...kept[name]))}`;
      });
      const axes = { low: 1e-16, high: 1e2, ticks: TICKS, at: part, below: "step", ends };
      chart.draw(curves, axes, words.join("; "));
    });
  }
}
