// Ink on a sheet of grey pixels: strokes, and undo. It knows no picture.

/** @typedef {readonly [x: number, y: number]} Place Across and down, from 0 to 1. */

export const SIDE = 28; // rows and columns
const RADIUS = 1.1; // of the pen, in pixels
const UNDO_LEVELS = 50;

/**
 * How far `p` is from the segment between `a` and `b`.
 *
 * @param {Place} p
 * @param {Place} a
 * @param {Place} b
 */
function distance(p, a, b) {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length = dx * dx + dy * dy;
  const share = length ? Math.min(1, Math.max(0, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length)) : 0;
  return Math.hypot(p[0] - a[0] - share * dx, p[1] - a[1] - share * dy);
}

export class Ink {
  constructor() {
    /** @type {Uint8ClampedArray} */
    this.pixels = new Uint8ClampedArray(SIDE * SIDE);
    /** @type {Uint8ClampedArray[]} What was there before each stroke. */
    this.before = [];
    /** @type {Place | null} Where the pen is while it is down. */
    this.pen = null;
  }

  get isEmpty() {
    return this.pixels.every((value) => value === 0);
  }

  get canUndo() {
    return this.before.length > 0;
  }

  remember() {
    this.before.push(this.pixels.slice());
    if (this.before.length > UNDO_LEVELS) this.before.shift();
  }

  /** @param {Place} place */
  begin(place) {
    this.remember();
    this.pen = place;
    this.segment(place, place);
  }

  /** @param {Place} place */
  extend(place) {
    if (!this.pen) return;
    this.segment(this.pen, place);
    this.pen = place;
  }

  /** Whether there was a stroke to finish. */
  finish() {
    const was = this.pen !== null;
    this.pen = null;
    return was;
  }

  undo() {
    const before = this.before.pop();
    if (!before) return false;
    this.pen = null;
    this.pixels = before;
    return true;
  }

  clear() {
    if (this.isEmpty) return false;
    this.remember();
    this.pixels = new Uint8ClampedArray(SIDE * SIDE);
    return true;
  }

  /** The pixels as two hexadecimal digits each, rows from the top. */
  get text() {
    return Array.from(this.pixels, (value) => value.toString(16).padStart(2, "0")).join("");
  }

  /**
   * The mark of the pen between two places: white within its radius, and one pixel of shade around.
   *
   * @param {Place} from
   * @param {Place} to
   */
  segment(from, to) {
    const [a, b] = [from, to].map(([x, y]) => /** @type {Place} */ ([SIDE * x, SIDE * y]));
    for (let row = 0; row < SIDE; row++) {
      for (let column = 0; column < SIDE; column++) {
        const shade = RADIUS + 0.5 - distance([column + 0.5, row + 0.5], a, b);
        const k = SIDE * row + column;
        this.pixels[k] = Math.max(this.pixels[k], 255 * Math.min(1, Math.max(0, shade)));
      }
    }
  }
}
