// The sheet: an SVG picture from -100 to 100 in both directions, with the points, a grid, and what the pointer or the
// keys would do.
import { placeOn } from "../runtime/drag.js";
import { find, setAttribute, setAttributes, svg } from "../runtime/elements.js";
import { signed } from "../runtime/numbers.js";
import { ERASER } from "./drawing.js";

/** @typedef {import("./drawing.js").Place} Place */
/** @typedef {import("./drawing.js").Point} Point */

const RADIUS = 2.4; // of a point, in hundredths of the half-width of the sheet

/** @type {Record<string, (radius: number) => string>} */
const SHAPES = {
  circle: (r) => `M${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`,
  square: (r) => `M${-0.87 * r} ${-0.87 * r}h${1.74 * r}v${1.74 * r}h${-1.74 * r}z`,
  diamond: (r) => `M0 ${-1.22 * r}L${1.22 * r} 0L0 ${1.22 * r}L${-1.22 * r} 0z`,
};

/**
 * The path of a symbol about the origin.
 *
 * @param {string} symbol
 * @param {number} [radius]
 */
export function symbolPath(symbol, radius = 1) {
  return SHAPES[symbol](radius);
}

/**
 * Round numbers for the grid of a sheet, two or three on each side of 0, which is none of them; those at the edge have
 * no room.
 *
 * @param {number} halfWidth
 * @returns {{ value: number, at: number }[]} Each with its place in hundredths of the half-width.
 */
export function gridTicks(halfWidth) {
  const least = halfWidth / 3;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = power * ([1, 2, 5].find((digit) => digit * power >= least * (1 - 1e-9)) ?? 10);
  const ticks = [];
  for (let k = -Math.floor(halfWidth / step); k * step <= halfWidth; k++) {
    const at = (100 * k * step) / halfWidth;
    if (k && Math.abs(at) <= 92) ticks.push({ value: Number((k * step).toPrecision(6)), at });
  }
  return ticks;
}

/**
 * What a sheet shows, for those who listen.
 *
 * @param {number} halfWidth
 * @param {Point[]} points
 */
export function sheetWords(halfWidth, points) {
  const counts = [0, 1].map((label) => `${points.filter((point) => point[2] === label).length} of class ${label}`);
  const [low, high] = [-halfWidth, halfWidth].map(signed);
  return `Drawing area, both coordinates from ${low} to ${high}; points: ${counts.join(", ")}`;
}

export class Sheet {
  /**
   * @param {HTMLElement} root Of the brush.
   * @param {string[]} symbols Of the classes.
   */
  constructor(root, symbols) {
    this.element = find(root, ".sheet");
    this.symbols = symbols;
    this.points = find(root, ".points");
    this.ghost = find(root, ".ghost");
    this.ring = find(root, ".ring");
    this.cursor = find(root, ".cursor");
    this.grid = find(root, ".grid");
    this.ticks = find(root, ".ticks");
    this.ring.setAttribute("r", String(ERASER));
    this.halfWidth = 1;
    /** @type {WeakMap<Point, SVGPathElement>} */
    this.elements = new WeakMap();
  }

  /** @param {number} halfWidth */
  setHalfWidth(halfWidth) {
    this.halfWidth = halfWidth;
    this.elements = new WeakMap();
    this.ticks.replaceChildren();
    let lines = "";
    for (const { value, at } of gridTicks(halfWidth)) {
      lines += `M${at} -100V100M-100 ${at}H100`;
      svg("text", { x: at, y: 97, "text-anchor": "middle" }, this.ticks, signed(value));
      svg("text", { x: -97, y: 2.2 - at }, this.ticks, signed(value));
    }
    this.grid.setAttribute("d", lines);
    setAttribute(this.element, "aria-keyshortcuts", "ArrowLeft ArrowRight ArrowUp ArrowDown Enter Control+Z");
  }

  /**
   * Where a pointer is, in coordinates of the points.
   *
   * @param {MouseEvent} event
   * @returns {Place}
   */
  placeOf(event) {
    const { x, y } = placeOn(event, this.element);
    return [this.halfWidth * (2 * x - 1), this.halfWidth * (1 - 2 * y)];
  }

  /** @param {Point[]} points */
  draw(points) {
    this.points.replaceChildren(...points.map((point) => this.elementOf(point)));
    setAttribute(this.element, "aria-label", sheetWords(this.halfWidth, points));
  }

  /** @param {Point} point */
  elementOf(point) {
    const found = this.elements.get(point);
    if (found) return found;
    const [x, y, label] = point;
    const element = svg("path", { d: symbolPath(this.symbols[label], RADIUS), "data-label": label });
    this.put(element, [x, y]);
    this.elements.set(point, element);
    return element;
  }

  /**
   * @param {Element} element
   * @param {Place} place
   */
  put(element, [x, y]) {
    const zoom = 100 / this.halfWidth;
    element.setAttribute("transform", `translate(${(zoom * x).toFixed(2)} ${(-zoom * y).toFixed(2)})`);
  }

  /**
   * Shows the point that a click would set here.
   *
   * @param {Place} place
   * @param {number} label
   */
  showGhost(place, label) {
    this.hidePen();
    setAttributes(this.ghost, { d: symbolPath(this.symbols[label], RADIUS), "data-label": label });
    this.reveal(this.ghost, place);
  }

  /**
   * Shows what the eraser would take here.
   *
   * @param {Place} place
   */
  showEraser(place) {
    this.hidePen();
    this.reveal(this.ring, place);
  }

  hidePen() {
    this.ghost.classList.remove("shown");
    this.ring.classList.remove("shown");
  }

  /** @param {Place} place */
  showCursor(place) {
    this.hidePen();
    this.reveal(this.cursor, place);
  }

  hideCursor() {
    this.cursor.classList.remove("shown");
  }

  /**
   * @param {Element} element
   * @param {Place} place
   */
  reveal(element, place) {
    this.put(element, place);
    element.classList.add("shown");
  }
}
