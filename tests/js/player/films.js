// Films for tests.
import { readFilms } from "../../../structviz/ui/browser/src/player/film.js";
import { packed } from "../runtime/packets.js";

/**
 * The payload of films with two points each, a mesh of 2 × 3 nodes and one arrow.
 *
 * @param {...object} panels Heads, with `times` at least, and `folded`, a list of bytes.
 */
export function payload(...panels) {
  const shapes = {};
  const arrays = {};
  const heads = panels.map(({ folded = [0], ...panel }, k) => {
    const frames = panel.times.length;
    const own = {
      positions: { values: Float32Array.from({ length: frames * 4 }, (_, i) => i / 2), shape: [frames, 2, 2] },
      mesh: { values: Int16Array.from({ length: frames * 12 }, (_, i) => (i ? i : -32768)), shape: [frames, 2, 3, 2] },
      arrows: { values: new Int16Array(frames * 2), shape: [frames, 1, 2] },
      anchors: { values: new Float32Array(2), shape: [1, 2] },
      decisions: { values: new Uint8Array(frames * 4), shape: [frames, 2, 2] },
      folded: { values: Uint8Array.from(folded), shape: [folded.length] },
      labels: { values: Uint8Array.of(0, 1), shape: [2] },
    };
    for (const [name, { values, shape }] of Object.entries(own)) {
      arrays[`${k}/${name}`] = values;
      shapes[`${k}/${name}`] = shape;
    }
    return {
      title: `Film ${k}`,
      caption: "",
      normal: [1, 0],
      offset: 0,
      half_width: 2,
      n_layers: frames - 1,
      speed: 1,
      cells: 2,
      scales: { mesh: 0.5, arrows: 1 },
      ...panel,
    };
  });
  return packed(
    { colours: ["#d55e00", "#0072b2"], panels: heads },
    /** @type {any} */ (arrays),
    /** @type {any} */ (shapes),
  );
}

/** @param {...object} panels */
export const films = (...panels) => readFilms(payload(...panels)).films;

/** @param {number} n */
export const evenTimes = (n, step = 1) => Array.from({ length: n }, (_, k) => k * step);
