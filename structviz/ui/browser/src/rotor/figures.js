// The pictures side by side, each with its title and its numbers.
import { context2d, html, setAttribute, setText } from "../runtime/elements.js";
import { same, signed } from "../runtime/numbers.js";
import { decibels } from "./axes.js";

/** @typedef {import("./data.js").Column} Column */
/** @typedef {{ psnr?: number | null, ssim?: number | null, where?: string }} Numbers PSNR in dB, null for infinity; undefined if unknown. `where` says what has run the network. */

/** One picture: an element that holds it, and what it shows. */
export class Figure {
  /**
   * @param {Column} column
   * @param {number} side Pixels of the picture.
   * @param {HTMLElement} parent
   */
  constructor(column, side, parent) {
    this.column = column;
    this.side = side;
    this.spoken = ""; // its title and number, for who listens
    this.figure = html("figure", { "data-arm": column.name, style: `--arm:${column.colour}` }, parent);
    html("div", { class: "name" }, this.figure, column.title);
    this.frame = html("div", { class: "frame" }, this.figure);
    this.canvas = html("canvas", { class: "picture", width: side, height: side, role: "img" }, this.frame);
    this.context = context2d(this.canvas);
    const caption = html("figcaption", {}, this.figure);
    this.number = html("span", { class: "number" }, caption);
    this.detail = html("span", { class: "detail" }, caption);
  }

  /**
   * Shows an exact picture, or one that was computed or filmed.
   *
   * @param {ImageBitmap | ImageData | null} picture Null leaves the last one, paler.
   */
  show(picture) {
    this.figure.classList.toggle("waiting", !picture);
    if (picture instanceof ImageBitmap) {
      this.context.clearRect(0, 0, this.side, this.side);
      this.context.drawImage(picture, 0, 0);
    } else if (picture) this.context.putImageData(picture, 0, 0);
  }

  /**
   * Writes the numbers of an angle.
   *
   * @param {number} degrees
   * @param {boolean} differences Whether differences are shown.
   * @param {Numbers} numbers
   */
  write(degrees, differences, { psnr, ssim, where }) {
    const { column } = this;
    const measured = column.name !== "truth";
    const number = psnr === undefined ? "…" : decibels(psnr);
    const known = measured && psnr !== undefined;
    setText(this.number, measured ? number : "");
    setText(this.detail, known && typeof ssim === "number" ? `SSIM ${signed(ssim.toFixed(3))}` : "");
    if (where) setAttribute(this.figure, "data-where", where);
    this.spoken = known ? `${column.title} ${number}` : "";
    const kind = differences && column.differs ? ", difference to the truth" : "";
    const words = `${column.title}${kind}, turned by ${Math.round(degrees)}°${known ? `: ${number}` : ""}`;
    setAttribute(this.canvas, "aria-label", words);
  }
}

/** All pictures; they are built anew only if their titles or their size change. */
export class Figures {
  /**
   * @param {HTMLElement} parent
   * @param {(figure: Figure) => void} onBuild Called for each new picture.
   */
  constructor(parent, onBuild) {
    this.parent = parent;
    this.onBuild = onBuild;
    /** @type {Figure[]} */
    this.all = [];
    /** @type {unknown} */
    this.layout = null;
  }

  /**
   * @param {Column[]} columns
   * @param {number} side
   */
  build(columns, side) {
    const layout = [side, columns.map(({ name, title, colour }) => [name, title, colour])];
    if (!same(layout, this.layout)) {
      this.layout = layout;
      this.parent.style.setProperty("--n", String(columns.length));
      this.parent.replaceChildren();
      this.all = columns.map((column) => new Figure(column, side, this.parent));
      this.all.forEach(this.onBuild);
    }
    columns.forEach((column, k) => {
      this.all[k].column = column;
    });
  }
}
