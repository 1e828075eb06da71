// The film player: one clock for all films, in frames of the first, and what the visitor does with it.
import { wantsLessMotion } from "../runtime/clock.js";
import { html } from "../runtime/elements.js";
import { Orbit } from "../runtime/orbit.js";
import { Reports } from "../runtime/reports.js";
import { resolved, Theme } from "../runtime/theme.js";
import { frameAtShare, inStep, shareAt } from "./film.js";
import { FlatRenderer } from "./flat.js";
import { listenToKeys } from "./keys.js";
import { Panels } from "./panels.js";
import { Playback, stepped } from "./playback.js";
import { SpaceRenderer } from "./space.js";
import { Toolbar } from "./toolbar.js";

/** @typedef {import("./film.js").Film} Film */
/** @typedef {{ films: Film[], colours: string[] }} Films With the colours of the classes. */
/** @typedef {import("./renderer.js").Renderer} Renderer */

/**
 * @typedef {object} Options
 * @property {number} [frame] Of the first film.
 * @property {string[]} [show] Names of what is shown, as in structviz/figures/film_encoding.py.
 * @property {boolean} [playing] Whether the film plays.
 */

const REST = 400; // milliseconds from a key to its report
const STILL = 100; // milliseconds without other films until what takes long is drawn in full

export class FilmPlayer {
  /**
   * @param {HTMLElement} root Of class "player"; the player fills it.
   * @param {Films} films
   * @param {Options} [options]
   * @param {Reports} [reports] Hears "seek" with the `frame` at which the visitor has come to rest, and "show" with the
   *   `names` of what is shown.
   */
  constructor(root, films, { frame = 0, show = [], playing = true } = {}, reports = new Reports()) {
    this.root = root;
    this.reports = reports;
    /** @type {Film[]} */
    this.films = [];
    /** @type {Renderer[]} */
    this.renderers = [];
    /** @type {string[]} */
    this.colours = [];
    this.show = new Set(show);
    this.orbit = new Orbit();
    this.playback = new Playback({
      film: () => this.films[0],
      moved: () => this.showFrame(),
      changed: () => this.showControls(),
      ticked: (passed, still) => {
        if (!still) this.orbit.drift(passed);
      },
      waited: () => {
        if (this.films.some(({ dim }) => dim === 3)) this.draw();
      },
      element: root,
    });
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
        this.playback.pause();
        this.playback.go(x);
      },
      rest: () => this.rest(),
      setSpeed: (speed) => {
        this.playback.speed = speed;
        this.showControls();
      },
      toggleOverlay: (name) => this.setOverlay(name, !this.show.has(name)),
      setBackground: (name) => this.setBackground(name),
    });
    this.removeKeys = listenToKeys(this);
    this.theme = new Theme(root, () => this.paint());
    this.resized = new ResizeObserver(() => this.fit());
    this.onResize = () => this.fit(); // also when the page is zoomed
    addEventListener("resize", this.onResize);
    // For tests, which compare what is drawn with what was computed.
    Object.assign(root, {
      structvizPlayer: {
        positions: (/** @type {number} */ panel) => this.renderers[panel].places.slice(),
        seek: (/** @type {number} */ x) => this.playback.go(x),
        view: this.orbit.view,
      },
    });
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.still = undefined;
    this.setFilms(films);
    this.playback.go(frame);
    if (playing) this.start();
  }

  destroy() {
    clearTimeout(this.still);
    this.playback.destroy();
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
   * @param {Films} shown
   * @param {number | null} [delay] Milliseconds until it is told that the same moment has another frame now; null if the
   *   caller tells it.
   */
  setFilms({ films, colours }, delay = 0) {
    const before = this.films.length
      ? { share: shareAt(this.films[0].times, this.playback.x), frame: this.renderers[0].frame }
      : null;
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
        this.orbit.holds(canvas, film.dim === 3, { moved: () => this.draw(), clicked: () => this.toggle() });
        this.resized.observe(canvas);
      }
    }
    this.showControls();
    this.paint();
    clearTimeout(this.still);
    this.still = setTimeout(() => {
      for (const renderer of this.renderers) renderer.isFine = true;
      this.draw();
    }, STILL);
    if (!before) return;
    this.playback.go(frameAtShare(films[0].times, before.share));
    // The same moment may have another frame now.
    if (delay !== null && !this.playback.playing && this.renderers[0].frame !== before.frame) this.rest(delay);
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
    for (const renderer of this.renderers) renderer.draw(this.show, this.orbit.view);
  }

  showControls() {
    const { playing, speed } = this.playback;
    this.toolbar.showControls({ playing, speed, show: this.show });
  }

  showFrame() {
    const { x } = this.playback;
    const [first] = this.films;
    for (const renderer of this.renderers) renderer.seek(inStep(first, renderer.film, x));
    this.toolbar.showFrame(x, this.renderers);
    this.panels.showFrame(this.renderers, this.show.has("grid"));
    this.draw();
  }

  // ---- the playback

  /** Plays, but not for those who want less motion. */
  start() {
    if (!wantsLessMotion()) this.play();
  }

  play() {
    if (!this.playback.playing) this.reports.drop("seek");
    this.playback.play();
  }

  toggle() {
    if (!this.playback.playing) return this.play();
    this.playback.pause();
    this.rest();
  }

  /** @param {number} by */
  step(by) {
    this.jump(stepped(this.playback.x, by));
  }

  /** @param {number} frame */
  jump(frame) {
    this.playback.pause();
    this.playback.go(frame);
    this.rest(REST);
  }

  /**
   * The visitor has come to rest: the page and those who listen hear of it.
   *
   * @param {number} [delay]
   */
  rest(delay = 0) {
    const report = () => {
      this.toolbar.announce(this.panels.notes);
      this.reportedFrame = this.renderers[0].frame;
      return { frame: this.reportedFrame };
    };
    this.reports.later("seek", report, delay);
  }

  /** The frame at which it rests, to be told in another report than "seek"; nothing while it plays. */
  restingFrame() {
    if (this.playback.playing) return {};
    this.reports.drop("seek");
    this.reportedFrame = this.renderers[0].frame;
    return { frame: this.reportedFrame };
  }

  // ---- overlays

  /**
   * @param {string} name
   * @param {boolean} shown
   */
  setOverlay(name, shown) {
    if (shown) this.show.add(name);
    else this.show.delete(name);
    // With the frame: of two reports in quick succession the page may hear only the last.
    this.reports.send("show", { names: [...this.show], ...this.restingFrame() });
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
    else if (playing === false) this.playback.pause();
    this.showControls();
    this.playback.go(frame ?? this.playback.x);
  }

  /** Scrolls the player into sight, if it is not; where it is larger than the screen, its top with the controls. */
  reveal() {
    const block = this.root.offsetHeight < innerHeight ? "nearest" : "start";
    this.root.scrollIntoView({ block, behavior: wantsLessMotion() ? "auto" : "smooth" });
  }
}
