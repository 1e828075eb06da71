// Change of variables: a cell that one drags over the data, where the network takes it, and both areas.

import { layersOf } from "../round_trip/model.js";
import { find, setAttribute, setText } from "../runtime/elements.js";
import { mount } from "../runtime/mount.js";
import { GRID, Plane } from "../runtime/plane.js";
import { Reports } from "../runtime/reports.js";
import { cellThrough } from "./model.js";

/** @typedef {import("../runtime/plane.js").Point} Point */

const REST = 300; // milliseconds of rest before the server hears of it

/** @param {number} value */
const short = (value) =>
  value.toPrecision(3).replace(/e([+-])(\d+)/, (_, sign, power) => `·10^${sign === "-" ? "−" : ""}${power}`);

class Cell {
  /** @param {ParentNode} parent */
  constructor(parent) {
    this.root = find(parent, ".cell");
    /** @type {any} */
    this.data = null;
    /** @type {Point} */
    this.centre = [0, 0];
    this.side = 0.2;
    this.held = false;
    /** @type {import("../layers/arithmetic.js").UndoableLayer[]} */
    this.layers = [];
    /** @type {Point[]} */
    this.codes = [];
    /** @type {Point[][]} */
    this.grid = [];
    const panels = find(this.root, ".panels");
    this.before = new Plane(panels, "Data: drag the cell", "data");
    this.after = new Plane(panels, "Code: where the network takes it", "code");
    this.reports = new Reports({ isBusy: () => this.held });
    this.slider = /** @type {HTMLInputElement} */ (find(this.root, ".side"));
    this.slider.oninput = () => {
      this.side = Number(this.slider.value);
      this.draw();
      this.rest();
    };
    this.place = this.before.handle("Centre of the cell", 2, {
      start: () => {
        this.held = true;
      },
      move: (to) => {
        this.centre = to;
        this.draw();
      },
      end: () => {
        this.held = false;
        this.rest();
      },
    });
  }

  /** @param {import("../runtime/mount.js").ComponentArguments} component */
  update({ data, setStateValue }) {
    const first = !this.data;
    this.data = data;
    this.reports.update(setStateValue, data.seen);
    if (this.reports.isNews("network", [data.layers, data.points])) {
      this.layers = layersOf(data.layers);
      const through = (/** @type {Point} */ x) => this.layers.reduce((z, layer) => layer.there(z), x);
      this.codes = data.points.map(through);
      this.grid = GRID.map((line) => line.map(([x, y]) => through([data.half * x, data.half * y])));
    }
    if ((first || this.reports.accepts()) && this.reports.isNews("cell", data.cell)) {
      const [x, y, side] = data.cell;
      [this.centre, this.side] = [[x, y], side];
    }
    this.draw();
  }

  destroy() {
    this.reports.destroy();
  }

  // The visitor has come to rest: the server hears of it.
  rest() {
    const text = () => [...this.centre, this.side].map((value) => +value.toFixed(3)).join();
    this.reports.later(
      "cell",
      () => {
        setText(find(this.root, ".said"), this.spoken);
        return { text: text() };
      },
      REST,
    );
  }

  get spoken() {
    return [".areas", ".formula-live"].map((name) => find(this.root, name).textContent).join(". ");
  }

  draw() {
    const { points, labels, colours, half, halfOfCodes, tone } = this.data;
    const found = cellThrough(this.layers, this.centre, this.side);
    this.slider.value = String(this.side);
    setAttribute(this.slider, "aria-valuetext", `side ${this.side.toFixed(2)}`);
    this.before.clear(half);
    this.before.lines(GRID.map((line) => line.map(([x, y]) => /** @type {Point} */ ([half * x, half * y]))));
    this.before.classes(points, labels, colours);
    this.before.curve([...found.before, found.before[0]], tone);
    this.before.describe(points);
    this.place(this.centre);
    this.after.clear(halfOfCodes);
    this.after.lines(this.grid);
    this.after.classes(this.codes, labels, colours);
    this.after.curve([...found.after, found.after[0]], tone);
    this.after.disc(found.z, tone);
    this.after.describe(this.codes);
    const [first, last] = found.areas.map(short);
    setText(
      find(this.root, ".areas"),
      `Area ${first} → ${last}: ratio ${short(found.ratio)}, |det J| at the centre ${short(found.det)}`,
    );
    setText(
      find(this.root, ".formula-live"),
      `p(x) = N(z) · |det J| = ${short(found.normal)} · ${short(found.det)} = ${short(found.density)}`,
    );
  }
}

export default mount((parent) => new Cell(parent));
