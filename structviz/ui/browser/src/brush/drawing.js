// What is drawn: points of two classes, strokes that add and erase them, and undo. It knows no picture.

/**
 * x, y and the label 0 or 1. Points are never altered, so that the states for undo may share them.
 *
 * @typedef {readonly [x: number, y: number, label: number]} Point
 */
/** @typedef {readonly [x: number, y: number]} Place */

/**
 * @typedef {object} Stroke
 * @property {number} label
 * @property {boolean} erases
 * @property {Point[]} before What was there when it began.
 * @property {Place} from Where it is.
 * @property {number} left How far it goes, in hundredths of the half-width, until the next point.
 * @property {Point[]} own Points that it has added.
 */

const UNDO_LEVELS = 100;
const PRECISION = 1e4; // what is reported has four decimals, and so has what is drawn

// In hundredths of the half-width of the sheet.
const STRIDE = 7; // of a stroke between two points
const JITTER = 2.2;
const APART = 4.5; // two points of one stroke are never closer
const CURSOR_STEP = 5;
export const ERASER = 6; // radius

/** @param {number} x */
const rounded = (x) => Math.round(x * PRECISION) / PRECISION + 0; // never -0

/**
 * How far `p` is from the segment between `a` and `b`.
 *
 * @param {Point | Place} p
 * @param {Place} a
 * @param {Place} b
 */
export function distance(p, a, b) {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length = dx * dx + dy * dy;
  const share = length ? Math.min(1, Math.max(0, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length)) : 0;
  return Math.hypot(p[0] - a[0] - share * dx, p[1] - a[1] - share * dy);
}

/**
 * Where a cursor on the sheet goes: from a place between its steps to the next one, and no farther than the edge.
 *
 * @param {Place} place
 * @param {Place} direction
 * @param {number} halfWidth
 * @param {number} [steps]
 * @returns {Place}
 */
export function moved(place, direction, halfWidth, steps = 1) {
  const along = (/** @type {0 | 1} */ k) => {
    const there = (Math.round((100 * place[k]) / halfWidth / CURSOR_STEP) + steps * direction[k]) * CURSOR_STEP;
    return (halfWidth * Math.min(100, Math.max(-100, there))) / 100;
  };
  return [along(0), along(1)];
}

export class Drawing {
  /**
   * @param {object} options
   * @param {number} options.limit Most points that it holds.
   * @param {number} options.halfWidth Of the sheet, on which new points lie.
   * @param {() => number} [options.random] A number from 0 to 1.
   */
  constructor({ limit, halfWidth, random = Math.random }) {
    this.limit = limit;
    this.halfWidth = halfWidth;
    this.random = random;
    /** @type {Point[]} */
    this.points = [];
    /** @type {Point[][]} */
    this.history = [];
    /** @type {Stroke | null} */
    this.stroke = null;
  }

  get isFull() {
    return this.points.length >= this.limit;
  }

  get canUndo() {
    return this.history.length > 0;
  }

  /** How many points lie outside the sheet. */
  get outside() {
    return this.points.filter((point) => !this.holds(point)).length;
  }

  /**
   * How many points a class has.
   *
   * @param {number} label
   */
  count(label) {
    return this.points.filter((point) => point[2] === label).length;
  }

  /** @param {Point | Place} place */
  holds([x, y]) {
    return Math.max(Math.abs(x), Math.abs(y)) <= this.halfWidth;
  }

  /**
   * Puts other points there; there is nothing to undo then.
   *
   * @param {Point[]} points
   */
  replace(points) {
    this.points = points;
    this.history = [];
  }

  /**
   * Begins a stroke with a point, or with what lies under the eraser.
   *
   * @param {Place} place
   * @param {{ label: number, erases: boolean }} tool
   */
  begin(place, { label, erases }) {
    this.stroke = { label, erases, before: this.points, from: place, left: STRIDE, own: [] };
    if (erases) this.erase(place, place);
    else this.add(place, this.stroke);
  }

  /**
   * Draws the stroke on to a place.
   *
   * @param {Place} to
   */
  extend(to) {
    const { stroke } = this;
    if (!stroke) return;
    if (stroke.erases) this.erase(stroke.from, to);
    else this.spray(to, stroke);
    stroke.from = to;
  }

  /**
   * Ends the stroke.
   *
   * @returns {boolean} Whether it has changed the points.
   */
  finish() {
    const before = this.stroke?.before ?? this.points;
    this.stroke = null;
    if (before === this.points) return false;
    this.remember(before);
    return true;
  }

  /** Takes back the last stroke or the last `clear`; false if there is nothing to undo. */
  undo() {
    const before = this.stroke ? undefined : this.history.pop();
    if (!before) return false;
    this.points = before;
    return true;
  }

  /** Removes all points; false if there are none. */
  clear() {
    if (this.stroke || !this.points.length) return false;
    this.remember(this.points);
    this.points = [];
    return true;
  }

  /**
   * Points at even distances along the way, a little off it; none where the same stroke has been.
   *
   * @param {Place} to
   * @param {Stroke} stroke
   */
  spray(to, stroke) {
    const { from } = stroke;
    const unit = this.halfWidth / 100;
    const length = Math.hypot(to[0] - from[0], to[1] - from[1]) / unit;
    let at = stroke.left;
    for (; at <= length; at += STRIDE) {
      const [angle, off] = [2 * Math.PI * this.random(), JITTER * Math.sqrt(this.random()) * unit];
      const x = from[0] + (at / length) * (to[0] - from[0]) + off * Math.cos(angle);
      const y = from[1] + (at / length) * (to[1] - from[1]) + off * Math.sin(angle);
      if (stroke.own.every((point) => Math.hypot(point[0] - x, point[1] - y) >= APART * unit)) this.add([x, y], stroke);
    }
    stroke.left = at - length;
  }

  /**
   * @param {Place} place
   * @param {Stroke} stroke
   */
  add([x, y], stroke) {
    if (this.isFull || !this.holds([x, y])) return;
    /** @type {Point} */
    const point = [rounded(x), rounded(y), stroke.label];
    stroke.own.push(point);
    this.points = [...this.points, point];
  }

  /**
   * @param {Place} from
   * @param {Place} to
   */
  erase(from, to) {
    const reach = (ERASER * this.halfWidth) / 100;
    const kept = this.points.filter((point) => distance(point, from, to) > reach);
    if (kept.length < this.points.length) this.points = kept;
  }

  /** @param {Point[]} before */
  remember(before) {
    this.history.push(before);
    if (this.history.length > UNDO_LEVELS) this.history.shift();
  }
}
