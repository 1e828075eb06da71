// The viewer: slices side by side, seen through one window, with a zoom of each. The visitor changes the view, at once
// and in all columns; the server hears of it when the hand is lifted.
import { Clock } from "../runtime/clock.js";
import { find, setAttribute, setText } from "../runtime/elements.js";
import { pageInbox } from "../runtime/inbox.js";
import { mount } from "../runtime/mount.js";
import { bytesOf, clamp } from "../runtime/numbers.js";
import { Reports } from "../runtime/reports.js";
import { Column } from "./column.js";
import { Hand } from "./hand.js";
import { lineAcross } from "./moves.js";
import { drawProfile, sampleLine } from "./profile.js";
import { frameValues, unpackSlices, withUnit, zoomSquare } from "./slices.js";
import { Toolbar } from "./toolbar.js";
import { profileWords } from "./words.js";

/** @typedef {import("./data.js").ViewState} ViewState */
/** @typedef {import("./data.js").ViewerData} ViewerData */

const REST = 250; // milliseconds of rest before a change is reported
const ITERATE = 350; // milliseconds that each iterate is shown when it plays

class Viewer {
  /** @param {HTMLElement & { structvizViewer?: Viewer }} root */
  constructor(root) {
    this.root = root;
    root.structvizViewer = this; // for tests
    /** @type {ViewerData | null} */
    this.data = null;
    /** @type {ViewState | null} */
    this.view = null;
    /** @type {import("./slices.js").Slices | null} */
    this.slices = null;
    /** @type {Column[]} */
    this.columns = [];
    /** @type {import("./profile.js").ProfileCurve[]} */
    this.curves = [];
    /** @type {Toolbar | null} */
    this.toolbar = null;
    this.table = new Uint8Array();
    this.shown = 0; // milliseconds since the iterate that plays was first shown
    this.unsubscribe = () => {};
    this.hand = new Hand({
      view: () => this.view,
      change: (part) => this.change(part),
      released: () => this.report(),
      hover: (place, isZoom) => this.writeValues(place, isZoom),
    });
    this.clock = new Clock((passed, still) => this.advance(passed, still), { element: root });
    this.reports = new Reports({ isBusy: () => this.hand.held || this.clock.playing });
    this.resized = new ResizeObserver(() => this.draw());
    this.resized.observe(root);
  }

  destroy() {
    this.unsubscribe();
    this.resized.disconnect();
    this.clock.destroy();
    this.reports.destroy();
  }

  /** @param {import("../runtime/mount.js").ComponentArguments} component */
  update({ data, setStateValue }) {
    if (!data) return;
    const before = this.data;
    this.data = data;
    this.reports.update(setStateValue, data.seen);
    if (this.reports.takes("view", data.view)) this.view = { ...data.view };
    if (!before) this.build(data);
    if (data.slices === before?.slices) return this.draw();
    this.unsubscribe();
    this.unsubscribe = pageInbox().subscribe(data.slices, (payload) => this.load(payload));
  }

  /** @param {ViewerData} data */
  build(data) {
    this.table = bytesOf(data.table);
    this.toolbar = new Toolbar(this.root, data, {
      change: (part) => this.change(part),
      seek: (iterate) => {
        this.stop();
        this.seek(iterate);
      },
      toggle: () => this.toggle(),
      toggleDifferences: () => this.change({ differences: !this.view?.differences }),
      toggleProfile: () => this.toggleProfile(),
    });
  }

  /** @param {Uint8Array} payload */
  load(payload) {
    this.slices = unpackSlices(payload);
    const { stacks, side } = this.slices;
    const parent = find(this.root, ".columns");
    parent.replaceChildren();
    parent.style.setProperty("--n", String(stacks.length));
    this.columns = stacks.map((stack) => new Column(stack, side, parent));
    for (const { whole, close } of this.columns) {
      this.hand.holdsWhole(whole);
      this.hand.holdsZoom(close);
    }
    this.draw();
  }

  /** The last iterate of the method that has most. */
  get last() {
    return Math.max(1, ...this.columns.map(({ stack }) => stack.frames)) - 1;
  }

  draw() {
    const { data, view, slices, columns } = this;
    if (!data || !view || !slices) return;
    const truth = slices.stacks[slices.stacks.length - 1];
    const truthValues = frameValues(truth, truth.frames - 1);
    for (const column of columns) {
      column.draw(view, view.differences && column.stack !== truth ? truthValues : null, this.table, data.water);
    }
    this.toolbar?.draw(view, this.last, this.clock.playing);
    this.drawProfile(data, view, slices.side);
  }

  /**
   * @param {ViewerData} data
   * @param {ViewState} view
   * @param {number} side
   */
  drawProfile(data, view, side) {
    const { profile, unit } = view;
    const chart = find(this.root, ".profile");
    chart.toggleAttribute("hidden", !profile);
    if (!profile) return;
    this.curves = this.columns.map((column) => ({
      name: column.stack.name,
      title: column.stack.title,
      colour: column.stack.colour,
      values: sampleLine(column.values(view), side, profile),
    }));
    const length = data.side_cm * Math.hypot(profile[2] - profile[0], profile[3] - profile[1]);
    const truthFirst = [...this.curves.slice(-1), ...this.curves.slice(0, -1)];
    drawProfile(/** @type {any} */ (chart), truthFirst, length, unit, data.water);
    setAttribute(chart, "aria-label", profileWords(truthFirst, length, unit, data.water));
  }

  /** @param {Partial<ViewState>} part */
  change(part) {
    if (!this.view) return;
    Object.assign(this.view, part);
    this.draw();
    this.reports.drop("view");
    if (!this.hand.held && !this.clock.playing) this.reports.later("view", () => this.told(), REST);
  }

  report() {
    this.reports.send("view", this.told());
  }

  /** What is reported; those who listen hear the numbers. */
  told() {
    const view = /** @type {ViewState} */ (this.view);
    const spoken = this.columns.filter(({ stack }) => stack.psnr.length);
    const words = spoken.map((column) => `${column.stack.title}: ${column.metrics(view)}`).join("; ");
    setText(find(this.root, ".said"), words);
    return { ...view };
  }

  toggleProfile() {
    if (!this.view) return;
    this.change({ profile: this.view.profile ? null : lineAcross(this.view) });
  }

  /** @param {number} iterate */
  seek(iterate) {
    this.change({ iterate: iterate >= this.last ? null : iterate });
  }

  toggle() {
    if (!this.clock.playing) return this.play();
    this.stop();
    this.change({});
  }

  play() {
    this.shown = 0;
    this.clock.play();
    this.seek(0);
  }

  stop() {
    this.clock.pause();
  }

  /**
   * @param {number} passed
   * @param {boolean} still
   */
  advance(passed, still) {
    this.shown += passed;
    if (!still && this.shown < ITERATE) return;
    this.shown = 0;
    const next = (this.view?.iterate ?? 0) + 1;
    if (next >= this.last) this.stop();
    this.seek(next);
  }

  /**
   * The value under the pointer, in every column.
   *
   * @param {import("./moves.js").Place | null} place On the picture; null where there is no pointer.
   * @param {boolean} isZoom
   */
  writeValues(place, isZoom) {
    const { data, view, slices } = this;
    if (!place) {
      for (const { under } of this.columns) setText(under, "");
      return;
    }
    if (!data || !view || !slices) return;
    const square = isZoom ? zoomSquare(view) : { left: 0, top: 0, side: 1 };
    const pixel = (/** @type {number} */ share) => clamp(Math.floor(share * slices.side), 0, slices.side - 1);
    const at = pixel(square.top + place.y * square.side) * slices.side + pixel(square.left + place.x * square.side);
    for (const column of this.columns) {
      setText(column.under, `${withUnit(column.values(view)[at], view.unit, data.water)} here`);
    }
  }

  /**
   * For tests: the values that a column shows.
   *
   * @param {string} name
   */
  values(name) {
    const column = this.columns.find(({ stack }) => stack.name === name);
    return column && this.view && column.values(this.view);
  }
}

export default mount((parent) => new Viewer(find(parent, ".viewer")));
