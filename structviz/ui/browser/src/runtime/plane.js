// A picture of the plane in SVG: lines, points in classes, and points that one drags, by pointer or keys.
import { draggable } from "./drag.js";
import { find, html, setAttribute, setAttributes, setText, svg } from "./elements.js";
import { clamp, signed } from "./numbers.js";

/** @typedef {[number, number]} Point To the right and upwards. */

/** @typedef {{ start: () => void, move: (to: Point) => void, end: () => void }} HoldHandlers Keys call all three. */

/** @type {Record<string, Point>} How far an arrow key moves a point. */
const KEYS = { ArrowLeft: [-0.05, 0], ArrowRight: [0.05, 0], ArrowUp: [0, 0.05], ArrowDown: [0, -0.05] };

// Radii about a point that one drags, in halves of the picture: what one sees, and where a finger holds it.
const TIP = 0.06;
const REACH = 0.24;

/** @type {Point[][]} Lines of a grid over the square from −1 to 1, nine each way. */
export const GRID = Array.from({ length: 18 }, (_, k) =>
  Array.from({ length: 33 }, (_, i) => {
    const [along, across] = [i / 16 - 1, (k >> 1) / 4 - 1];
    return k % 2 ? [across, along] : [along, across];
  }),
);

/**
 * Between which numbers points lie, in words.
 *
 * @param {Point[]} points
 */
export function spanWords(points) {
  const [across, up] = [0, 1].map((i) => {
    const values = points.map((point) => point[i]);
    return `${signed(Math.min(...values).toFixed(2))} to ${signed(Math.max(...values).toFixed(2))}`;
  });
  return `${points.length} points, from ${across} across and from ${up} upwards`;
}

/**
 * Half of a square about the origin that holds all places with a margin, between limits. What is not finite counts
 * for nothing.
 *
 * @param {number[][]} places
 * @param {number} least
 * @param {number} most
 */
export function halfOf(places, least, most) {
  const farthest = places.flat().reduce((far, x) => (Number.isFinite(x) ? Math.max(far, Math.abs(x)) : far), 0);
  return 1.1 * clamp(farthest, least, most);
}

export class Plane {
  /**
   * @param {Element} parent
   * @param {string} title Stands below the picture, and names it for those who do not see it.
   * @param {string} part What it shows, for `Component.light`.
   */
  constructor(parent, title, part) {
    this.figure = html("figure", { class: "plane", "data-part": part }, parent);
    this.title = title;
    this.picture = svg("svg", { role: "group", "aria-label": title }, this.figure);
    html("figcaption", {}, this.figure, title);
    this.upright = svg("g", { transform: "scale(1,-1)" }, this.picture);
    this.drawn = svg("g", {}, this.upright);
    this.half = 1;
  }

  /** @param {number} half Shows the square from −half to half both ways, with nothing in it but the arrows. */
  clear(half) {
    this.half = half;
    setAttributes(this.picture, { viewBox: `${-half} ${-half} ${2 * half} ${2 * half}` });
    this.drawn.replaceChildren();
  }

  /**
   * A grid and points of two classes, in place of what was there.
   *
   * @param {number} half As for `clear`.
   * @param {Point[][]} lines
   * @param {Point[]} points
   * @param {{ labels: number[], colours: string[] }} classes
   */
  show(half, lines, points, { labels, colours }) {
    this.clear(half);
    this.lines(lines);
    this.classes(points, labels, colours);
    this.describe(points);
  }

  /** @param {Point[][]} lines Of a grid, maybe bent. */
  lines(lines) {
    const d = lines.map((line) => `M${line.map((place) => place.join(" ")).join("L")}`).join("");
    svg("path", { class: "grid", d }, this.drawn);
  }

  /** @param {Point[]} points @param {number[]} labels Class 0 has discs, class 1 squares. @param {string[]} colours */
  classes(points, labels, colours) {
    colours.forEach((colour, label) => {
      const style = `stroke:${colour};stroke-linecap:${label ? "square" : "round"}`;
      const own = points.filter((_, n) => labels[n] === label);
      svg("path", { class: "points", d: own.map(([x, y]) => `M${x} ${y}h0`).join(""), style }, this.drawn);
    });
  }

  /** @param {Point[]} points Those that are seen, for who listens. */
  describe(points) {
    setAttribute(this.picture, "aria-label", `${this.title}. ${spanWords(points)}`);
  }

  /** @param {Point[]} places Of a curve. @param {string} colour @param {boolean} [dashed] */
  curve(places, colour, dashed = false) {
    if (!places.length) return;
    const style = `stroke:${colour}${dashed ? ";stroke-dasharray:6 4" : ""}`;
    svg("path", { class: "curve", d: `M${places.map((place) => place.join(" ")).join("L")}`, style }, this.drawn);
  }

  /** @param {Point} place @param {string} colour Of a disc. @param {number} [r] Its radius, in halves of the picture. */
  disc([cx, cy], colour, r = 0.04) {
    svg("circle", { class: "disc", cx, cy, r: r * this.half, style: `fill:${colour}` }, this.drawn);
  }

  /** @param {Point} place @param {string} colour Of a ring. @param {number} r Its radius, in halves of the picture. */
  ring([cx, cy], colour, r) {
    svg("circle", { class: "ring", cx, cy, r: r * this.half, style: `stroke:${colour}` }, this.drawn);
  }

  /** @param {string} words Below the picture, in place of the title. */
  caption(words) {
    setText(find(this.figure, "figcaption"), words);
  }

  /** The unit circle and both axes. */
  circle() {
    svg("path", { class: "grid", d: `M${-this.half} 0H${this.half}M0 ${-this.half}V${this.half}` }, this.drawn);
    svg("circle", { class: "unit", cx: 0, cy: 0, r: 1 }, this.drawn);
  }

  /**
   * A point that one drags, in steps of a hundredth.
   *
   * @param {string} label
   * @param {number} longest How far it goes, each way.
   * @param {HoldHandlers} handlers
   */
  handle(label, longest, { start, move, end }) {
    const handle = svg("g", { class: "handle", tabindex: 0, role: "slider", "aria-label": label }, this.upright);
    const [reach, tip] = ["reach", "tip"].map((part) => svg("circle", { class: part }, handle));
    /** @type {Point} */
    let at = [0, 0];
    const within = (/** @type {number} */ value) => Math.round(100 * clamp(value, -longest, longest)) / 100;
    const toPlane = (/** @type {PointerEvent} */ event) => {
      const place = new DOMPoint(event.clientX, event.clientY);
      const { x, y } = place.matrixTransform(this.upright.getScreenCTM()?.inverse());
      move([within(x), within(y)]);
    };
    draggable(handle, { start, move: toPlane, end }, { whole: () => true });
    handle.addEventListener("keydown", (event) => {
      const by = KEYS[event.key];
      if (!by) return;
      event.preventDefault();
      start();
      move([within(at[0] + by[0]), within(at[1] + by[1])]);
      end();
    });
    /** @param {Point} to Puts it somewhere. */
    return (to) => {
      at = to;
      const [cx, cy] = to;
      const spoken = { "aria-valuenow": Math.hypot(cx, cy).toFixed(2), "aria-valuetext": `${cx}, ${cy}` };
      setAttributes(tip, { cx, cy, r: TIP * this.half });
      setAttributes(reach, { cx, cy, r: REACH * this.half });
      setAttributes(handle, spoken);
    };
  }
}
