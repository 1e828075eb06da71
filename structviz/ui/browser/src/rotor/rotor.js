// The rotor: pictures that turn under a finger, while noise is added. It knows the exact pictures of the state at rest.
// Those of other angles, levels and seeds the engine computes here; where it cannot, films of every angle come from the
// server. The server hears of a change when it is over.
import { setAhead } from "../runtime/ahead.js";
import { wantsLessMotion } from "../runtime/clock.js";
import { find, findAll, setAttribute, setPressed, setText } from "../runtime/elements.js";
import { pageInbox } from "../runtime/inbox.js";
import { onKeys } from "../runtime/keyboard.js";
import { mount } from "../runtime/mount.js";
import { modulo } from "../runtime/numbers.js";
import { Reports } from "../runtime/reports.js";
import { Curves, ViewSwitch } from "./curves.js";
import { Demonstration } from "./demonstration.js";
import { Dial } from "./dial.js";
import { areOf, decoded } from "./exact.js";
import { Figures } from "./figures.js";
import { Films, frameAt } from "./films.js";
import { Hand } from "./hand.js";
import { Lens } from "./lens.js";
import { canRun, isSame, Live, workerOf } from "./live.js";
import { NoiseHandles } from "./noise_handles.js";
import { Palette } from "./palette.js";
import { seriesOf } from "./series.js";
import { StateReports } from "./state_reports.js";
import { Turn } from "./turn.js";

/** @typedef {import("./data.js").RotorData} RotorData */
/** @typedef {import("../runtime/mount.js").ComponentArguments} ComponentArguments */

const REST = 500; // milliseconds before the server hears of what a hand has done
const LARGE_STEP = 45; // degrees
const FRAMES = 72; // of a turn, until a film says otherwise
const DEGREES = 360; // the frames of a turn where they are computed here
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
    /** @type {{ data: RotorData, bitmaps: ImageBitmap[] } | null} The exact pictures. */
    this.rest = null;
    /** @type {RotorData | null} */
    this.data = null;
    /** @type {Palette | null} */
    this.palette = null;
    this.dial = new Dial(root);
    this.trained = find(root, ".trained");
    this.lens = new Lens();
    this.turn = new Turn({ frames: () => this.frames, changed: () => this.draw(), element: root });
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
    this.films = new Films(() => this.redraw());
    this.cannotRun = !runs;
    this.isCurrent = false; // whether the numbers below the pictures are those of the state
    this.isUnsaid = false; // whether they are still to be read out
    this.live = new Live({
      changed: (what) => (what === "frame" ? this.draw() : this.redraw()),
      failed: () => this.askForFilms(),
      rests: () => this.isIdle && document.visibilityState === "visible",
      makeWorker,
    });
    this.noise = new NoiseHandles(root, (delay) => {
      this.draw();
      this.told.later("noise", delay);
    });
    this.seen = new AbortController();
    document.addEventListener("visibilitychange", () => this.live.proceed(), { signal: this.seen.signal });
    this.figures = new Figures(find(root, ".pictures"), ({ frame }) => this.hand.turns(frame, true));
    this.plot = /** @type {SVGElement & HTMLElement} */ (find(root, ".curves"));
    this.curves = new Curves(this.plot, find(root, ".legend"));
    this.views = new ViewSwitch(find(root, ".views"), (view) => this.change({ view }));
    this.playButton = /** @type {HTMLButtonElement} */ (find(root, ".play"));
    this.playLabel = find(this.playButton, "span");
    this.lensButton = find(root, ".lens-switch");
    this.modeButtons = findAll(root, "[data-differences]");
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
    this.films.destroy();
    this.live.destroy();
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

  /** Whether nothing is held and nothing plays. */
  get isIdle() {
    return this.hand.held === null && !this.turn.playing;
  }

  /** What it takes to compute here; null where films come. */
  get engine() {
    return this.cannotRun ? null : (this.data?.engine ?? null);
  }

  askForFilms() {
    this.cannotRun = true;
    if (this.data?.engine) this.reports.send("films", { wanted: true });
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
    if (data.engine && this.cannotRun) this.askForFilms();
    this.noise.show(this.engine);
    const channels = [...columns.flatMap(({ film, errors }) => [film, errors]), data.baseline];
    this.films.want(this.engine ? [] : channels);
    const [, low, high] = tables.image;
    this.live.update(this.engine, { low, high });
    if (data.demonstrate !== null) this.demonstration.offer(data.demonstrate);
    this.decode(data);
    this.redraw();
  }

  /**
   * The exact pictures; until they are decoded, the last ones or those of the films stay.
   *
   * @param {RotorData} data
   */
  async decode(data) {
    const found = await decoded(data);
    if (data !== this.data) return;
    this.rest = found;
    this.draw();
    pageInbox().put(data.drawn, new Uint8Array());
  }

  /** How many frames a full turn has. */
  get frames() {
    if (this.engine) return DEGREES;
    const films = this.figures.all.map(({ column }) => this.films.film(column.film)?.frames ?? 0);
    return Math.max(0, ...films) || FRAMES;
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
    this.playButton.onclick = () => this.toggle();
    this.lensButton.onclick = () => {
      this.lens.toggle();
      this.draw();
    };
    for (const button of this.modeButtons) {
      button.onclick = () => this.change({ differences: button.dataset.differences === "true" });
    }
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
    const small = this.engine ? STEP : 360 / this.frames;
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
    const { data, engine, live } = this;
    const { degrees } = this.turn;
    if (!data) return;
    const ready = engine ? live.ready : data.columns.every(({ film }) => this.films.film(film));
    const exact = areOf(this.rest, data.columns.length, degrees, engine ? this.noise.state : null);
    if (engine) {
      const state = { degrees, ...this.noise.state };
      if (!exact || !live.frame) live.ask(state);
      live.askCurve(this.view === "error" ? "error" : "psnr", state);
    }
    const drawn = this.drawFigures(data, exact);
    if (this.rest) setAhead(!exact);
    this.isCurrent = exact || (engine ? isSame(live.frame?.state, { degrees, ...this.noise.state }) : ready);
    this.say();
    this.dial.draw(degrees, this.turn.last);
    this.drawButtons(ready);
    setText(this.status, ready ? howToTurn() : "Preparing the turn …");
    // Those of the last data stay until the new ones are decoded.
    Object.assign(this.root.dataset, { degrees, ready, exact: exact && this.rest?.data === data, drawn });
    this.lens.draw();
    this.demonstration.proceed(ready);
  }

  /**
   * What is known of a column without the server.
   *
   * @param {import("./data.js").Column} column
   * @returns {{ values: Uint8Array, psnr?: number | null, ssim?: number | null } | undefined}
   */
  known({ name, film: channel }) {
    if (this.engine) return this.live.frame?.columns[name];
    const film = this.films.film(channel);
    if (!film) return undefined;
    const area = film.values.length / film.frames;
    const k = frameAt(film.frames, this.turn.degrees);
    return { values: film.values.subarray(k * area, (k + 1) * area), psnr: film.psnr?.[k], ssim: film.ssim?.[k] };
  }

  /**
   * Shows every picture, and the markers of the curves.
   *
   * @param {RotorData} data
   * @param {boolean} exact Whether the exact pictures can be shown.
   * @returns The angle of what is shown.
   */
  drawFigures({ columns }, exact) {
    const { differences, palette, rest } = this;
    const computed = exact || !this.engine ? undefined : this.live.frame?.state.degrees;
    const degrees = computed ?? this.turn.degrees;
    const truth = this.known(columns[columns.length - 1])?.values ?? null;
    /** @type {Record<string, number | null | undefined>} */
    const marked = {};
    this.figures.all.forEach((figure, k) => {
      const known = this.known(figure.column);
      const differs = differences && figure.column.differs;
      /** @type {import("./figures.js").Numbers} */
      const numbers = (exact ? rest?.data.pictures[k] : known) ?? {};
      if (exact && rest && (rest.data.differences === differences || !figure.column.differs))
        figure.show(rest.bitmaps[k]);
      else if (known && palette && (!differs || truth)) {
        figure.show(palette.paint(known.values, differs ? truth : null, degrees % 90 === 0));
      } else figure.show(null);
      figure.write(degrees, differences, numbers);
      if (this.engine && this.view !== "error") marked[figure.column.name] = numbers.psnr;
    });
    this.curves.mark(degrees, marked);
    return degrees;
  }

  /** @param {boolean} ready */
  drawButtons(ready) {
    const { playing } = this.turn;
    setPressed(this.playButton, playing);
    setText(this.playLabel, playing ? "Stop" : "Play");
    setAttribute(this.playButton, "aria-label", playing ? "Stop the turn" : "Play one turn after the other");
    this.playButton.disabled = !ready && !playing;
    setPressed(this.lensButton, this.lens.on);
    this.root.classList.toggle("magnifying", this.lens.on);
    for (const button of this.modeButtons) {
      setPressed(button, (button.dataset.differences === "true") === this.differences);
    }
  }

  drawCurves() {
    if (!this.data) return;
    this.views.press(this.view);
    const { columns, baseline } = this.data;
    const ofFilms = (/** @type {string} */ name, /** @type {boolean} */ error) => {
      const column = columns.find((one) => one.name === name);
      if (error) return this.films.errors(column ? column.errors : baseline);
      return this.films.film(column?.film ?? null)?.psnr;
    };
    const { curve } = this.live;
    const ofEngine = (/** @type {string} */ name, /** @type {boolean} */ error) =>
      curve?.asked === (error ? "error" : "psnr") ? curve.shown?.[name] : null;
    const series = seriesOf(columns, this.view, this.engine ? ofEngine : ofFilms);
    this.curves.draw(series, this.view, this.turn.degrees, !this.engine || this.live.isWhole);
  }
}

export default mount((parent) => new Rotor(find(parent, ".rotor")));
