// What is known of every angle, as curves, straight or polar, with a marker where the image stands.
import { html, setAttribute, setAttributes, setPressed, svg } from "../runtime/elements.js";
import { clamp } from "../runtime/numbers.js";
import { along, decibelAxis, errorAxis } from "./axes.js";
import { bearing } from "./dial.js";

/** @typedef {import("./data.js").View} View */
/** @typedef {import("./axes.js").Axis} Axis */
/** @typedef {[x: number, y: number]} Point */

/**
 * @typedef {object} Series
 * @property {string} name
 * @property {string} title
 * @property {string} colour
 * @property {string} style A class of its line: "", "quiet" or "dashed".
 * @property {import("./axes.js").Values | null | undefined} values Nothing where they are still to come.
 */

/**
 * @typedef {object} Grid
 * @property {Axis} axis
 * @property {(degrees: number, value: number | null) => Point} place
 * @property {(event: MouseEvent) => number} degreesAt The angle under a pointer.
 */

export class Curves {
  /**
   * @param {SVGElement} plot
   * @param {HTMLElement} legend
   */
  constructor(plot, legend) {
    this.plot = plot;
    this.legend = legend;
    this.words = ""; // for those who listen: what the curves are
    /** @type {{ name: string, title: string, values: import("./axes.js").Values, dot: SVGElement }[]} */
    this.markers = [];
    /** @type {SVGElement | null} */
    this.now = null;
    /** @type {Grid | null} */
    this.grid = null;
  }

  /**
   * @param {Series[]} series
   * @param {View} view
   * @param {number} degrees
   * @param {boolean} whole Whether nothing more is to come.
   */
  draw(series, view, degrees, whole) {
    const { width, height } = this.plot.getBoundingClientRect();
    if (!width) return;
    const drawn = series.filter(({ values }) => values);
    const subject = view === "error" ? "Equivariance error" : "PSNR";
    setAttributes(this.plot, {
      viewBox: `0 0 ${width} ${height}`,
      "data-view": view,
      "data-ready": whole && drawn.length === series.length,
    });
    this.words = `${subject} against the angle, for ${series.map(({ title }) => title).join(", ")}`;
    setAttribute(this.plot, "aria-label", this.words);
    this.plot.replaceChildren();
    this.drawLegend(series);
    this.markers = [];
    this.now = this.grid = null;
    if (!drawn.length) {
      const words = view === "error" ? "Measuring at every angle …" : "Preparing the curves …";
      svg("text", { x: width / 2, y: height / 2, "text-anchor": "middle" }, this.plot, words);
      return;
    }
    const values = drawn.map((one) => one.values ?? []);
    const axis = view === "error" ? errorAxis(values) : decibelAxis(values);
    this.grid =
      view === "polar" ? this.polarGrid(axis, width, height) : this.straightGrid(axis, width, height, subject);
    for (const [k, one] of drawn.entries()) this.drawCurve(one, values[k]);
    this.now = svg("path", { class: "now" }, this.plot);
    this.markers = drawn.map(({ name, title, colour }, k) => {
      const attributes = { r: 7, class: "marker", style: `fill:${colour}`, "data-arm": name };
      return { name, title, values: values[k], dot: svg("circle", attributes, this.plot) };
    });
    this.mark(degrees);
  }

  /** @param {Series[]} series */
  drawLegend(series) {
    this.legend.replaceChildren();
    for (const { title, colour, style } of series) {
      const entry = html("span", {}, this.legend);
      html("i", { class: style, style: `--arm:${colour}` }, entry);
      entry.append(title);
    }
  }

  /**
   * @param {Series} series
   * @param {import("./axes.js").Values} values
   */
  drawCurve({ name, colour, style }, values) {
    const n = values.length;
    const points = Array.from({ length: n + 1 }, (_, k) => this.grid?.place((360 * k) / n, values[k % n]) ?? [0, 0]);
    const path = `M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}`;
    svg("path", { d: path, class: `curve ${style}`, style: `stroke:${colour}`, "data-arm": name }, this.plot);
  }

  /**
   * Moves the markers to an angle.
   *
   * @param {number} degrees
   * @param {Record<string, number | null | undefined>} [known] What is known there, by name, and need not be read off.
   */
  mark(degrees, known = {}) {
    const { grid, now } = this;
    if (!grid || !now) return;
    const spoken = this.markers.map(({ name, title, values, dot }) => {
      const value = known[name] === undefined ? along(values, degrees) : known[name];
      const [cx, cy] = grid.place(degrees, value);
      setAttributes(dot, { cx, cy });
      return `${title} ${grid.axis.words(value)}`;
    });
    setAttribute(this.plot, "aria-label", `${this.words}; at ${Math.round(degrees)}°: ${spoken.join(", ")}`);
    const { low, high, value } = grid.axis;
    const ends = [low, high].map((level) => grid.place(degrees, value(level)));
    setAttributes(now, { d: `M${ends[0]}L${ends[1]}` });
  }

  /**
   * @param {Axis} axis
   * @param {number} width
   * @param {number} height
   * @param {string} subject
   * @returns {Grid}
   */
  straightGrid(axis, width, height, subject) {
    const { plot } = this;
    const [left, right, top, bottom] = [54, width - 18, 30, height - 30];
    const x = (/** @type {number} */ degrees) => left + (degrees / 360) * (right - left);
    const y = (/** @type {number} */ level) => bottom - ((level - axis.low) / (axis.high - axis.low)) * (bottom - top);
    for (const level of axis.ticks) {
      svg("path", { d: `M${left} ${y(level)}H${right}`, class: "grid" }, plot);
      svg("text", { x: left - 8, y: y(level) + 5, "text-anchor": "end" }, plot, axis.label(level));
    }
    for (let degrees = 0; degrees <= 360; degrees += width > 500 ? 45 : 90) {
      svg("path", { d: `M${x(degrees)} ${top}V${bottom}`, class: degrees % 90 ? "grid" : "quarter" }, plot);
      svg("text", { x: x(degrees), y: bottom + 20, "text-anchor": "middle" }, plot, `${degrees}°`);
    }
    svg("text", { x: left, y: 16 }, plot, `${subject}${axis.unit}`);
    return {
      axis,
      place: (degrees, value) => [x(degrees), y(axis.level(value))],
      degreesAt: (event) => {
        const at = event.clientX - plot.getBoundingClientRect().left;
        return clamp((at - left) / (right - left), 0, 1) * 360;
      },
    };
  }

  /**
   * As the image turns: 0° is up, and angles grow counter-clockwise.
   *
   * @param {Axis} axis
   * @param {number} width
   * @param {number} height
   * @returns {Grid}
   */
  polarGrid(axis, width, height) {
    const { plot } = this;
    const [middle, centre, radius] = [width / 2, height / 2, height / 2 - 22];
    const span = axis.high - axis.low;
    const r = (/** @type {number} */ level) => (radius * (level - axis.low + 0.12 * span)) / (1.12 * span);
    /** @type {(degrees: number, distance: number) => Point} */
    const at = (degrees, distance) => {
      const angle = (degrees * Math.PI) / 180;
      return [middle - distance * Math.sin(angle), centre - distance * Math.cos(angle)];
    };
    for (const level of axis.ticks) svg("circle", { cx: middle, cy: centre, r: r(level), class: "grid" }, plot);
    for (let degrees = 0; degrees < 360; degrees += 45) {
      const [x, y] = at(degrees, radius);
      svg("path", { d: `M${middle} ${centre}L${x} ${y}`, class: degrees % 90 ? "grid" : "quarter" }, plot);
      const [tx, ty] = at(degrees, radius + 14);
      const side = degrees < 180 ? "end" : "start";
      svg("text", { x: tx, y: ty + 5, "text-anchor": degrees % 180 ? side : "middle" }, plot, `${degrees}°`);
    }
    for (const level of axis.ticks) {
      const [x, y] = at(-22.5, r(level));
      svg("text", { x, y: y + 5, "text-anchor": "middle" }, plot, axis.label(level));
    }
    svg("text", { x: 4, y: 16 }, plot, `PSNR${axis.unit}`);
    return {
      axis,
      place: (degrees, value) => at(degrees, r(axis.level(value))),
      degreesAt: (event) => (bearing(event, plot) ?? 90) - 90,
    };
  }
}

/** The buttons that choose a view of the curves. */
export class ViewSwitch {
  /**
   * @param {HTMLElement} parent
   * @param {(view: View) => void} onChoose
   */
  constructor(parent, onChoose) {
    this.parent = parent;
    this.onChoose = onChoose;
    /** @type {[View, HTMLElement][]} */
    this.buttons = [];
  }

  /** @param {Record<View, string>} titles Of the views; later ones are the same. */
  build(titles) {
    if (this.buttons.length) return;
    for (const [view, title] of /** @type {[View, string][]} */ (Object.entries(titles))) {
      const button = html("button", { type: "button", "data-view": view }, this.parent, title);
      button.onclick = () => this.onChoose(view);
      this.buttons.push([view, button]);
    }
  }

  /** @param {View} shown */
  press(shown) {
    for (const [view, button] of this.buttons) setPressed(button, view === shown);
  }
}
