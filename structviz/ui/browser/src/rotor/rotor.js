// The rotor: pictures that turn under a finger. It knows the exact pictures of the angle at rest, the films and curves
// of every angle, and where the image stands now. Numbers are never computed here, only looked up; the server hears of
// a turn when it is over.
import { Clock } from "../runtime/clock.js";
import { draggable } from "../runtime/drag.js";
import { find, findAll, setPressed, setText } from "../runtime/elements.js";
import { onKeys } from "../runtime/keyboard.js";
import { mount } from "../runtime/mount.js";
import { bytesOf, modulo } from "../runtime/numbers.js";
import { Reports } from "../runtime/reports.js";
import { Curves, ViewSwitch } from "./curves.js";
import { bearing, Dial, nearestFrame, turnedBy } from "./dial.js";
import { Figures } from "./figures.js";
import { Films, frameAt } from "./films.js";
import { Lens } from "./lens.js";
import { Palette } from "./palette.js";
import { seriesOf } from "./series.js";

/** @typedef {import("./data.js").RotorData} RotorData */
/** @typedef {import("../runtime/mount.js").ComponentArguments} ComponentArguments */

const TURN = 6000; // milliseconds that a full turn takes when it plays
const STILL_STEP = 15; // degrees of each step where motion is reduced
const REST = { drag: 120, key: 400 }; // milliseconds before a turn is reported
const FRAMES = 72; // of a turn, until a film says otherwise

/**
 * @param {string} base64
 */
function decodePng(base64) {
  return createImageBitmap(new Blob([bytesOf(base64)], { type: "image/png" }), {
    premultiplyAlpha: "none",
    colorSpaceConversion: "none",
  });
}

class Rotor {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.degrees = 0;
    this.differences = false;
    /** @type {import("./data.js").View} */
    this.view = "straight";
    this.playedFrom = { degrees: 0, passed: 0 };
    /** @type {"turn" | "lens" | "curves" | null} What the visitor holds. */
    this.held = null;
    /** @type {{ data: RotorData, bitmaps: ImageBitmap[] } | null} The exact pictures. */
    this.rest = null;
    /** @type {RotorData | null} */
    this.data = null;
    /** @type {Palette | null} */
    this.palette = null;
    this.dial = new Dial(root);
    this.trained = find(root, ".trained");
    this.lens = new Lens();
    this.films = new Films(() => this.redraw());
    this.figures = new Figures(find(root, ".pictures"), ({ frame }) => this.turnUnder(frame, true));
    this.plot = /** @type {SVGElement & HTMLElement} */ (find(root, ".curves"));
    this.curves = new Curves(this.plot, find(root, ".legend"));
    this.views = new ViewSwitch(find(root, ".views"), (view) => this.change({ view }));
    this.playButton = /** @type {HTMLButtonElement} */ (find(root, ".play"));
    this.playLabel = find(this.playButton, "span");
    this.lensButton = find(root, ".lens-switch");
    this.modeButtons = findAll(root, "[data-differences]");
    this.status = find(root, ".state");
    this.said = find(root, ".said");
    this.clock = new Clock((passed, still) => this.advance(passed, still), { element: root });
    this.reports = new Reports({ isBusy: () => this.held !== null || this.clock.playing });
    this.resized = new ResizeObserver(() => this.drawCurves());
    this.resized.observe(this.plot);
    this.listen();
  }

  destroy() {
    this.films.destroy();
    this.resized.disconnect();
    this.clock.destroy();
    this.reports.destroy();
  }

  /** @param {ComponentArguments} component */
  update({ data, setStateValue }) {
    if (!data) return;
    this.reports.update(setStateValue, data.seen);
    if (data === this.data) return;
    if (!this.data || this.reports.accepts()) {
      this.degrees = data.degrees;
      this.differences = data.differences;
      this.view = data.curves;
    }
    this.show(data);
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
    this.films.want([...columns.flatMap(({ film, errors }) => [film, errors]), data.baseline]);
    this.decode(data);
    this.redraw();
  }

  /**
   * The exact pictures; until they are decoded, the last ones or those of the films stay.
   *
   * @param {RotorData} data
   */
  async decode(data) {
    const bitmaps = await Promise.all(data.pictures.map(({ png }) => decodePng(png)));
    if (data !== this.data) return;
    this.rest = { data, bitmaps };
    this.draw();
  }

  /** How many frames a full turn has. */
  get frames() {
    const films = this.figures.all.map(({ column }) => this.films.film(column.film)?.frames ?? 0);
    return Math.max(0, ...films) || FRAMES;
  }

  listen() {
    this.turnUnder(this.dial.element, false);
    onKeys(this.dial.element, {
      " ": () => this.toggle(),
      ArrowRight: (event) => this.step(event, 1),
      ArrowUp: (event) => this.step(event, 1),
      ArrowLeft: (event) => this.step(event, -1),
      ArrowDown: (event) => this.step(event, -1),
      Home: () => this.moveTo(0),
    });
    this.playButton.onclick = () => this.toggle();
    this.lensButton.onclick = () => {
      this.lens.toggle();
      this.draw();
    };
    for (const button of this.modeButtons) {
      button.onclick = () => this.change({ differences: button.dataset.differences === "true" });
    }
    const seek = (/** @type {PointerEvent} */ event) => this.turn(this.curves.grid?.degreesAt(event) ?? this.degrees);
    draggable(this.plot, {
      start: (event) => {
        if (!this.curves.grid || this.held) return false;
        this.pause({ reports: false });
        this.held = "curves";
        seek(event);
        return true;
      },
      move: seek,
      end: () => this.release(),
    });
  }

  /**
   * Lets the image turn under a pointer on this element; a finger may hold the lens instead.
   *
   * @param {HTMLElement} element
   * @param {boolean} isPicture
   */
  turnUnder(element, isPicture) {
    /** @type {number | null} */
    let at = null;
    let degrees = 0; // not yet rounded to a frame
    draggable(element, {
      start: (event) => {
        if (this.held) return false;
        event.preventDefault();
        this.dial.focus();
        if (isPicture && this.lens.on && event.pointerType === "touch") {
          this.held = "lens";
          this.lens.follow(event, element);
          return true;
        }
        this.pause({ reports: false });
        this.lens.hide();
        this.held = "turn";
        this.root.classList.add("turning");
        [at, degrees] = [bearing(event, element), this.degrees];
        return true;
      },
      move: (event) => {
        if (this.held === "lens") return this.lens.follow(event, element);
        const there = bearing(event, element);
        if (there === null) return;
        if (at !== null) degrees += turnedBy(at, there);
        at = there;
        this.turn(degrees);
      },
      end: () => this.release(),
      hover: (event) => {
        if (isPicture && this.lens.on) this.lens.follow(event, element);
      },
      leave: () => this.lens.hide(),
    });
  }

  release() {
    const held = this.held;
    this.held = null;
    this.root.classList.remove("turning");
    // A mere click is no news, unless the server has still to hear of something.
    const isNews = modulo(this.degrees - (this.data?.degrees ?? 0), 360) !== 0 || !this.reports.accepts();
    if (held === "lens") this.lens.hide();
    else if (isNews) this.report(REST.drag);
    this.draw();
  }

  /**
   * @param {KeyboardEvent} event
   * @param {1 | -1} direction
   */
  step(event, direction) {
    this.moveTo(this.degrees + direction * (event.shiftKey ? 90 : 360 / this.frames));
  }

  /** @param {number} degrees */
  moveTo(degrees) {
    this.pause({ reports: false });
    this.turn(degrees);
    this.report(REST.key);
  }

  toggle() {
    if (this.clock.playing) this.pause();
    else this.play();
  }

  play() {
    this.reports.drop("turn");
    this.playedFrom = { degrees: this.degrees, passed: 0 };
    this.clock.play();
    this.draw();
  }

  pause({ reports = true } = {}) {
    if (!this.clock.playing) return;
    this.clock.pause();
    if (reports) this.report(0);
    this.draw();
  }

  /**
   * @param {number} passed
   * @param {boolean} still
   */
  advance(passed, still) {
    if (still) this.playedFrom = { degrees: this.degrees + STILL_STEP, passed: 0 };
    else this.playedFrom.passed += passed;
    this.turn(this.playedFrom.degrees + (360 * this.playedFrom.passed) / TURN);
  }

  /** @param {number} degrees The nearest frame of the films is shown. */
  turn(degrees) {
    const there = nearestFrame(degrees, this.frames);
    if (there === this.degrees) return;
    this.degrees = there;
    this.draw();
  }

  /** @param {{ differences?: boolean, view?: import("./data.js").View }} change */
  change({ differences = this.differences, view = this.view }) {
    this.differences = differences;
    this.view = view;
    this.reports.send("view", { differences, curves: view });
    this.redraw();
  }

  /** @param {number} delay */
  report(delay) {
    const make = () => {
      this.say();
      return { degrees: this.degrees };
    };
    this.reports.later("turn", make, delay);
  }

  say() {
    const numbers = this.figures.all.map(({ spoken }) => spoken).filter(Boolean);
    setText(this.said, `${this.degrees} degrees. ${numbers.join(", ")}`);
  }

  redraw() {
    this.draw();
    this.drawCurves();
  }

  draw() {
    const { data, degrees } = this;
    if (!data) return;
    const ready = data.columns.every(({ film }) => this.films.film(film));
    const exact = this.drawFigures(data);
    this.curves.mark(degrees);
    this.dial.draw(degrees);
    this.drawButtons(ready);
    setText(this.status, ready ? "Drag a picture round." : "Preparing the turn …");
    Object.assign(this.root.dataset, { degrees, ready, exact });
    this.lens.draw();
  }

  /**
   * Shows every picture, the exact ones if this is where the image rests.
   *
   * @param {RotorData} data
   * @returns Whether they are exact.
   */
  drawFigures({ columns }) {
    const { degrees, differences, films, palette, rest } = this;
    const exact = rest?.bitmaps.length === columns.length && modulo(rest.data.degrees - degrees, 360) === 0;
    const truth = films.film(columns[columns.length - 1].film);
    const frame = (/** @type {import("./films.js").Film} */ { frames, values }) => {
      const area = values.length / frames;
      const start = frameAt(frames, degrees) * area;
      return values.subarray(start, start + area);
    };
    this.figures.all.forEach((figure, k) => {
      const film = films.film(figure.column.film);
      const differs = differences && figure.column.differs;
      if (exact && (rest.data.differences === differences || !figure.column.differs)) figure.show(rest.bitmaps[k]);
      else if (film && palette && (!differs || truth)) {
        figure.show(palette.paint(frame(film), differs && truth ? frame(truth) : null, degrees % 90 === 0));
      } else figure.show(null);
      figure.write(degrees, differences, exact ? rest.data.pictures[k] : null, film);
    });
    return exact;
  }

  /** @param {boolean} ready */
  drawButtons(ready) {
    const { playing } = this.clock;
    setPressed(this.playButton, playing);
    setText(this.playLabel, playing ? "Stop" : "Play");
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
    this.curves.draw(seriesOf(this.data, this.view, this.films), this.view, this.degrees);
  }
}

export default mount((parent) => new Rotor(find(parent, ".rotor")));
