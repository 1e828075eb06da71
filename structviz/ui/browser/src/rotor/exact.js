// The exact pictures of one state, which the server makes for when the image rests.
import { bytesOf, modulo } from "../runtime/numbers.js";

/** @typedef {import("./data.js").RotorData} RotorData */
/** @typedef {{ data: RotorData, bitmaps: ImageBitmap[] }} Exact Pictures, and the data that they came with. */

/** @param {RotorData} data @returns {Promise<Exact>} */
export async function decoded(data) {
  const bitmaps = data.pictures.map(({ png }) =>
    createImageBitmap(new Blob([bytesOf(png)], { type: "image/png" }), {
      premultiplyAlpha: "none",
      colorSpaceConversion: "none",
    }),
  );
  return { data, bitmaps: await Promise.all(bitmaps) };
}

/**
 * Whether the pictures are those of a state.
 *
 * @param {Exact | null} exact
 * @param {number} columns How many there must be.
 * @param {number} degrees
 * @param {{ level: number, seed: number } | null} noise Where the browser adds it; null where the server does.
 */
export function areOf(exact, columns, degrees, noise) {
  if (exact?.bitmaps.length !== columns || modulo(exact.data.degrees - degrees, 360) !== 0) return false;
  const { engine } = exact.data;
  return !noise || !engine || (engine.level === noise.level && engine.seed === noise.seed);
}
