// Points that follow a field along a sphere which one turns: in steps that stay on it and in steps that leave it, with
// their distances from it as spikes, and as curves over the layers.
import { errorWords } from "../layers/arithmetic.js";
import { Chart } from "../runtime/chart.js";
import { wantsLessMotion } from "../runtime/clock.js";
import { Component } from "../runtime/component.js";
import { find, html, setAttributes, setText } from "../runtime/elements.js";
import { mount } from "../runtime/mount.js";
import { Playback } from "../runtime/playback.js";
import { Theme } from "../runtime/theme.js";
import { DEGREE, degreesOf, Turntable, viewWords } from "../runtime/turntable.js";
import { circleOf, Globe } from "./globe.js";
import { PointHandle } from "./point_handle.js";
import { between, distance, fieldOf, normalised, pathOf } from "./steps.js";

/** @typedef {import("../runtime/orbit.js").Vector3} Vector3 */

const WHOLE = 4000; // milliseconds for all layers
const [LEAST, MOST] = [1.08, 1.9]; // of half a picture, in radii
const ROUNDING = 1e-12; // distances below are rounding errors, which differ from machine to machine
const PIECES = 4; // of a line between two layers
const MARKED = "#B8479B"; // the point that one drags, and its path
/** @type {[number, string][]} */
const TICKS = [
  [1e-16, "10⁻¹⁶"],
  [1e-12, "10⁻¹²"],
  [1e-8, "10⁻⁸"],
  [1e-4, "10⁻⁴"],
  [1, "1"],
  [1e4, "10⁴"],
];

/** @param {number} found A distance in words. */
const distanceWords = (found) => (found < ROUNDING ? "< 1·10⁻¹²" : errorWords(found));

class Sphere extends Component {
  /** @param {ParentNode} parent */
  constructor(parent) {
    super(parent, "sphere");
    this.shared = { view: { yaw: 0.9, pitch: 0.35 }, point: /** @type {Vector3} */ ([1, 0, 0]), held: false };
    this.h = 0;
    this.half = LEAST;
    /** @type {{ paths: Vector3[][], path: Vector3[], distances: number[] }[]} For both methods. */
    this.found = [];
    const panels = find(this.root, ".panels");
    /** @type {number | undefined} */
    this.frame = undefined;
    this.due = { paths: false, path: false }; // what is computed before the next picture
    this.charted = { found: this.found, k: -1 }; // what the curves show
    const handlers = {
      turned: () => this.draw(),
      moved: () => {
        this.due.path = true;
        this.draw();
      },
      rested: () => this.rest(),
    };
    this.spheres = [0, 1].map(() => {
      const table = new Turntable(panels, "Turn the spheres", this.shared, handlers);
      const globe = new Globe(table.canvas);
      return { table, globe, handle: new PointHandle(table.picture, globe, this.shared, handlers) };
    });
    this.chart = new Chart(find(this.root, ".below"), "Largest distance from the sphere", { logarithmic: true });
    this.range = /** @type {HTMLInputElement} */ (find(this.root, ".h"));
    this.range.oninput = () => {
      this.h = Number(this.range.value);
      this.due.paths = true;
      this.rest();
    };
    this.playback = this.attach(
      new Playback({
        bar: find(this.root, ".bar"),
        scrubber: /** @type {HTMLInputElement} */ (find(this.root, ".layer")),
        play: "Play the layers",
        last: () => this.data.layers,
        onwards: (at, passed, still) => (still ? Math.floor(at) + 1 : at + (passed / WHOLE) * this.data.layers),
        moved: () => this.draw(),
      }),
    );
    this.theme = this.attach(new Theme(this.root, () => this.draw()));
    this.watch = new ResizeObserver(() => this.draw());
    this.watch.observe(this.root);
  }

  get isBusy() {
    return this.shared.held;
  }

  /** @param {any} data @param {any} before */
  take(data, before) {
    this.theme.refresh();
    if (this.reports.takes("point", data.point)) this.shared.point = normalised(data.point);
    if (this.reports.takes("h", data.h)) this.h = data.h;
    if (this.reports.takes("view", data.view)) {
      const [yaw, pitch] = data.view;
      Object.assign(this.shared.view, { yaw: yaw * DEGREE, pitch: pitch * DEGREE });
    }
    this.showLegend();
    this.follow();
    if (!before && !wantsLessMotion()) this.playback.play(true);
    else if (!before) this.playback.at = data.layers;
    this.playback.at = Math.min(this.playback.at, data.layers);
  }

  destroy() {
    super.destroy();
    cancelAnimationFrame(this.frame ?? 0);
    this.watch.disconnect();
  }

  /** What the signs in the pictures mean. */
  showLegend() {
    const legend = find(this.root, ".legend");
    const { colours, legend: words } = this.data;
    const signs = [
      ["●", colours[0], words[0]],
      ["■", colours[1], words[1]],
      ["━", MARKED, "the way of the point that you drag"],
      ["◯", this.theme.colours.text, "where the classes are told apart"],
      ["╱", this.theme.colours.text, "distance from the sphere"],
    ];
    legend.replaceChildren();
    for (const [sign, colour, meaning] of signs) {
      const entry = html("span", {}, legend);
      html("span", { style: `color:${colour}`, "aria-hidden": "true" }, entry, sign);
      entry.append(` ${meaning}`);
    }
  }

  get at() {
    return this.playback.at;
  }

  rest() {
    this.draw();
    const { point, view } = this.shared;
    const placed = () => point.map((value) => value.toFixed(3)).join();
    this.reports.later("placed", () => ({ point: placed(), view: degreesOf(view).join(), h: this.h }));
  }

  /** All paths anew. */
  follow() {
    this.due.paths = false;
    const { field, methods, points, layers } = this.data;
    const velocity = fieldOf(field);
    this.found = methods.map((/** @type {any} */ method) => {
      const paths = points.map((/** @type {Vector3} */ z) => pathOf(method, velocity, this.h, layers, z));
      const distances = Array.from({ length: layers + 1 }, (_, k) =>
        Math.max(...paths.map((/** @type {Vector3[]} */ path) => distance(path[k]))),
      );
      return { paths, path: [], distances };
    });
    const far = Math.max(...this.found.flatMap(({ paths }) => paths.flat().map(reach)));
    this.half = 1.06 * Math.min(MOST, Math.max(LEAST / 1.06, far));
    this.followPoint();
  }

  followPoint() {
    this.due.path = false;
    const { field, methods, layers } = this.data;
    const velocity = fieldOf(field);
    for (const [i, found] of this.found.entries())
      found.path = pathOf(methods[i], velocity, this.h, layers, this.shared.point);
  }

  /** What both methods do, in words. */
  get spoken() {
    const { methods, layers } = this.data;
    const ends = methods.map((/** @type {any} */ { title }, /** @type {number} */ i) => {
      const { distances, path } = this.found[i];
      const length = distance(path[layers]);
      return `${title}: largest distance from the sphere ${distanceWords(Math.max(...distances))}, that of the marked point at the end ${distanceWords(length)}`;
    });
    return `Layer ${Math.round(this.at)} of ${layers}, step ${this.h.toFixed(2)}. ${ends.join(". ")}.`;
  }

  /** Whatever happens, and however often: paths are followed and drawn once in a frame of the screen. */
  draw() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.paint();
    });
  }

  paint() {
    if (!this.data) return;
    if (this.due.paths) this.follow();
    if (this.due.path) this.followPoint();
    const { methods, layers, limits } = this.data;
    const spoken = this.spoken;
    const view = viewWords(this.shared.view);
    for (const [i, { table, handle }] of this.spheres.entries()) {
      this.drawSphere(i);
      const { distances } = this.found[i];
      const [now, lost] = [distances[Math.round(this.at)], this.lost(i)];
      const words = `${methods[i].title}: ${lost ? `${lost} points lost` : `${distanceWords(now)} off`}`;
      table.describe(words, `Sphere ${view}. ${spoken} ${words}.`);
      handle.place();
    }
    const k = Math.round(this.at);
    if (this.charted.found !== this.found || this.charted.k !== k) this.drawChart(k, spoken);
    this.playback.show(`Layer ${k} of ${layers}`, find(this.root, ".layer-words"));
    setAttributes(this.range, { min: limits.low, max: limits.high, step: limits.step });
    this.range.value = String(this.h);
    setText(find(this.root, ".h-words"), `Step h = ${this.h.toFixed(2)}`);
  }

  /** @param {number} k Where the clock is. @param {string} spoken */
  drawChart(k, spoken) {
    this.charted = { found: this.found, k };
    const { methods } = this.data;
    const high = Math.min(
      1e6,
      Math.max(1, ...this.found.flatMap(({ distances }) => distances.filter(Number.isFinite))),
    );
    const curves = this.found.map(({ distances }, i) => ({ values: distances, colour: methods[i].colour }));
    const ticks = TICKS.filter(([value]) => value <= high);
    this.chart.draw(curves, { low: 1e-17, high: 2 * high, ticks, at: k, below: "layer" }, spoken);
  }

  /** @param {number} i Points of a method that are lost in this layer. */
  lost(i) {
    const k = Math.round(this.at);
    return this.found[i].paths.filter((path) => !path[k].every(Number.isFinite)).length;
  }

  /** @param {number} i Of the method. */
  drawSphere(i) {
    const { methods, labels, colours: classes, layers, tail } = this.data;
    const { globe } = this.spheres[i];
    const { colours } = this.theme;
    const { paths, path } = this.found[i];
    const { stays } = methods[i];
    const way = piecesOf(path, stays, 0, layers);
    globe.begin(this.shared.view, this.half);
    const circle = circleOf(this.data.boundary);
    const outline = colours.dark ? "#FFFFFF" : colours.background;
    const places = paths.map((one) => between(one, this.at, stays));
    const tails = paths.map((one, n) => ({
      places: piecesOf(one, stays, Math.max(0, this.at - tail), this.at),
      colour: classes[labels[n]],
      width: 1.2,
    }));
    for (const hidden of [true, false]) {
      if (!hidden) globe.skin(colours);
      globe.graticule(colours.text, hidden);
      globe.line({ places: circle, colour: colours.text, width: 2 }, hidden);
      for (const line of tails) globe.line(line, hidden);
      for (const [n, z] of places.entries()) {
        if (globe.isHidden(z) !== hidden) continue;
        if (distance(z) > 0.004) globe.spike(z, colours.text);
        globe.point(z, labels[n], classes[labels[n]], outline);
      }
      globe.line({ places: way, colour: MARKED, width: 3 }, hidden);
    }
    globe.point(between(path, this.at, stays), 0, MARKED, outline, 1.4);
    globe.point(this.shared.point, 0, MARKED, outline, 2);
  }
}

/** @param {Vector3} z The largest coordinate, 0 if it is lost. */
function reach(z) {
  const largest = Math.hypot(...z);
  return Number.isFinite(largest) ? largest : 0;
}

/**
 * A path from one moment to another, in small pieces.
 *
 * @param {Vector3[]} path
 * @param {boolean} stays Whether it bends along the sphere between layers.
 * @param {number} from
 * @param {number} to
 */
function piecesOf(path, stays, from, to) {
  const n = Math.max(1, Math.ceil(PIECES * (to - from)));
  return Array.from({ length: n + 1 }, (_, i) => between(path, from + (i * (to - from)) / n, stays));
}

export default mount((parent) => new Sphere(parent));
