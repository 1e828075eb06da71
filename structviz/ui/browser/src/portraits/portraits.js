// Orbits of a mechanical system under several methods, and below each the error of its energy: computed here, and drawn
// while they are computed.
import { Choices } from "../runtime/choices.js";
import { Clock } from "../runtime/clock.js";
import { button, context2d, find, html, setAttribute, setText } from "../runtime/elements.js";
import { mount } from "../runtime/mount.js";
import { Reports } from "../runtime/reports.js";
import { Theme } from "../runtime/theme.js";
import { advance, systemOf } from "./systems.js";
import { sentences, shown } from "./words.js";

/** @typedef {import("./systems.js").System} System */

const WHOLE = 8000; // milliseconds for all steps
const SIDE = 360; // pixels of a picture, whatever its size on the screen
const TALL = SIDE / 2;
const EARLY = 20; // units of time, in which each system goes round at least twice
const [LEAST, MOST] = [1e-6, 1e2]; // of the error of the energy, on a logarithmic axis

/** One method: its picture, its state and what it has kept. */
class Orbit {
  /** @param {Element} parent @param {any} method */
  constructor(parent, method) {
    this.method = method;
    this.figure = html("figure", { style: `--tone:${method.colour}` }, parent);
    const caption = html("figcaption", {}, this.figure, method.title);
    this.error = html("span", { class: "error" }, caption, "");
    this.picture = html("canvas", { width: SIDE, height: SIDE, role: "img" }, this.figure);
    this.below = html("canvas", { class: "energy", width: SIDE, height: TALL, role: "img" }, this.figure);
    this.orbit = context2d(this.picture);
    this.energy = context2d(this.below);
    /** @type {[number[], number[]]} */
    this.state = [[], []];
    /** @type {[number, number]} Where the pen is. */
    this.pen = [0, 0];
    this.start = 0;
    this.early = 0;
    this.late = 0;
    this.left = false;
  }

  /** @param {any} system @param {number} half Of what the picture shows. @param {string} border */
  restart(system, half, border) {
    this.half = half;
    this.state = [[...system.q], [...system.p]];
    this.pen = this.place();
    [this.early, this.late] = [0, 0];
    this.left = false;
    this.start = systemOf(system).energy(...this.state);
    setAttribute(this.picture, "aria-label", `Orbit of the ${system.title} under ${this.method.title}, being drawn`);
    setAttribute(this.below, "aria-label", `Error of the energy under ${this.method.title}, being drawn`);
    for (const context of [this.orbit, this.energy]) context.clearRect(0, 0, SIDE, SIDE);
    this.energy.strokeStyle = border;
    this.energy.lineWidth = 1;
    for (let level = LEAST * 100; level < MOST; level *= 100) {
      this.energy.beginPath();
      this.energy.moveTo(0, this.height(level));
      this.energy.lineTo(SIDE, this.height(level));
      this.energy.stroke();
    }
  }

  /** Where the state is in the picture: q and p, or both coordinates of q. @returns {[number, number]} */
  place() {
    const [q, p] = this.state;
    const [x, y] = q.length > 1 ? q : [q[0], p[0]];
    const half = this.half ?? 1;
    return [(1 + x / half) * (SIDE / 2), (1 - y / half) * (SIDE / 2)];
  }

  /** @param {number} error */
  height(error) {
    const share = Math.log(Math.max(LEAST, error) / LEAST) / Math.log(MOST / LEAST);
    return 2 + (1 - Math.min(1, share)) * (TALL - 4);
  }

  /**
   * @param {System} system
   * @param {number} h
   * @param {number} from
   * @param {number} to Steps that are then taken.
   * @param {number} all
   */
  follow(system, h, from, to, all) {
    const { orbit, energy, method } = this;
    orbit.strokeStyle = method.colour;
    orbit.lineWidth = 1.5;
    orbit.globalAlpha = 0.7;
    orbit.beginPath();
    orbit.moveTo(...this.pen);
    let [low, high] = [Number.POSITIVE_INFINITY, 0];
    for (let k = from; k < to; k++) {
      this.state = advance(system, method, h, this.state);
      const error = Math.abs(system.energy(...this.state) - this.start);
      const kept = Number.isFinite(error) ? error : Number.POSITIVE_INFINITY;
      if (k * h < EARLY) this.early = Math.max(this.early, kept);
      else this.late = Math.max(this.late, kept);
      [low, high] = [Math.min(low, kept), Math.max(high, kept)];
      const place = this.place();
      this.left ||= !place.every((value) => value >= 0 && value <= SIDE);
      if (place.every((value) => Math.abs(value) < 1e5)) {
        orbit.lineTo(...place);
        this.pen = place;
      }
    }
    orbit.stroke();
    energy.fillStyle = method.colour;
    const [left, right] = [(from / all) * SIDE, (to / all) * SIDE];
    const [top, bottom] = [this.height(high), this.height(low)];
    energy.fillRect(left, top, Math.max(1.5, right - left), Math.max(3, bottom - top));
    setText(this.error, ` error ${shown(Math.max(this.early, this.late))}`);
  }
}

class Portraits {
  /** @param {ParentNode} parent */
  constructor(parent) {
    this.root = find(parent, ".portraits");
    /** @type {any} */
    this.data = null;
    /** @type {Orbit[]} */
    this.orbits = [];
    this.done = 0;
    this.system = "";
    this.h = 0;
    const controls = find(this.root, ".controls");
    this.range = /** @type {HTMLInputElement} */ (find(this.root, ".h"));
    this.range.oninput = () => this.choose(this.system, Number(this.range.value));
    this.button = button(controls, "Stop", () => this.toggle());
    this.systems = new Choices(find(this.root, ".systems"), (name) => this.choose(name, this.h));
    this.clock = new Clock((passed) => this.advance(passed), { element: this.root, step: 1000 });
    this.reports = new Reports();
    this.theme = new Theme(this.root, () => this.restart());
  }

  /** @param {import("../runtime/mount.js").ComponentArguments} component */
  update({ data, setStateValue }) {
    const first = !this.data;
    this.data = data;
    this.reports.update(setStateValue, data.seen);
    if (first)
      this.orbits = data.methods.map((/** @type {any} */ method) => new Orbit(find(this.root, ".orbits"), method));
    this.theme.refresh();
    if (this.reports.takes("chosen", [data.system, data.h])) {
      [this.system, this.h] = [data.system, data.h];
      this.restart();
    }
  }

  destroy() {
    this.clock.destroy();
    this.reports.destroy();
    this.theme.destroy();
  }

  /** @param {string} system @param {number} h */
  choose(system, h) {
    [this.system, this.h] = [system, h];
    this.reports.later("chosen", () => ({ system, h }));
    this.restart();
  }

  get shown() {
    return this.data.systems.find((/** @type {any} */ { name }) => name === this.system);
  }

  restart() {
    if (!this.data) return;
    this.done = 0;
    this.systems.draw(this.data.systems, this.system);
    this.range.value = String(this.h);
    setText(find(this.root, ".h-words"), `Step h = ${this.h.toFixed(2)}`);
    for (const orbit of this.orbits) orbit.restart(this.shown, this.shown.half, this.theme.colours.border);
    setText(find(this.root, ".words"), "");
    this.clock.play();
    this.label();
  }

  toggle() {
    if (this.done >= this.data.steps) this.restart();
    else if (this.clock.playing) this.clock.pause();
    else this.clock.play();
    this.label();
  }

  label() {
    const words = this.clock.playing ? "Stop" : this.done >= this.data.steps ? "Draw again" : "Go on";
    setText(this.button, words);
    setText(
      find(this.root, ".progress"),
      `${this.done.toLocaleString("en")} of ${this.data.steps.toLocaleString("en")} steps`,
    );
  }

  /** @param {number} passed */
  advance(passed) {
    const all = this.data.steps;
    const to = Math.min(all, this.done + Math.max(1, Math.round((passed / WHOLE) * all)));
    const system = systemOf(this.shown);
    for (const orbit of this.orbits) orbit.follow(system, this.h, this.done, to, all);
    this.done = to;
    if (to === all) {
      this.clock.pause();
      this.say();
    }
    this.label();
  }

  // Once all is drawn, it is put into words.
  say() {
    const kept = this.orbits.map(({ method: { title, symplectic }, left, early, late }) => {
      return { title, symplectic, left, early, late };
    });
    const words = sentences(kept, this.done).join(" ");
    setText(find(this.root, ".words"), words);
    setText(find(this.root, ".said"), words);
    this.orbits.forEach(({ picture, below, method, early, late }) => {
      const error = shown(Math.max(early, late));
      setAttribute(picture, "aria-label", `Orbit of the ${this.shown.title} under ${method.title}, ${this.done} steps`);
      setAttribute(below, "aria-label", `Error of the energy under ${method.title}: at most ${error}`);
    });
  }
}

export default mount((parent) => new Portraits(parent));
