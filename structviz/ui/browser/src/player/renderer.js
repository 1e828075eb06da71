// Draws a film on a canvas: what the plane and space have in common. Whatever looks alike is one path, since hundreds
// of points at 60 frames a second leave no time for one path each.
import { context2d } from "../runtime/elements.js";
import { faded } from "../runtime/theme.js";
import { interpolate } from "./film.js";

/** @typedef {import("./film.js").Film} Film */

/**
 * @typedef {object} Theme Colours as #rrggbb.
 * @property {string} text
 * @property {string} warning
 * @property {string[]} classes
 * @property {boolean} dark Whether the background is dark.
 */

/** @typedef {import("../runtime/orbit.js").View} View */

const TAIL = 8; // layers that a tail reaches back, or a fifth of the film if that is shorter
const MARGIN = 1.5; // pixels round a point for its outline

/** Abstract: `project` and `draw` depend on the dimension. */
export class Renderer {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Film} film
   */
  constructor(canvas, film) {
    this.canvas = canvas;
    this.context = context2d(canvas);
    this.film = film;
    const nodes = film.mesh.rows * film.mesh.columns;
    this.places = new Float32Array(film.n * film.dim);
    this.earlier = new Float32Array(film.n * film.dim);
    this.trail = Array.from({ length: TAIL + 2 }, () => new Float32Array(2 * film.n));
    this.nodes = new Float32Array(nodes * film.dim);
    this.nodesAt = new Float32Array(2 * nodes); // on the canvas
    // A shuffled order, so that neither class always covers the other.
    const rank = (/** @type {number} */ k) => (k * 0.618034) % 1;
    this.order = Array.from({ length: film.n }, (_, k) => k).sort((a, b) => rank(a) - rank(b));
    this.reach = Math.max(1, Math.min(TAIL, film.last / 5));
    this.side = 0; // in CSS pixels
    this.ratio = 1; // of the canvas' pixels to those of CSS
    this.radius = 0;
    /** @type {Theme | null} */
    this.theme = null;
    /** @type {HTMLCanvasElement[]} A picture of a point for each class. */
    this.sprites = [];
    /** @type {CanvasPattern | string} For folded cells. */
    this.hatch = "transparent";
    this.isFine = false; // whether there is time to draw what takes long
    this.x = 0;
    this.frame = 0;
    this.lost = 0; // points that are not finite
    this.outside = 0; // points outside the window
    this.seek(0);
  }

  /**
   * Where coordinates are on the canvas.
   *
   * @abstract
   * @param {Float32Array} _places
   * @param {Float32Array} _out Two numbers for each point.
   * @returns {Float32Array}
   */
  project(_places, _out) {
    throw new Error("Abstract.");
  }

  /**
   * Draws the frame that `seek` has set.
   *
   * @abstract
   * @param {Set<string>} _show
   * @param {View} _view
   */
  draw(_show, _view) {
    throw new Error("Abstract.");
  }

  /**
   * Makes the canvas fit its place on the screen.
   *
   * @param {number} side In CSS pixels.
   * @param {number} ratio Pixels of the screen for each of them.
   * @returns {boolean} Whether anything has changed.
   */
  fit(side, ratio) {
    if (side === this.side && ratio === this.ratio) return false;
    this.side = side;
    this.ratio = ratio;
    this.canvas.width = this.canvas.height = Math.max(1, Math.round(side * ratio));
    this.radius = Math.min(7.5, Math.max(3.2, side / 105));
    this.prepare();
    return true;
  }

  /** @param {Theme} theme */
  setTheme(theme) {
    this.theme = theme;
    this.prepare();
  }

  /** Makes what depends on theme and size alone. */
  prepare() {
    const { theme } = this;
    if (!theme || !this.side) return;
    this.sprites = [0, 1].map((label) => this.makeSprite(label, theme));
    this.hatch = this.makeHatch(theme);
  }

  /**
   * @param {number} label
   * @param {Theme} theme
   */
  makeSprite(label, theme) {
    const { radius, ratio } = this;
    const canvas = document.createElement("canvas");
    const middle = radius + MARGIN;
    canvas.width = canvas.height = Math.ceil(2 * middle * ratio);
    const context = context2d(canvas);
    context.scale(ratio, ratio);
    context.beginPath();
    // Discs and squares of about the same area.
    if (label) context.rect(middle - 0.83 * radius, middle - 0.83 * radius, 1.66 * radius, 1.66 * radius);
    else context.arc(middle, middle, 0.93 * radius, 0, 2 * Math.PI);
    context.fillStyle = theme.classes[label];
    context.fill();
    context.lineWidth = theme.dark ? 1.1 : 1.2;
    context.strokeStyle = theme.dark ? "rgba(255,255,255,0.85)" : "#FFFFFF";
    context.stroke();
    return canvas;
  }

  /** @param {Theme} theme */
  makeHatch(theme) {
    const canvas = document.createElement("canvas");
    const side = Math.round(7 * this.ratio);
    canvas.width = canvas.height = side;
    const context = context2d(canvas);
    context.strokeStyle = theme.warning;
    context.lineWidth = 1.4 * this.ratio;
    context.beginPath();
    for (const shift of [-side, 0, side]) {
      context.moveTo(shift - 1, side + 1);
      context.lineTo(shift + side + 1, -1);
    }
    context.stroke();
    const pattern = this.context.createPattern(canvas, "repeat");
    pattern?.setTransform(new DOMMatrix().scale(1 / this.ratio));
    return pattern ?? "transparent";
  }

  /**
   * Goes to frame `x`, which may lie between two.
   *
   * @param {number} x
   */
  seek(x) {
    const { film, places } = this;
    this.x = x;
    this.frame = Math.round(x);
    interpolate(film.positions, film.n * film.dim, x, places);
    this.lost = this.outside = 0;
    for (let i = 0; i < film.n; i++) {
      let [finite, inside] = [true, true];
      for (let j = 0; j < film.dim; j++) {
        const value = places[i * film.dim + j];
        finite &&= Number.isFinite(value);
        inside &&= Math.abs(value) <= film.window;
      }
      if (!finite) this.lost++;
      else if (!inside) this.outside++;
    }
  }

  begin() {
    const { context, ratio, side, film } = this;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, side, side);
    context.lineCap = "butt";
    context.lineJoin = "round";
    if (!film.mesh.rows) return;
    interpolate(film.mesh.values, this.nodes.length, this.x, this.nodes);
    this.project(this.nodes, this.nodesAt);
  }

  /**
   * Fading lines from where the points were to where they are.
   *
   * @param {Theme} theme
   */
  drawTails(theme) {
    const { context, film, trail, x, earlier, radius, reach } = this;
    const stops = [Math.max(0, x - reach)];
    for (let k = Math.floor(stops[0]) + 1; k < x; k++) stops.push(k);
    stops.push(x);
    stops.forEach((stop, j) => {
      this.project(interpolate(film.positions, earlier.length, stop, earlier), trail[j]);
    });
    for (let j = 1; j < stops.length; j++) {
      const age = (x - (stops[j - 1] + stops[j]) / 2) / reach;
      const [a, b] = [trail[j - 1], trail[j]];
      context.lineWidth = radius * (0.9 - 0.6 * age);
      for (const label of [0, 1]) {
        context.strokeStyle = faded(theme.classes[label], (theme.dark ? 0.5 : 0.38) * (1 - age) ** 1.3);
        context.beginPath();
        for (let i = 0; i < film.n; i++) {
          if (film.labels[i] !== label || !Number.isFinite(a[2 * i] + b[2 * i] + a[2 * i + 1] + b[2 * i + 1])) continue;
          context.moveTo(a[2 * i], a[2 * i + 1]);
          context.lineTo(b[2 * i], b[2 * i + 1]);
        }
        context.stroke();
      }
    }
  }

  /**
   * The picture of a point.
   *
   * @param {number} i
   * @param {number} x
   * @param {number} y
   * @param {number} [size] 1 for its usual size.
   */
  drawPoint(i, x, y, size = 1) {
    const half = (this.radius + MARGIN) * size;
    this.context.drawImage(this.sprites[this.film.labels[i]], x - half, y - half, 2 * half, 2 * half);
  }

  /** The classifier's line decides at the end, so it darkens during the last layer. */
  lineOpacity() {
    return 0.38 + 0.62 * Math.max(0, this.x - this.film.last + 1);
  }
}
