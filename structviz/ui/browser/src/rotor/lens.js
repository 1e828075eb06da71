// The lens: it enlarges the same place in all pictures.
import { placeOn } from "../runtime/drag.js";
import { context2d, html } from "../runtime/elements.js";
import { clamp } from "../runtime/numbers.js";

const SHARE = 0.46; // of a picture that the lens covers
const ENLARGEMENT = 5;
const LIFT = 0.36; // of a picture by which the lens stands above a finger, which covers it

/** @typedef {import("./figures.js").Figure} Figure */

/**
 * Where the lens stands, in percent of the picture: about the pointer, but inside the picture.
 *
 * @param {number} at From 0 to 1.
 */
export function lensPlace(at) {
  return clamp(100 * at - 50 * SHARE, 0, 100 * (1 - SHARE));
}

export class Lens {
  constructor() {
    this.on = false;
    /** @type {{ figure: Figure, canvas: HTMLCanvasElement }[]} */
    this.glasses = [];
    /** @type {{ x: number, y: number, lift: number } | null} */
    this.at = null;
  }

  /** @param {Figure[]} figures */
  build(figures) {
    this.glasses = figures.map((figure) => {
      const cells = Math.round((SHARE * figure.side) / ENLARGEMENT) | 1; // odd, so that one is in the middle
      const attributes = { class: "lens", width: cells, height: cells, "aria-hidden": "true" };
      return { figure, canvas: html("canvas", attributes, figure.frame) };
    });
  }

  toggle() {
    this.on = !this.on;
    this.hide();
  }

  /**
   * Shows the place under the pointer, if it is on the picture.
   *
   * @param {PointerEvent} event
   * @param {Element} frame
   */
  follow(event, frame) {
    const { x, y } = placeOn(event, frame);
    if (x < 0 || y < 0 || x >= 1 || y >= 1) return this.hide();
    this.at = { x, y, lift: event.pointerType === "touch" ? LIFT : 0 };
    this.draw();
  }

  /** Draws again what it shows, since the pictures have changed. */
  draw() {
    if (!this.at) return;
    const { x, y, lift } = this.at;
    for (const { figure, canvas } of this.glasses) {
      const { side } = figure;
      const cells = canvas.width;
      const context = context2d(canvas);
      context.imageSmoothingEnabled = false;
      context.clearRect(0, 0, cells, cells);
      const [left, top] = [x, y].map((at) => Math.floor(at * side) - (cells >> 1));
      context.drawImage(figure.canvas, left, top, cells, cells, 0, 0, cells, cells);
      Object.assign(canvas.style, {
        visibility: "visible",
        left: `${lensPlace(x)}%`,
        top: `${lensPlace(y - lift)}%`,
      });
    }
  }

  hide() {
    this.at = null;
    for (const { canvas } of this.glasses) canvas.style.visibility = "hidden";
  }
}
