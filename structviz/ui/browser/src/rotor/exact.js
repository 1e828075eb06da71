// The exact pictures of one state, which the server makes for when the image rests.
import { pageInbox } from "../runtime/inbox.js";
import { bytesOf, modulo } from "../runtime/numbers.js";

/** @typedef {import("./data.js").RotorData} RotorData */

export class ExactPictures {
  /** @param {() => void} changed Called when pictures are decoded. */
  constructor(changed) {
    this.changed = changed;
    /** @type {RotorData | null} With which the pictures came. */
    this.data = null;
    /** @type {ImageBitmap[]} */
    this.bitmaps = [];
    /** @type {RotorData | null} Of the pictures that are wanted. */
    this.wanted = null;
  }

  /**
   * Decodes pictures; until that is done, the last ones stay. The page is told when they have been drawn.
   *
   * @param {RotorData} data
   */
  async take(data) {
    this.wanted = data;
    const bitmaps = await Promise.all(data.pictures.map(({ png }) => bitmapOf(png)));
    if (data !== this.wanted) return;
    this.data = data;
    this.bitmaps = bitmaps;
    this.changed();
    pageInbox().put(data.drawn, new Uint8Array());
  }

  /**
   * Whether the pictures are those of a state.
   *
   * @param {number} columns How many there must be.
   * @param {number} degrees
   * @param {{ level: number, seed: number } | null} noise Where the browser adds it; null where the server does.
   */
  areOf(columns, degrees, noise) {
    if (!this.data || this.bitmaps.length !== columns) return false;
    if (modulo(this.data.degrees - degrees, 360) !== 0) return false;
    const { engine } = this.data;
    return !noise || !engine || (engine.level === noise.level && engine.seed === noise.seed);
  }
}

/** @param {string} png Base64. */
function bitmapOf(png) {
  const file = new Blob([bytesOf(png)], { type: "image/png" });
  return createImageBitmap(file, { premultiplyAlpha: "none", colorSpaceConversion: "none" });
}
