// Change of variables: a cell that one drags over the data, where the network takes it, and both areas.

import { layersOf } from "../round_trip/model.js";
import { Component } from "../runtime/component.js";
import { find, setAttribute } from "../runtime/elements.js";
import { mount } from "../runtime/mount.js";
import { textOf } from "../runtime/numbers.js";
import { GRID, Plane } from "../runtime/plane.js";
import { cellThrough } from "./model.js";

/** @typedef {import("../runtime/plane.js").Point} Point */

/** @param {number} value */
const short = (value) =>
  value.toPrecision(3).replace(/e([+-])(\d+)/, (_, sign, power) => `·10^${sign === "-" ? "−" : ""}${power}`);

class Cell extends Component {
  /** @param {ParentNode} parent */
  constructor(parent) {
    super(parent, "cell");
    /** @type {Point} */
    this.centre = [0, 0];
    this.side = 0.2;
    /** @type {import("../layers/arithmetic.js").UndoableLayer[]} */
    this.layers = [];
    /** @type {Point[]} */
    this.codes = [];
    /** @type {Point[][]} */
    this.grid = [];
    const panels = find(this.root, ".panels");
    this.before = new Plane(panels, "Data: drag the cell", "data");
    this.after = new Plane(panels, "Code: where the network takes it", "code");
    this.slider = /** @type {HTMLInputElement} */ (find(this.root, ".side"));
    this.slider.oninput = () => {
      this.side = Number(this.slider.value);
      this.draw();
      this.rest();
    };
    this.place = this.handle(this.before, "Centre of the cell", 2, (to) => {
      this.centre = to;
      this.draw();
    });
  }

  /** @param {any} data */
  take(data) {
    if (this.reports.isNews("network", [data.layers, data.points])) {
      this.layers = layersOf(data.layers);
      const through = (/** @type {Point} */ x) => this.layers.reduce((z, layer) => layer.there(z), x);
      this.codes = data.points.map(through);
      this.grid = GRID.map((line) => line.map(([x, y]) => through([data.half * x, data.half * y])));
    }
    if (this.reports.takes("cell", data.cell)) {
      const [x, y, side] = data.cell;
      [this.centre, this.side] = [[x, y], side];
    }
  }

  rest() {
    this.reports.later("cell", () => ({ text: textOf([...this.centre, this.side]) }));
  }

  get spoken() {
    return [".areas", ".formula-live"].map((name) => find(this.root, name).textContent).join(". ");
  }

  draw() {
    const { points, half, halfOfCodes, tone } = this.data;
    const found = cellThrough(this.layers, this.centre, this.side);
    this.slider.value = String(this.side);
    setAttribute(this.slider, "aria-valuetext", `side ${this.side.toFixed(2)}`);
    const grid = GRID.map((line) => line.map(([x, y]) => /** @type {Point} */ ([half * x, half * y])));
    this.before.show(half, grid, points, this.data);
    this.before.curve([...found.before, found.before[0]], tone);
    this.place(this.centre);
    this.after.show(halfOfCodes, this.grid, this.codes, this.data);
    this.after.curve([...found.after, found.after[0]], tone);
    this.after.disc(found.z, tone);
    const [first, last] = found.areas.map(short);
    this.write({
      areas: `Area ${first} → ${last}: ratio ${short(found.ratio)}, |det J| at the centre ${short(found.det)}`,
      "formula-live": `p(x) = N(z) · |det J| = ${short(found.normal)} · ${short(found.det)} = ${short(found.density)}`,
    });
  }
}

export default mount((parent) => new Cell(parent));
