// The toolbar of the player: where the film is, the scrubber, the buttons, and the legend. It knows no clock; `actions`
// says what a control does.
import { find, findAll, html, icon, setAttribute, setPressed, setText } from "../runtime/elements.js";
import { signed } from "../runtime/numbers.js";
import { foldedQuarters, layerOf, timeAt } from "./film.js";

/** @typedef {import("./film.js").Film} Film */
/** @typedef {import("./renderer.js").Renderer} Renderer */

/**
 * @typedef {object} Actions
 * @property {() => void} toggle Play or pause.
 * @property {(by: number) => void} step Go by so many layers.
 * @property {(x: number) => void} seek Go to frame `x`.
 * @property {() => void} rest The visitor has let go of the scrubber.
 * @property {(speed: number) => void} setSpeed
 * @property {(name: string) => void} toggleOverlay
 * @property {(name: string) => void} setBackground
 */

/** @type {[number, string][]} */
const SPEEDS = [
  [0.5, "½×"],
  [1, "1×"],
  [2, "2×"],
];
const OVERLAYS = { tails: "Tails", grid: "Grid", arrows: "Arrows" };
const BACKGROUNDS = { decisions: "Decisions", line: "Line", none: "None" };
const FIGURE_SPACE = "\u2007"; // as wide as a digit

/** Icons, and under 0 and 1 the shapes of the classes. */
const ICONS = {
  play: '<path class="go" d="M7 4v16l13-8z"/><path class="stop" d="M6 5h4v14H6zM14 5h4v14h-4z"/>',
  back: '<path d="M6 5h3v14H6zM20 5v14l-10-7z"/>',
  on: '<path d="M15 5h3v14h-3zM4 5l10 7-10 7z"/>',
  classes: ['<circle cx="12" cy="12" r="7"/>', '<path d="M5.5 5.5h13v13h-13z"/>'],
};

/**
 * Which background is drawn: decisions only where a film has them, else the sides of the classifier's line.
 *
 * @param {Set<string>} show
 * @param {boolean} hasDecisions
 */
export function backgroundOf(show, hasDecisions) {
  if (show.has("decisions") && hasDecisions) return "decisions";
  return show.has("line") || show.has("decisions") ? "line" : "none";
}

/**
 * "layer 3 of 20" for one film, "layer 3 of 20 | 1 of 4" for films that differ. Numbers are as wide as the largest.
 *
 * @param {{ film: Film, frame: number }[]} shown
 */
export function layerWords(shown) {
  const counts = shown.map(({ film, frame }) => {
    const layer = String(layerOf(film, frame)).padStart(String(film.layers).length, FIGURE_SPACE);
    return `${layer} of ${film.layers}`;
  });
  return `layer ${[...new Set(counts)].join(" | ")}`;
}

/**
 * "t = 1.50" for one film, "t = 1.50 | 5.25" for films that differ.
 *
 * @param {{ film: Film, x: number }[]} shown
 */
export function timeWords(shown) {
  return `t = ${[...new Set(shown.map(({ film, x }) => signed(timeAt(film.times, x).toFixed(2))))].join(" | ")}`;
}

export class Toolbar {
  /**
   * @param {HTMLElement} root Of the player.
   * @param {HTMLElement} parent
   * @param {Actions} actions
   */
  constructor(root, parent, actions) {
    this.root = root;
    const bar = html("div", { class: "toolbar" }, parent);
    const readout = html("div", { class: "readout", "data-testid": "player-readout" }, bar);
    this.layer = html("span", { class: "layer" }, readout);
    this.time = html("span", { class: "time" }, readout);

    const track = html("div", { class: "track" }, bar);
    const attributes = { type: "range", min: 0, step: 0.01, "aria-label": "Layer", "data-testid": "player-scrubber" };
    this.scrubber = html("input", attributes, track);
    this.scrubber.addEventListener("input", () => actions.seek(Number(this.scrubber.value)));
    this.scrubber.addEventListener("change", () => actions.rest());
    this.folds = html("div", { class: "folds", "aria-hidden": "true", "data-testid": "player-folds" }, track);

    const transport = html("div", { class: "bar transport" }, bar);
    this.play = this.addButton(transport, "play", actions.toggle);
    this.play.classList.add("play");
    icon(ICONS.play, this.play);
    this.playWord = html("span", {}, this.play);
    for (const { name, by, label } of /** @type {const} */ ([
      { name: "back", by: -1, label: "Back by one layer" },
      { name: "on", by: 1, label: "On by one layer" },
    ])) {
      const button = this.addButton(transport, name, () => actions.step(by));
      icon(ICONS[name], button);
      button.setAttribute("aria-label", label);
    }
    const speeds = html("div", { class: "group", role: "group", "aria-label": "Speed" }, transport);
    for (const [speed, title] of SPEEDS) {
      const button = this.addButton(speeds, `speed-${speed}`, () => actions.setSpeed(speed), title);
      button.dataset.speed = String(speed);
      button.setAttribute("aria-label", `${title} speed`);
    }

    const switches = html("div", { class: "bar switches" }, bar);
    for (const [name, title] of Object.entries(OVERLAYS)) {
      this.addButton(switches, name, () => actions.toggleOverlay(name), title).dataset.overlay = name;
    }
    const backgrounds = html("div", { class: "group", role: "group", "aria-label": "Background" }, switches);
    for (const [name, title] of Object.entries(BACKGROUNDS)) {
      this.addButton(backgrounds, name, () => actions.setBackground(name), title).dataset.ground = name;
    }
    this.legend = html("div", { class: "legend" }, switches);
    this.said = html("p", { class: "said", "aria-live": "polite" }, root);
  }

  /**
   * @param {HTMLElement} parent
   * @param {string} name
   * @param {() => void} action
   * @param {string} [title]
   */
  addButton(parent, name, action, title) {
    const button = html("button", { type: "button", "data-testid": `player-${name}` }, parent, title);
    button.addEventListener("click", action);
    return button;
  }

  /**
   * Offers what these films have.
   *
   * @param {Film[]} films
   * @param {string[]} colours Of the classes.
   */
  setFilms(films, colours) {
    this.scrubber.max = String(films[0].last);
    const offer = (/** @type {string} */ name, /** @type {boolean} */ has) => {
      find(this.root, `[data-testid=player-${name}]`).hidden = !has;
    };
    this.hasDecisions = films.some((film) => film.decisions.length > 0);
    offer(
      "grid",
      films.some((film) => film.mesh.rows > 0),
    );
    offer(
      "arrows",
      films.some((film) => film.anchors.length > 0),
    );
    offer("decisions", this.hasDecisions);
    const inSpace = films.every((film) => film.dim === 3);
    setText(find(this.root, "[data-ground=line]"), inSpace ? "Plane" : BACKGROUNDS.line);
    this.legend.replaceChildren();
    colours.forEach((colour, label) => {
      const entry = html("span", {}, this.legend);
      icon(ICONS.classes[label], entry).style.color = colour;
      entry.append(`class ${label}`);
    });
    this.markFolds(films);
  }

  /**
   * Red below the scrubber where the mesh of any film is folded.
   *
   * @param {Film[]} films
   */
  markFolds(films) {
    const folded = foldedQuarters(films);
    const percent = (/** @type {number} */ k) => `${(100 * k) / folded.length}%`;
    const stops = folded.map((is, k) => `${is ? "var(--warning)" : "transparent"} ${percent(k)} ${percent(k + 1)}`);
    const any = films.some((film) => film.folds.some(Boolean));
    this.folds.style.background = any ? `linear-gradient(90deg, ${stops.join()})` : "";
    this.folds.dataset.any = String(any);
  }

  /**
   * Shows where the films are.
   *
   * @param {number} x Frame of the first film.
   * @param {Renderer[]} renderers
   */
  showFrame(x, renderers) {
    const [layers, time] = [layerWords(renderers), timeWords(renderers)];
    setText(this.layer, layers);
    setText(this.time, time);
    this.scrubber.value = String(x);
    setAttribute(this.scrubber, "aria-valuetext", `${layers.replaceAll(FIGURE_SPACE, "")}, ${time}`);
    this.root.dataset.frame = String(Number(x.toFixed(4)));
  }

  /**
   * Shows which controls are on.
   *
   * @param {{ playing: boolean, speed: number, show: Set<string> }} state
   */
  showControls({ playing, speed, show }) {
    const background = backgroundOf(show, Boolean(this.hasDecisions));
    for (const button of findAll(this.root, "[data-speed]")) setPressed(button, Number(button.dataset.speed) === speed);
    for (const button of findAll(this.root, "[data-overlay]"))
      setPressed(button, show.has(button.dataset.overlay ?? ""));
    for (const button of findAll(this.root, "[data-ground]")) setPressed(button, button.dataset.ground === background);
    setPressed(this.play, playing);
    setAttribute(this.play, "aria-label", playing ? "Pause" : "Play");
    setText(this.playWord, playing ? "Pause" : "Play");
    this.root.dataset.playing = String(playing);
  }

  /**
   * Tells visitors who listen where the film is.
   *
   * @param {string[]} notes What else is to be said of it.
   */
  announce(notes) {
    setText(this.said, [this.scrubber.getAttribute("aria-valuetext"), ...notes].join(". "));
  }
}
