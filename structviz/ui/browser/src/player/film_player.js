// The film player: one clock for all films, in frames of the first, and what the visitor does with it.
import { Clock, wantsLessMotion } from "../runtime/clock.js";
import { draggable } from "../runtime/drag.js";
import { html } from "../runtime/elements.js";
import { onKeys } from "../runtime/keyboard.js";
import { clamp } from "../runtime/numbers.js";
import { Reports } from "../runtime/reports.js";
import { resolved, Theme } from "../runtime/theme.js";
import { frameAtShare, inStep, readFilms, shareAt, snap } from "./film.js";
import { FlatRenderer } from "./flat.js";
import { Panels } from "./panels.js";
import { SpaceRenderer } from "./space.js";
import { Toolbar } from "./toolbar.js";

/** @typedef {import("./film.js").Film} Film */
/** @typedef {import("./renderer.js").Renderer} Renderer */

/**
 * @typedef {object} Options
 * @property {number} [frame] Of the first film.
 * @property {string[]} [show] Names of what is shown, as in structviz/figures/film_encoding.py.
 * @property {boolean} [playing] Whether the film plays.
 */

const DURATION = 6000; // milliseconds that a film takes at speed 1
const HOLD = 1500; // milliseconds that it stays at its end
const REST = 400; // milliseconds from a key to its report
const STEP = 500; // milliseconds from step to step where motion is reduced
const DRIFT = 0.1; // radians a second by which a film in space turns while it plays
const MAX_PITCH = 1.5; // radians

/**
 * Where a film is after some time: evenly along its time, or, in steps, at least one frame further.
 *
 * @param {number[]} times
 * @param {number} x Frame.
 * @param {number} passed Milliseconds at speed 1.
 * @param {boolean} inSteps
 */
export function advanced(times, x, passed, inSteps) {
  const there = frameAtShare(times, shareAt(times, x) + passed / DURATION);
  return inSteps ? Math.max(Math.floor(x) + 1, Math.round(there)) : there;
}

/**
 * The frame `by` layers away; from between two frames, the next one counts as the first.
 *
 * @param {number} x
 * @param {number} by
 */
export function stepped(x, by) {
  return (by > 0 ? Math.floor(snap(x)) : Math.ceil(snap(x))) + by;
}

export class FilmPlayer {
  /**
   * @param {HTMLElement} root Of class "player"; the player fills it.
   * @param {Uint8Array} payload Films, as structviz/figures/film_encoding.py encodes them.
   * @param {Options} [options]
   * @param {Reports} [reports] Hears "seek" with the `frame` at which the visitor has come to rest, and "show" with the
   *   `names` of what is shown.
   */
  constructor(root, payload, { frame = 0, show = [], playing = true } = {}, reports = new Reports()) {
    this.root = root;
    this.reports = reports;
    /** @type {Film[]} */
    this.films = [];
    /** @type {Renderer[]} */
    this.renderers = [];
    /** @type {string[]} */
    this.colours = [];
    this.x = 0; // frame of the first film
    this.held = 0; // milliseconds spent at the end
    this.speed = 1;
    this.show = new Set(show);
    this.view = { yaw: 0.9, pitch: 0.45 };
    this.grabbed = false; // whether the visitor turns a film in space
    /** @type {number | null} */
    this.reportedFrame = null;

    root.replaceChildren();
    root.tabIndex = 0;
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", "Film of the layers");
    root.dataset.testid = "player";
    const layout = html("div", { class: "layout" }, root);
    this.panels = new Panels(root, layout);
    this.toolbar = new Toolbar(root, layout, {
      toggle: () => this.toggle(),
      step: (by) => this.step(by),
      seek: (x) => {
        this.pause();
        this.go(x);
      },
      rest: () => this.rest(),
      setSpeed: (speed) => {
        this.speed = speed;
        this.showControls();
      },
      toggleOverlay: (name) => this.setOverlay(name, !this.show.has(name)),
      setBackground: (name) => this.setBackground(name),
    });
    this.removeKeys = this.listenToKeys();
    this.clock = new Clock((passed, still) => this.advance(passed, still), { element: root, step: STEP });
    this.theme = new Theme(root, () => this.paint());
    this.resized = new ResizeObserver(() => this.fit());
    this.onResize = () => this.fit(); // also when the page is zoomed
    addEventListener("resize", this.onResize);
    // For tests, which compare what is drawn with what was computed.
    Object.assign(root, {
      structvizPlayer: {
        positions: (/** @type {number} */ panel) => this.renderers[panel].places.slice(),
        seek: (/** @type {number} */ x) => this.go(x),
        view: this.view,
      },
    });
    this.setFilms(payload);
    this.go(frame);
    if (playing) this.start();
  }

  destroy() {
    this.clock.destroy();
    this.theme.destroy();
    this.reports.destroy();
    this.removeKeys();
    this.resized.disconnect();
    removeEventListener("resize", this.onResize);
    Reflect.deleteProperty(this.root, "structvizPlayer");
    this.root.replaceChildren();
  }

  // ---- what there is to see

  /**
   * Shows other films. The clock keeps its share of the time, and everything else stays as it is.
   *
   * @param {Uint8Array} payload
   */
  setFilms(payload) {
    const before = this.films.length
      ? { share: shareAt(this.films[0].times, this.x), frame: this.renderers[0].frame }
      : null;
    const { colours, films } = readFilms(payload);
    this.films = films;
    this.colours = colours;
    const isNew = this.panels.setFilms(films);
    this.toolbar.setFilms(films, colours);
    this.renderers = films.map((film, k) => {
      const canvas = this.panels.canvases[k];
      return film.dim === 3 ? new SpaceRenderer(canvas, film) : new FlatRenderer(canvas, film);
    });
    if (isNew) {
      this.resized.disconnect();
      for (const { canvas, film } of this.renderers) {
        this.listenToPointer(canvas, film.dim === 3);
        this.resized.observe(canvas);
      }
    }
    this.showControls();
    this.paint();
    if (!before) return;
    this.go(frameAtShare(films[0].times, before.share));
    // The same moment may have another frame now.
    if (!this.clock.playing && this.renderers[0].frame !== before.frame) this.rest();
  }

  fit() {
    const ratio = Math.min(2, devicePixelRatio || 1);
    const changed = this.renderers.map((renderer) => renderer.fit(renderer.canvas.clientWidth, ratio));
    if (changed.some(Boolean)) this.draw();
  }

  /** Draws with the colours of the theme. */
  paint() {
    const { text, dark } = this.theme.colours;
    const warning = resolved(this.root, "var(--warning)");
    for (const renderer of this.renderers) renderer.setTheme({ text, warning, classes: this.colours, dark });
    this.fit();
    this.draw();
  }

  draw() {
    for (const renderer of this.renderers) renderer.draw(this.show, this.view);
  }

  showControls() {
    this.toolbar.showControls({ playing: this.clock.playing, speed: this.speed, show: this.show });
  }

  showFrame() {
    this.toolbar.showFrame(this.x, this.renderers);
    this.panels.showFrame(this.renderers, this.show.has("grid"));
    this.draw();
  }

  // ---- the clock

  /**
   * Goes to frame `x` of the first film.
   *
   * @param {number} x
   */
  go(x) {
    const [first] = this.films;
    this.x = clamp(Number.isFinite(x) ? x : 0, 0, first.last);
    this.held = 0;
    for (const renderer of this.renderers) renderer.seek(inStep(first, renderer.film, this.x));
    this.showFrame();
  }

  /** Plays, but not for those who want less motion. */
  start() {
    if (!wantsLessMotion()) this.play();
  }

  play() {
    if (this.clock.playing) return;
    this.reports.drop("seek");
    if (this.x >= this.films[0].last) this.go(0);
    this.clock.play();
    this.showControls();
  }

  /**
   * @param {number} passed
   * @param {boolean} still
   */
  advance(passed, still) {
    const [{ times, last }] = this.films;
    if (!still && !this.grabbed) this.view.yaw += (DRIFT * passed) / 1000;
    if (this.x < last) this.go(advanced(times, this.x, this.speed * passed, still));
    else if (this.held + passed < HOLD) {
      this.held += passed;
      if (this.films.some(({ dim }) => dim === 3)) this.draw();
    } else this.go(0);
  }

  pause() {
    if (!this.clock.playing) return;
    this.clock.pause();
    this.showControls();
  }

  toggle() {
    if (!this.clock.playing) return this.play();
    this.pause();
    this.rest();
  }

  /** @param {number} by */
  step(by) {
    this.pause();
    this.go(stepped(this.x, by));
    this.rest(REST);
  }

  /** @param {number} frame */
  jump(frame) {
    this.pause();
    this.go(frame);
    this.rest(REST);
  }

  /**
   * The visitor has come to rest: the page and those who listen hear of it.
   *
   * @param {number} [delay]
   */
  rest(delay = 0) {
    const report = () => {
      this.toolbar.announce();
      this.reportedFrame = this.renderers[0].frame;
      return { frame: this.reportedFrame };
    };
    this.reports.later("seek", report, delay);
  }

  // ---- overlays

  /**
   * @param {string} name
   * @param {boolean} shown
   */
  setOverlay(name, shown) {
    if (shown) this.show.add(name);
    else this.show.delete(name);
    this.reports.send("show", { names: [...this.show] });
    this.showControls();
    this.showFrame();
  }

  /** @param {string} name */
  setBackground(name) {
    this.show.delete("decisions");
    this.show.delete("line");
    this.setOverlay(name, name !== "none");
  }

  /**
   * Takes over what the page asks for; what is not named stays.
   *
   * @param {Options} options
   */
  setOptions({ frame, show, playing }) {
    if (show) this.show = new Set(show);
    if (playing) this.start();
    else if (playing === false) this.pause();
    this.showControls();
    this.go(frame ?? this.x);
  }

  /** Scrolls the player into sight, if it is not; where it is larger than the screen, its top with the controls. */
  reveal() {
    const block = this.root.offsetHeight < innerHeight ? "nearest" : "start";
    this.root.scrollIntoView({ block, behavior: wantsLessMotion() ? "auto" : "smooth" });
  }

  // ---- keys and pointers

  listenToKeys() {
    const onScrubber = (/** @type {number} */ by) => (/** @type {KeyboardEvent} */ event) => {
      // Elsewhere these keys scroll the page.
      if (event.target !== this.toolbar.scrubber) return false;
      return this.step(by);
    };
    return onKeys(this.root, {
      // A button is pressed by this key.
      " ": (event) => (event.target instanceof HTMLButtonElement ? false : this.toggle()),
      ArrowRight: () => this.step(1),
      ArrowLeft: () => this.step(-1),
      ArrowUp: onScrubber(1),
      ArrowDown: onScrubber(-1),
      PageUp: onScrubber(5),
      PageDown: onScrubber(-5),
      Home: () => this.jump(0),
      End: () => this.jump(this.films[0].last),
    });
  }

  /**
   * A click plays or pauses; a film in space also turns under the pointer.
   *
   * @param {HTMLCanvasElement} canvas
   * @param {boolean} turns
   */
  listenToPointer(canvas, turns) {
    let start = { ...this.view };
    draggable(canvas, {
      start: () => {
        start = { ...this.view };
        this.grabbed = turns;
      },
      move: (_event, { dx, dy, moved }) => {
        if (!turns || !moved) return;
        this.view.yaw = start.yaw - (Math.PI * dx) / canvas.clientWidth;
        this.view.pitch = clamp(start.pitch + (Math.PI * dy) / canvas.clientWidth, -MAX_PITCH, MAX_PITCH);
        this.draw();
      },
      end: (_event, { clicked }) => {
        this.grabbed = false;
        if (clicked) this.toggle();
      },
    });
  }
}
