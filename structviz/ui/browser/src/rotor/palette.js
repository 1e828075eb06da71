// From grey values to pixels: the colours of images, those of differences, and what a turned image cannot know.
import { bytesOf, clamp } from "../runtime/numbers.js";

/**
 * The 256 colours of a table as pixels of ImageData.
 *
 * @param {Uint8Array} table Red, green, blue of the first colour, of the second, …
 */
export function packedColours(table) {
  const pixels = new Uint32Array(256);
  for (let k = 0; k < 256; k++) {
    pixels[k] = (255 << 24) | (table[3 * k + 2] << 16) | (table[3 * k + 1] << 8) | table[3 * k];
  }
  return pixels;
}

/**
 * For each difference of two grey values, from -255 to 255, the place of its colour in a table.
 *
 * @param {{ low: number, high: number }} image Values of grey 0 and grey 255.
 * @param {{ low: number, high: number }} difference Values of the first and the last colour.
 */
export function differencePlaces(image, difference) {
  return Uint8Array.from({ length: 511 }, (_, k) => {
    const value = ((k - 255) / 255) * (image.high - image.low);
    return clamp(Math.round(((value - difference.low) / (difference.high - difference.low)) * 255), 0, 255);
  });
}

/**
 * 1 for each pixel outside the disc that stays in the picture at every angle.
 *
 * @param {number} side
 */
export function outsideDisc(side) {
  return Uint8Array.from({ length: side * side }, (_, k) => {
    const [x, y] = [k % side, Math.floor(k / side)];
    return (2 * y - side + 1) ** 2 + (2 * x - side + 1) ** 2 > (side - 1) ** 2 ? 1 : 0;
  });
}

export class Palette {
  /**
   * @param {import("./data.js").RotorData["tables"]} tables
   * @param {number} side Pixels of the pictures.
   */
  constructor(tables, side) {
    const limits = (/** @type {import("./data.js").ColourTable} */ [, low, high]) => ({ low, high });
    this.image = packedColours(bytesOf(tables.image[0]));
    const difference = packedColours(bytesOf(tables.difference[0]));
    const places = differencePlaces(limits(tables.image), limits(tables.difference));
    this.difference = Uint32Array.from(places, (place) => difference[place]);
    this.pixels = new ImageData(side, side);
    this.packed = new Uint32Array(this.pixels.data.buffer);
    this.outside = outsideDisc(side);
  }

  /**
   * One frame in colours; as its difference to a frame of the truth, if that is given.
   *
   * @param {Uint8Array} values
   * @param {Uint8Array | null} truth
   * @param {boolean} whole Whether the corners are known; only quarter turns know them.
   */
  paint(values, truth, whole) {
    const { packed, outside, image, difference } = this;
    if (truth) for (let k = 0; k < packed.length; k++) packed[k] = difference[values[k] - truth[k] + 255];
    else for (let k = 0; k < packed.length; k++) packed[k] = image[values[k]];
    if (!whole) for (let k = 0; k < packed.length; k++) if (outside[k]) packed[k] = 0;
    return this.pixels;
  }
}
