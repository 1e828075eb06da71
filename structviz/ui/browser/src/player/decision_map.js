// The classifier's probabilities over the window: a picture, and the line where both classes are equally likely.
import { context2d } from "../runtime/elements.js";
import { interpolate } from "./film.js";

/** @typedef {import("./film.js").Film} Film */

const EVEN = 127.5; // where both classes are equally likely, on the scale from 0 to 255

// Of four neighbouring pixels, clockwise from the upper left.
const CORNER_X = [0, 1, 1, 0];
const CORNER_Y = [0, 0, 1, 1];

export class DecisionMap {
  /** @param {Film} film */
  constructor(film) {
    this.rows = film.pixels[0];
    this.columns = film.pixels[1];
    this.values = film.decisions;
    this.decide = film.decide;
    this.levels = new Float32Array(this.rows * this.columns);
    this.canvas = document.createElement("canvas");
    this.canvas.width = this.columns;
    this.canvas.height = this.rows;
    this.context = context2d(this.canvas);
    this.image = new ImageData(this.columns, this.rows);
    this.pixels = new Uint32Array(this.image.data.buffer);
    this.tints = new Uint32Array(256);
  }

  /**
   * The colour of each probability: transparent where the classes are even.
   *
   * @param {string[]} classes
   * @param {number} opacity
   */
  setColours(classes, opacity) {
    for (let p = 0; p < 256; p++) {
      const colour = classes[p < EVEN ? 0 : 1];
      const alpha = Math.round(255 * opacity * Math.abs(p / EVEN - 1) ** 0.8);
      const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
      this.tints[p] = ((alpha << 24) | (b << 16) | (g << 8) | r) >>> 0;
    }
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} side
   * @param {number} x Frame.
   * @param {string} border Colour of the line where both classes are equally likely.
   * @param {boolean} isFine Whether there is time for every pixel.
   */
  draw(context, side, x, border, isFine) {
    const { levels, pixels, tints } = this;
    this.decide?.(Math.floor(x), isFine);
    this.decide?.(Math.ceil(x), isFine);
    interpolate(this.values, levels.length, x, levels);
    for (let i = 0; i < levels.length; i++) pixels[i] = tints[Math.round(levels[i])];
    this.context.putImageData(this.image, 0, 0);
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = "high";
    context.drawImage(this.canvas, 0, 0, side, side);
    context.beginPath();
    for (let r = 0; r + 1 < this.rows; r++)
      for (let c = 0; c + 1 < this.columns; c++) this.addBorder(context, side, r, c);
    context.strokeStyle = border;
    context.lineWidth = 1.2;
    context.stroke();
  }

  /**
   * The level line at one half between four neighbouring pixels.
   *
   * @param {CanvasRenderingContext2D} context
   * @param {number} side
   * @param {number} r
   * @param {number} c
   */
  addBorder(context, side, r, c) {
    const { levels, rows, columns } = this;
    const i = r * columns + c;
    const corners = [levels[i], levels[i + 1], levels[i + columns + 1], levels[i + columns]];
    const high = corners.map((level) => level > EVEN);
    if (high[0] === high[1] && high[1] === high[2] && high[2] === high[3]) return;
    let begun = false;
    for (let e = 0; e < 4; e++) {
      const f = (e + 1) % 4;
      if (high[e] === high[f]) continue;
      const share = (EVEN - corners[e]) / (corners[f] - corners[e]);
      const [dx, dy] = [CORNER_X, CORNER_Y].map((place) => place[e] + share * (place[f] - place[e]));
      const [x, y] = [((c + 0.5 + dx) * side) / columns, ((r + 0.5 + dy) * side) / rows];
      if (begun) context.lineTo(x, y);
      else context.moveTo(x, y);
      begun = !begun;
    }
  }
}
