// Two neighbouring points that one drags, on their way through a structured network and through its twin: the paths,
// and how far apart they are after each layer, beside the bound that the structured one promises.
import { layersOf } from "../layers/network.js";
import { Chart } from "../runtime/chart.js";
import { Component } from "../runtime/component.js";
import { find, setAttributes } from "../runtime/elements.js";
import { mount } from "../runtime/mount.js";
import { same, signed } from "../runtime/numbers.js";
import { halfOf, Plane } from "../runtime/plane.js";
import { Playback } from "../runtime/playback.js";
import { eigenvalues, ratios, times, trajectory } from "./model.js";

/** @typedef {import("../runtime/plane.js").Point} Point */

const PACE = 90; // milliseconds for a layer
const [LEAST, MOST] = [1.4, 6]; // of half a picture
const SPECTRA = 40; // points whose Jacobians are shown
const NAMES = ["x", "y"];
/** @type {[number, string][]} */
const TICKS = [
  [0.01, "0.01"],
  [0.1, "0.1"],
  [1, "1"],
  [10, "10"],
  [100, "100"],
];

class Pairs extends Component {
  /** @param {ParentNode} parent */
  constructor(parent) {
    super(parent, "pairs");
    /** @type {Point[]} */
    this.pair = [
      [0, 0],
      [1, 0],
    ];
    this.scale = 1;
    this.half = LEAST;
    /** @type {number[][]} How far the pair is apart after each layer, for both networks. */
    this.found = [];
    const panels = find(this.root, ".panels");
    this.planes = ["structured", "twin"].map((name) => new Plane(panels, "", name));
    this.chart = new Chart(panels, "Distance of the pair, in units of that at the start", { logarithmic: true });
    this.handles = this.planes.map((plane) =>
      NAMES.map((name, i) => this.handle(plane, `Point ${name}`, 3, (to) => this.move(i, to))),
    );
    const below = find(this.root, ".spectra");
    this.spectra = ["structured", "twin"].map((name) => new Plane(below, "", name));
    this.steps = /** @type {HTMLInputElement} */ (find(this.root, ".scale"));
    this.steps.oninput = () => {
      this.scale = Number(this.steps.value);
      this.rest();
    };
    this.playback = this.attach(
      new Playback({
        bar: find(this.root, ".controls"),
        scrubber: /** @type {HTMLInputElement} */ (find(this.root, ".layer")),
        play: "Play the layers",
        last: () => this.last,
        onwards: (at, passed) => at + passed / PACE,
        moved: () => this.draw(),
        step: PACE,
      }),
    );
  }

  /** @param {number} i Which point is moved; but one point is no pair. @param {Point} to */
  move(i, to) {
    if (!same(to, this.pair[1 - i])) this.pair[i] = to;
    this.draw();
  }

  /** @param {any} data */
  take(data) {
    if (this.reports.takes("pair", data.pair)) this.pair = structuredClone(data.pair);
    if (this.reports.takes("scale", data.scale)) this.scale = data.scale;
    this.playback.at = Math.min(this.playback.at, this.last);
  }

  get last() {
    return Math.max(...this.data.networks.map((/** @type {any} */ { layers }) => layers.length));
  }

  rest() {
    this.reports.later("seen_pair", () => ({ pair: this.pair.flat().join(), scale: this.scale }));
    this.draw();
  }

  /** The pair in words. */
  get spoken() {
    const [x, y] = this.pair.map((point) => signed(point.join(", ")));
    const ends = this.data.networks.map((/** @type {any} */ { title }, /** @type {number} */ i) => {
      return `${title}: ${times(this.found[i].at(-1) ?? 1)}`;
    });
    return `x at ${x}; y at ${y}. Distance at the end, in units of that at the start: ${ends.join("; ")}.`;
  }

  draw() {
    const { networks, points, labels, bound, scales } = this.data;
    const k = Math.round(this.playback.at);
    this.found = [];
    const drawn = networks.map((/** @type {any} */ network, /** @type {number} */ i) => {
      const layers = layersOf(network, i ? 1 : this.scale);
      const paths = this.pair.map((point) => trajectory(layers, point));
      const moved = points.map((/** @type {Point} */ point) => trajectory(layers.slice(0, k), point).at(-1));
      this.found.push(ratios(paths[0], paths[1]));
      return { layers, paths, moved };
    });
    // The window stays while a point is dragged, so that it stays under the hand.
    if (!this.reports.held) {
      const places = drawn.flatMap((/** @type {any} */ { paths }) => paths.flat());
      this.half = halfOf([...this.pair, ...places], LEAST, MOST);
    }
    this.planes.forEach((plane, i) => {
      const { paths, moved } = drawn[i];
      const { colour, title } = networks[i];
      const ratio = this.found[i][this.found[i].length - 1];
      plane.title = `${title}: distance ×\u00a0${times(ratio)}`;
      if (!Number.isFinite(ratio)) plane.title = `${title}: diverged`;
      plane.caption(plane.title);
      plane.clear(this.half);
      plane.classes(
        moved.filter((/** @type {Point} */ z) => z.every(Number.isFinite)),
        labels,
        ["", ""],
      );
      paths.forEach((/** @type {Point[]} */ path, /** @type {number} */ j) => {
        const seen = path.filter((z) => z.every((value) => Math.abs(value) < 1e6));
        plane.curve(seen, colour, j === 1);
        plane.disc(seen[Math.min(k, seen.length - 1)], colour);
      });
      plane.describe(this.pair);
      for (const [j, place] of this.handles[i].entries()) place(this.pair[j]);
    });
    const values = this.found.flat().filter((value) => Number.isFinite(value) && value > 0);
    const [low, high] = [Math.max(1e-3, Math.min(0.1, ...values)), Math.min(1e3, Math.max(10, ...values))];
    const curves = networks.map((/** @type {any} */ { colour }, /** @type {number} */ i) => ({
      values: this.found[i],
      colour,
      dashed: false,
    }));
    const ticks = TICKS.filter(([value]) => value >= low && value <= high);
    const level =
      bound > 0 ? { at: bound, words: this.scale > scales.promised ? "no longer promised" : "promised" } : undefined;
    this.chart.draw(curves, { low, high, ticks, level, at: k, below: "layer" }, this.spoken);
    this.drawSpectra(drawn, k);
    this.playback.show(`Layer ${k} of ${this.last}`, find(this.root, ".layer-words"));
    setAttributes(this.steps, { min: scales.low, max: scales.high });
    this.steps.value = String(this.scale);
    this.write({ "scale-words": `${scales.words}: ${this.scale.toFixed(2)}` });
  }

  /**
   * Eigenvalues of the Jacobian of layer k at all points, and the disc in which those of stable layers lie.
   *
   * @param {{ layers: import("../layers/steps.js").Layer[], moved: Point[] }[]} drawn
   * @param {number} k
   */
  drawSpectra(drawn, k) {
    find(this.root, ".spectra").hidden = !this.data.spectra;
    if (!this.data.spectra) return;
    this.spectra.forEach((plane, i) => {
      const { title, colour } = this.data.networks[i];
      const { layers, moved } = drawn[i];
      const at = Math.min(k, layers.length - 1);
      const enter = (/** @type {Point} */ z) => /** @type {Point} */ (trajectory(layers.slice(0, at), z).at(-1));
      const places = (at === k ? moved : this.data.points.map(enter)).slice(0, SPECTRA);
      const found = places.flatMap((/** @type {Point} */ z) => eigenvalues(layers[at], z));
      const seen = found.filter((/** @type {Point} */ value) => value.every(Number.isFinite));
      const outside = seen.filter((/** @type {Point} */ [re, im]) => Math.hypot(re, im) > 1 + 1e-6).length;
      const shown = `${title}, layer ${at + 1}: ${outside} of ${seen.length} outside`;
      plane.title = `Eigenvalues in the complex plane. ${shown}`;
      plane.caption(shown);
      plane.clear(1.6);
      plane.circle();
      for (const value of seen) plane.disc(value, colour, 0.04);
      plane.describe(seen);
    });
  }
}

export default mount((parent) => new Pairs(parent));
