// The rotor: pictures that turn under a finger, while noise is added. It knows the exact pictures of the state at rest.
// Those of other angles, levels and seeds the engine computes here; where it cannot, films of every angle come from the
// server. The server hears of a change when it is over.
import { setAhead } from "../runtime/ahead.js";
import { wantsLessMotion } from "../runtime/clock.js";
import { find, setText } from "../runtime/elements.js";
import { onKeys } from "../runtime/keyboard.js";
import { mount } from "../runtime/mount.js";
import { modulo } from "../runtime/numbers.js";
import { Reports } from "../runtime/reports.js";
import { AngleSource } from "./angle_source.js";
import { Buttons } from "./buttons.js";
import { Curves, ViewSwitch } from "./curves.js";
import { Demonstration } from "./demonstration.js";
import { Dial } from "./dial.js";
import { ExactPictures } from "./exact.js";
import { Figures } from "./figures.js";
import { Hand } from "./hand.js";
import { Lens } from "./lens.js";
import { canRun, workerOf } from "./live.js";
import { NoiseHandles } from "./noise_handles.js";
import { Palette } from "./palette.js";
import { StateReports } from "./state_reports.js";
import { Turn } from "./turn.js";

/** @typedef {import("./data.js").RotorData} RotorData */
/** @typedef {import("../runtime/mount.js").ComponentArguments} ComponentArguments */

const REST = 500; // milliseconds before the server hears of what a hand has done
const LARGE_STEP = 45; // degrees
const STEP = 5; // degrees of a key

// A finger that goes up or down scrolls the page.
function howToTurn() {
  const hasFinger = matchMedia("(hover: none)").matches;
  return hasFinger ? "Drag a picture sideways, or turn the dial." : "Drag a picture round.";
}

export class Rotor {
  /**
   * @param {HTMLElement} root
   * @param {object} [host]
   * @param {boolean} [host.runs] Whether the engine may run here.
   * @param {(script: string) => import("./live.js").WorkerLike} [host.makeWorker]
   */
  constructor(root, { runs = canRun(), makeWorker = workerOf } = {}) {
    this.root = root;
    this.differences = false;
    /** @type {import("./data.js").View} */
    this.view = "straight";
    /** @type {RotorData | null} */
    this.data = null;
    /** @type {Palette | null} */
    this.palette = null;
    this.exact = new ExactPictures(() => this.draw());
    this.dial = new Dial(root);
    this.trained = find(root, ".trained");
    this.lens = new Lens();
    this.turn = new Turn({ frames: () => this.source.frames, changed: () => this.draw(), element: root });
    this.hand = new Hand({
      turn: this.turn,
      lens: this.lens,
      taken: (held) => this.taken(held),
      released: (held) => this.released(held),
    });
    this.demonstration = new Demonstration({
      turn: this.turn,
      button: find(root, ".jump"),
      ended: () => this.told.later("turn", 0),
      wantsLessMotion,
    });
    this.isCurrent = false; // whether the numbers below the pictures are those of the state
    this.isUnsaid = false; // whether they are still to be read out
    this.source = new AngleSource({
      runs,
      makeWorker,
      rests: () => this.isIdle,
      seen: () => document.visibilityState === "visible",
      changed: (what) => (what === "frame" ? this.draw() : this.redraw()),
      wanted: () => this.reports.send("films", { wanted: true }),
    });
    this.noise = new NoiseHandles(root, (delay) => {
      this.draw();
      this.told.later("noise", delay);
    });
    this.seen = new AbortController();
    document.addEventListener("visibilitychange", () => this.source.proceed(), { signal: this.seen.signal });
    this.figures = new Figures(find(root, ".pictures"), ({ frame }) => this.hand.turns(frame, true));
    this.plot = /** @type {SVGElement & HTMLElement} */ (find(root, ".curves"));
    this.curves = new Curves(this.plot, find(root, ".legend"));
    this.views = new ViewSwitch(find(root, ".views"), (view) => this.change({ view }));
    this.buttons = new Buttons(root, {
      played: () => this.toggle(),
      magnified: () => {
        this.lens.toggle();
        this.draw();
      },
      compared: (differences) => this.change({ differences }),
    });
    this.status = find(root, ".state");
    this.said = find(root, ".said");
    this.reports = new Reports({ isBusy: () => !this.isIdle });
    const state = () => ({ degrees: this.turn.degrees, ...this.noise.state });
    this.told = new StateReports(this.reports, state, () => this.announce());
    this.resized = new ResizeObserver(() => this.drawCurves());
    this.resized.observe(this.plot);
    this.listen();
  }

  destroy() {
    this.demonstration.destroy();
    this.source.destroy();
    this.seen.abort();
    this.resized.disconnect();
    this.turn.destroy();
    this.reports.destroy();
    setAhead(false);
  }

  /** @param {ComponentArguments} component */
  update({ data, setStateValue }) {
    if (!data) return;
    this.reports.update(setStateValue, data.seen);
    if (data === this.data) return;
    if (!this.data || this.reports.accepts()) {
      this.turn.degrees = data.degrees;
      this.differences = data.differences;
      this.view = data.curves;
      if (data.engine) this.noise.set(data.engine);
    }
    this.show(data);
  }

  /** Whether nothing is held and nothing plays. @returns {boolean} */
  get isIdle() {
    return this.hand.held === null && !this.turn.playing;
  }

  /** @param {RotorData} data */
  show(data) {
    this.data = data;
    const { columns, side, tables } = data;
    const before = this.figures.all;
    this.palette = new Palette(tables, side);
    this.figures.build(columns, side);
    if (this.figures.all !== before) this.lens.build(this.figures.all);
    this.dial.mark(data.sectors);
    this.trained.hidden = !data.sectors.length;
    this.views.build(data.views);
    this.source.update(data);
    this.noise.show(this.source.engine);
    if (data.demonstrate !== null) this.demonstration.offer(data.demonstrate);
    this.exact.take(data);
    this.redraw();
  }

  listen() {
    this.hand.turns(this.dial.element, false);
    this.hand.seeks(this.plot, (event) => this.curves.grid?.degreesAt(event));
    onKeys(this.dial.element, {
      " ": () => this.toggle(),
      ArrowRight: (event) => this.step(event, 1),
      ArrowUp: (event) => this.step(event, 1),
      ArrowLeft: (event) => this.step(event, -1),
      ArrowDown: (event) => this.step(event, -1),
      PageUp: () => this.moveTo(this.turn.degrees + LARGE_STEP),
      PageDown: () => this.moveTo(this.turn.degrees - LARGE_STEP),
      Home: () => this.moveTo(0),
      End: () => this.moveTo(this.turn.last),
    });
  }

  /** @param {import("./hand.js").Held} held */
  taken(held) {
    if (held !== "curves") this.dial.focus();
    if (held === "lens") return;
    this.turn.pause();
    if (held === "curves") return;
    this.lens.hide();
    this.root.classList.add("turning");
  }

  /** @param {import("./hand.js").Held} held */
  released(held) {
    this.root.classList.remove("turning");
    // A mere click is no news, unless the server has still to hear of something.
    const isNews = modulo(this.turn.degrees - (this.data?.degrees ?? 0), 360) !== 0 || !this.reports.accepts();
    if (held !== "lens" && isNews) this.told.later("turn", REST);
    this.draw();
  }

  /**
   * @param {KeyboardEvent} event
   * @param {1 | -1} direction
   */
  step(event, direction) {
    const small = this.source.engine ? STEP : 360 / this.source.frames;
    this.moveTo(this.turn.degrees + direction * (event.shiftKey ? 90 : small));
  }

  /** @param {number} degrees */
  moveTo(degrees) {
    this.turn.pause();
    this.turn.go(degrees);
    this.told.later("turn", REST);
  }

  toggle() {
    if (this.turn.pause()) return this.told.later("turn", 0);
    this.reports.drop("turn");
    this.turn.play();
  }

  /** @param {{ differences?: boolean, view?: import("./data.js").View }} change */
  change({ differences = this.differences, view = this.view }) {
    this.differences = differences;
    this.view = view;
    this.reports.send("view", { differences, curves: view });
    this.redraw();
  }

  /** Has the numbers read out: once, and not before they are those of the state. */
  announce() {
    this.isUnsaid = true;
    this.say();
  }

  say() {
    if (!(this.isUnsaid && this.isCurrent && this.isIdle)) return;
    this.isUnsaid = false;
    const numbers = this.figures.all.map(({ spoken }) => spoken).filter(Boolean);
    setText(this.said, `${this.turn.degrees} degrees. ${numbers.join(", ")}`);
  }

  redraw() {
    this.draw();
    this.drawCurves();
  }

  draw() {
    const { data, source } = this;
    const { degrees } = this.turn;
    if (!data) return;
    const { engine, ready } = source;
    const exact = this.exact.areOf(data.columns.length, degrees, engine ? this.noise.state : null);
    const state = { degrees, ...this.noise.state };
    source.ask(state, this.view, exact);
    const drawn = this.drawFigures(data, exact);
    if (this.exact.data) setAhead(!exact);
    this.isCurrent = exact || source.isOf(state);
    this.say();
    this.dial.draw(degrees, this.turn.last);
    this.buttons.draw(this, ready);
    setText(this.status, ready ? howToTurn() : "Preparing the turn …");
    // Those of the last data stay until the new ones are decoded.
    Object.assign(this.root.dataset, { degrees, ready, exact: exact && this.exact.data === data, drawn });
    this.lens.draw();
    this.demonstration.proceed(ready);
  }

  /**
   * Shows every picture, and the markers of the curves.
   *
   * @param {RotorData} data
   * @param {boolean} exact Whether the exact pictures can be shown.
   * @returns The angle of what is shown.
   */
  drawFigures({ columns }, exact) {
    const { differences, palette, source, turn } = this;
    const rest = exact ? this.exact : null;
    const degrees = exact ? turn.degrees : source.nearest(turn.degrees);
    const truth = source.known(columns[columns.length - 1], turn.degrees)?.values ?? null;
    /** @type {Record<string, number | null | undefined>} */
    const marked = {};
    this.figures.all.forEach((figure, k) => {
      const known = source.known(figure.column, turn.degrees);
      const differs = differences && figure.column.differs;
      /** @type {import("./figures.js").Numbers} */
      const numbers = (rest ? rest.data?.pictures[k] : known) ?? {};
      if (rest && (rest.data?.differences === differences || !figure.column.differs)) figure.show(rest.bitmaps[k]);
      else if (known && palette && (!differs || truth)) {
        figure.show(palette.paint(known.values, differs ? truth : null, degrees % 90 === 0));
      } else figure.show(null);
      figure.write(degrees, differences, numbers);
      if (source.engine && this.view !== "error") marked[figure.column.name] = numbers.psnr;
    });
    this.curves.mark(degrees, marked);
    return degrees;
  }

  drawCurves() {
    if (!this.data) return;
    this.views.press(this.view);
    this.curves.draw(this.source.series(this.view), this.view, this.turn.degrees, this.source.isWhole);
  }
}

export default mount((parent) => new Rotor(find(parent, ".rotor")));
