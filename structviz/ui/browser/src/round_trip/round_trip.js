// Points and a grid go through the layers of two networks and come back: one has an inverse, the other one may fold.
import { errorWords } from "../layers/arithmetic.js";
import { wantsLessMotion } from "../runtime/clock.js";
import { Component } from "../runtime/component.js";
import { find, html, setAttribute, setText, svg } from "../runtime/elements.js";
import { mount } from "../runtime/mount.js";
import { textOf } from "../runtime/numbers.js";
import { GRID, halfOf, Plane } from "../runtime/plane.js";
import { ThereAndBack } from "../runtime/there_and_back.js";
import { cellsOf, layersOf, misses, placeAt, pointsAt, roundTrip, throughLayers, turnedOver } from "./model.js";

/** @typedef {import("../runtime/plane.js").Point} Point */
/** @typedef {import("./model.js").Trip} Trip */

const REST = 300; // milliseconds of rest before the server hears of it
const ONE_WAY = 4500; // milliseconds from the data to the code
const HOLD = 1200; // milliseconds at the code
const [LEAST, MOST] = [1.3, 3.5]; // of half a picture
const APART = 1e-3; // farther from its start a point has not come back
const CELLS = 36;
const FARTHEST = 9; // of the dragged point in any frame

/** One network with its pictures. */
class TripPanel {
  /** @param {Element} panels @param {Element} explained @param {string} part */
  constructor(panels, explained, part) {
    this.plane = new Plane(panels, "", part);
    this.words = html("div", { class: part }, explained);
    this.lines = [0, 1, 2].map((k) => html("p", { class: k === 2 ? "error" : "line" }, this.words));
    this.cells = cellsOf(CELLS, 1.2);
    this.title = "";
    this.caption = "";
    this.half = LEAST;
    /** @type {import("./model.js").UndoableLayer[]} */
    this.layers = [];
    /** @type {import("./model.js").UndoableLayer[] | null} The same in float32. */
    this.single = null;
    /** @type {Trip} */
    this.points = this.grid = this.probe = { there: [[]], back: [[]] };
    /** @type {Trip | null} */
    this.probe32 = null;
    /** @type {Trip[]} Points that go to the same code. */
    this.pairs = [];
    /** @type {Point[][]} */
    this.corners = [];
    /** @type {boolean[]} */
    this.folded = [];
  }

  /** @param {any} network With its title and its layers. @param {any} data */
  take(network, data) {
    this.title = network.title;
    this.layers = layersOf(network.layers, "float64", data.iterations);
    this.single = network.single ? layersOf(network.layers, "float32", data.iterations) : null;
    this.points = roundTrip(this.layers, data.points);
    this.grid = roundTrip(this.layers, GRID.flat());
    // What has an inverse turns over nothing or all of the connected plane.
    this.corners = network.folds ? throughLayers(this.layers, this.cells.corners) : [];
    const ends = this.corners.at(-1) ?? [];
    this.folded = ends.length ? turnedOver(this.cells.cells.map((cell) => cell.map((n) => ends[n]))) : [];
    this.pairs = network.pairs.map((/** @type {Point[]} */ pair) => roundTrip(this.layers, pair));
    this.half = halfOf([...this.points.there, ...this.points.back].flat(), LEAST, MOST);
    const notes = [this.folded.includes(true) && "grey: folded", this.pairs.length && "rings: one code"];
    const caption = [network.title, ...notes.filter(Boolean)].join("; ");
    this.caption = caption;
    this.plane.title = network.title;
  }

  /** @param {Point} probe */
  follow(probe) {
    this.probe = roundTrip(this.layers, [probe]);
    this.probe32 = this.single && roundTrip(this.single, [/** @type {Point} */ (probe.map(Math.fround))]);
  }
}

class RoundTrip extends Component {
  /** @param {ParentNode} parent */
  constructor(parent) {
    super(parent, "round_trip");
    /** @type {Point} */
    this.probe = [0, 0];
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.speaking = undefined;
    this.panels = ["structured", "twin"].map(
      (part) => new TripPanel(find(this.root, ".panels"), find(this.root, ".explained"), part),
    );
    this.way = this.attach(
      new ThereAndBack(this.root, {
        oneWay: ONE_WAY,
        hold: HOLD,
        layers: () => this.panels[0].layers.length,
        moved: () => this.draw(),
        rested: () => this.rest(),
      }),
    );
    const stop = () => {
      this.way.play(false);
      this.way.go(this.way.nearest());
    };
    this.place = this.handle(this.panels[0].plane, "Dragged point", FARTHEST, (to) => this.drag(to), stop);
  }

  /** @param {any} data @param {any} before */
  take(data, before) {
    const isOther = this.reports.isNews("networks", [data.networks, data.points, data.iterations]);
    if (isOther) for (const [i, panel] of this.panels.entries()) panel.take(data.networks[i], data);
    if (!before || this.reports.accepts()) {
      if (this.reports.isNews("probe", data.probe)) this.probe = data.probe;
      if (this.reports.isNews("at", data.at) || isOther) this.way.at = data.at;
    }
    this.follow();
    if (!before && !this.way.at && !wantsLessMotion()) this.way.play(true);
  }

  destroy() {
    clearTimeout(this.speaking);
    super.destroy();
  }

  follow() {
    for (const panel of this.panels) panel.follow(this.probe);
    this.draw();
  }

  /** @param {Point} to Where the point is held, at whatever layer: the data follow. */
  drag(to) {
    const { layers } = this.panels[0];
    const passed = Math.round(layers.length * (this.way.at > 1 ? 2 - this.way.at : this.way.at));
    const found = layers.slice(0, passed).reduceRight((z, layer) => layer.back(z), to);
    if (!found.every((value) => Math.abs(value) <= this.data.farthest)) return;
    this.probe = /** @type {Point} */ (found);
    this.follow();
  }

  rest() {
    this.reports.later("rest", () => ({ probe: textOf(this.probe), at: +this.way.at.toFixed(3) }));
    this.speakLater();
  }

  speakLater() {
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => setText(find(this.root, ".said"), this.spoken), REST);
  }

  get spoken() {
    return `${this.way.scrubber.getAttribute("aria-valuetext")}. ${this.panels
      .map(({ title, lines }) => `${title}: ${lines.map(({ textContent }) => textContent).join("; ")}`)
      .join(". ")}.`;
  }

  draw() {
    if (!this.data) return;
    const { at } = this.way;
    const { isBack, layer } = placeAt(at, this.panels[0].layers.length);
    const length = this.panels[0].layers.length;
    const [from, to] = isBack ? ["code", "data"] : ["data", "code"];
    this.write({ from, to, where: `layer ${layer + 1} of ${length}` });
    const words = `${from} to ${to}, layer ${layer + 1} of ${length}`;
    setAttribute(this.way.scrubber, "aria-valuetext", words);
    this.way.scrubber.value = String(at);
    for (const panel of this.panels) this.drawPanel(panel);
    this.place(pointsAt(this.panels[0].probe, at)[0]);
  }

  /** @param {TripPanel} panel */
  drawPanel(panel) {
    const { plane, layers } = panel;
    const { data } = this;
    const { at } = this.way;
    const { isBack, layer, share } = placeAt(at, layers.length);
    plane.clear(panel.half);
    if (!isBack) this.drawFolded(panel);
    const width = GRID[0].length;
    const grid = pointsAt(panel.grid, at);
    plane.lines(GRID.map((_, k) => grid.slice(k * width, (k + 1) * width)));
    const points = pointsAt(panel.points, at);
    if (isBack) this.drawMissed(panel, layer + 1 - share);
    plane.classes(points, data.labels, data.colours);
    for (const pair of panel.pairs) {
      for (const [cx, cy] of pointsAt(pair, Math.min(at, 1)))
        svg("circle", { class: "pair", cx, cy, r: 0.045 * panel.half }, plane.drawn);
    }
    const trip = panel.probe;
    const [[cx, cy]] = pointsAt(trip, at);
    if (panel !== this.panels[0]) svg("circle", { class: "tip", cx, cy, r: 0.06 * panel.half }, plane.drawn);
    // The picture may be wider than high, and shows more to the left and to the right then.
    const { clientWidth, clientHeight } = plane.picture;
    const across = panel.half * Math.max(1, clientWidth / clientHeight || 1);
    const isInside = (/** @type {Point} */ [x, y]) => Math.abs(x) <= across && Math.abs(y) <= panel.half;
    const outside = points.length - points.filter(isInside).length;
    plane.caption(panel.caption + (outside ? `; ${outside} points outside` : ""));
    plane.describe(points);
    const now = (isBack ? trip.back[layer + 1] : trip.there[layer])[0];
    const [one, two = ""] = layers[layer][isBack ? "wordsBack" : "wordsThere"](now);
    setText(panel.lines[0], one);
    setText(panel.lines[1], two);
    setText(panel.lines[2], isBack ? this.errorsOf(panel, layer + Number(share < 1)) : "");
  }

  /** @param {TripPanel} panel @param {number} k What has been undone so far. */
  errorsOf(panel, k) {
    const [error] = misses(panel.probe, k);
    const single = panel.probe32 ? `, ${errorWords(misses(panel.probe32, k)[0])} in float32` : "";
    return `The dragged point is off by ${errorWords(error)}${single && " in float64"}${single}`;
  }

  /** @param {TripPanel} panel */
  drawFolded(panel) {
    if (!panel.corners.length) return;
    const corners = pointsAt({ there: panel.corners, back: panel.corners }, this.way.at);
    const d = panel.cells.cells
      .filter((_, n) => panel.folded[n])
      .map((cell) => `M${cell.map((n) => corners[n].join(" ")).join("L")}Z`);
    if (d.length) svg("path", { class: "folded", d: d.join("") }, panel.plane.drawn);
  }

  /** @param {TripPanel} panel @param {number} frame Where the points were on the way there. */
  drawMissed(panel, frame) {
    const [points, starts] = [pointsAt(panel.points, this.way.at), pointsAt(panel.points, frame / panel.layers.length)];
    const d = starts
      .map(([x, y], n) =>
        Math.hypot(points[n][0] - x, points[n][1] - y) > APART ? `M${x} ${y}L${points[n].join(" ")}` : "",
      )
      .join("");
    if (d) svg("path", { class: "missed", d }, panel.plane.drawn);
  }
}

export default mount((parent) => new RoundTrip(parent));
