// One column of the viewer: a slice with the square of the zoom and the line, the zoom, and what is written there.
import { context2d, html, setAttribute, setAttributes, setText, svg } from "../runtime/elements.js";
import { frameValues, metricsText, paint, shownFrame, zoomSquare } from "./slices.js";
import { sliceWords, zoomWords } from "./words.js";

/** @typedef {import("./data.js").ViewState} ViewState */
/** @typedef {import("./slices.js").SliceStack} SliceStack */

export class Column {
  /**
   * @param {SliceStack} stack
   * @param {number} side Pixels of the slices.
   * @param {HTMLElement} parent
   */
  constructor(stack, side, parent) {
    this.stack = stack;
    this.side = side;
    const { name, title, colour } = stack;
    const figure = html("figure", { style: `--arm:${colour}`, "data-arm": name }, parent);
    html("div", { class: "name" }, figure, title);
    const frame = { tabindex: 0, role: "img" };
    this.whole = html("div", { ...frame, class: "frame whole" }, figure);
    this.canvas = html("canvas", { width: side, height: side, class: "slice" }, this.whole);
    const overlay = svg("svg", { viewBox: "0 0 1 1", preserveAspectRatio: "none" }, this.whole);
    this.box = svg("rect", { class: "box" }, overlay);
    this.line = svg("line", { class: "line" }, overlay);
    this.ends = [0, 1].map(() => svg("circle", { class: "end", r: 0.018 }, overlay));
    this.printed = html("div", { class: "printed" }, figure);
    this.close = html("div", { ...frame, class: "frame close" }, figure);
    this.detail = html("canvas", { class: "detail" }, this.close);
    this.under = html("div", { class: "under" }, figure);
    this.image = new ImageData(side, side);
  }

  /**
   * The values of the frame that it shows.
   *
   * @param {ViewState} view
   */
  values(view) {
    return frameValues(this.stack, shownFrame(this.stack, view.iterate));
  }

  /** @param {ViewState} view */
  metrics(view) {
    return this.stack.psnr.length ? metricsText(this.stack, shownFrame(this.stack, view.iterate)) : "";
  }

  /**
   * @param {ViewState} view
   * @param {Float32Array | null} truth For the difference to it.
   * @param {Uint8Array} table Colours of differences.
   * @param {number} water Attenuation of water in 1/cm.
   */
  draw(view, truth, table, water) {
    setAttribute(this.whole, "aria-label", sliceWords(this.stack, view, truth !== null, water));
    setAttribute(this.close, "aria-label", zoomWords(this.stack, view));
    paint(this.values(view), truth, view, table, this.image.data);
    context2d(this.canvas).putImageData(this.image, 0, 0);
    this.drawZoom(view);
    this.drawLine(view.profile);
    // A number and its name never part at a line's end.
    setText(this.printed, this.metrics(view).replace(/(?<! ·) (?!·)/g, "\u00a0"));
  }

  /** @param {ViewState} view */
  drawZoom(view) {
    const { detail, side } = this;
    const square = zoomSquare(view);
    const size = Math.round(this.close.clientWidth * devicePixelRatio) || side;
    if (detail.width !== size) detail.width = detail.height = size;
    const context = context2d(detail);
    context.imageSmoothingEnabled = false;
    const [left, top, width] = [square.left, square.top, square.side].map((share) => share * side);
    context.drawImage(this.canvas, left, top, width, width, 0, 0, size, size);
    setAttributes(this.box, { x: square.left, y: square.top, width: square.side, height: square.side });
  }

  /** @param {ViewState["profile"]} profile */
  drawLine(profile) {
    for (const part of [this.line, ...this.ends]) part.style.display = profile ? "" : "none";
    if (!profile) return;
    const [y1, x1, y2, x2] = profile;
    setAttributes(this.line, { x1, y1, x2, y2 });
    setAttributes(this.ends[0], { cx: x1, cy: y1 });
    setAttributes(this.ends[1], { cx: x2, cy: y2 });
  }
}
