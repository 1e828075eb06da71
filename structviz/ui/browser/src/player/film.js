// Films: what came as a packet, and where everything is between two frames.
import { unpack } from "../runtime/packet.js";

const NOT_FINITE = -32768; // stands for a number that is not finite

/**
 * Points, a mesh, velocities and decisions, layer by layer. structviz/figures/film_encoding.py says what the numbers are.
 *
 * @typedef {object} Film
 * @property {string} title
 * @property {string} caption
 * @property {number[]} times Of the frames, increasing.
 * @property {number[]} normal Of the classifier.
 * @property {number} offset Of the classifier.
 * @property {number} window Half-width of what is shown.
 * @property {number} speed The length of an arrow that just reaches its neighbour.
 * @property {number} layers How many there are; frames may leave some out.
 * @property {number} last The last frame.
 * @property {number} n Points.
 * @property {number} dim 2 or 3.
 * @property {Uint8Array} labels 0 or 1 for each point.
 * @property {Float32Array} positions `dim` numbers for each point of each frame.
 * @property {{ values: Float32Array, rows: number, columns: number }} mesh `dim` numbers for each node of each frame.
 * @property {number} cells Of the mesh, that can be folded.
 * @property {Uint8Array} folded 1 for each folded cell of each frame.
 * @property {number[]} folds How many cells are folded in each frame.
 * @property {Float32Array} anchors Two numbers for each arrow.
 * @property {Float32Array} arrows Two numbers for each arrow of each frame.
 * @property {Uint8Array} decisions Probabilities of class 1 for each pixel of each frame; 255 stands for 1.
 * @property {number[]} pixels Rows and columns of the decisions.
 * @property {(frame: number, isFine: boolean) => void} [decide] Computes the decisions of a frame, coarsely or in full,
 *   for a film that is computed here.
 */

/**
 * The films of a packet, and the colours of the classes.
 *
 * @param {Uint8Array} payload
 * @returns {{ colours: string[], films: Film[] }}
 */
export function readFilms(payload) {
  const { head, arrays } = unpack(payload);
  const films = head.panels.map((/** @type {any} */ panel, /** @type {number} */ k) =>
    readFilm(
      panel,
      (name) => arrays[`${k}/${name}`],
      (name) => head.arrays[`${k}/${name}`].shape,
    ),
  );
  return { colours: head.colours, films };
}

/**
 * @param {any} panel
 * @param {(name: string) => any} values
 * @param {(name: string) => number[]} shape
 * @returns {Film}
 */
function readFilm(panel, values, shape) {
  /** @param {string} name */
  const scaled = (name) =>
    Float32Array.from(/** @type {Int16Array} */ (values(name)), (v) =>
      v === NOT_FINITE ? Number.NaN : v * panel.scales[name],
    );
  const [frames, n, dim] = shape("positions");
  const [, rows, columns] = shape("mesh");
  const { cells } = panel;
  const bits = values("folded");
  const folded = Uint8Array.from({ length: frames * cells }, (_, k) => (bits[k >> 3] >> (k & 7)) & 1);
  return {
    title: panel.title,
    caption: panel.caption,
    times: panel.times,
    normal: panel.normal,
    offset: panel.offset,
    window: panel.half_width,
    speed: panel.speed,
    layers: panel.n_layers,
    last: frames - 1,
    n,
    dim,
    labels: values("labels"),
    positions: values("positions"),
    mesh: { values: scaled("mesh"), rows, columns },
    cells,
    folded,
    folds: Array.from({ length: frames }, (_, k) =>
      folded.subarray(k * cells, (k + 1) * cells).reduce((sum, cell) => sum + cell, 0),
    ),
    anchors: values("anchors"),
    arrows: scaled("arrows"),
    decisions: values("decisions"),
    pixels: shape("decisions").slice(1),
  };
}

/**
 * The numbers of frame `x`: on a straight line from frame to frame, as Euler's step goes, and at a whole frame exactly
 * what the film has there.
 *
 * @template {Float32Array} Out
 * @param {Float32Array | Uint8Array} values
 * @param {number} size Numbers of one frame.
 * @param {number} x
 * @param {Out} out Takes the numbers.
 * @returns {Out}
 */
export function interpolate(values, size, x, out) {
  const k = Math.floor(x);
  const share = x - k;
  const from = k * size;
  if (share === 0) out.set(values.subarray(from, from + size));
  else for (let i = 0; i < size; i++) out[i] = values[from + i] + share * (values[from + size + i] - values[from + i]);
  return out;
}

/**
 * The time at frame `x`.
 *
 * @param {number[]} times
 * @param {number} x
 */
export function timeAt(times, x) {
  const k = Math.min(Math.floor(x), times.length - 2);
  return times[k] + (x - k) * (times[k + 1] - times[k]);
}

/**
 * The frame at time `t`, which may lie between two; no farther than the first and the last one.
 *
 * @param {number[]} times
 * @param {number} t
 */
export function frameAt(times, t) {
  let [low, high] = [0, times.length - 1];
  if (t <= times[0]) return 0;
  if (t >= times[high]) return high;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (times[middle] <= t) low = middle;
    else high = middle;
  }
  return snap(low + (t - times[low]) / (times[high] - times[low]));
}

/**
 * Round-off must not hide that a frame is reached.
 *
 * @param {number} x
 */
export function snap(x) {
  const whole = Math.round(x);
  return Math.abs(x - whole) < 1e-6 ? whole : x;
}

/**
 * Which part of a film's time has passed at frame `x`.
 *
 * @param {number[]} times
 * @param {number} x
 */
export function shareAt(times, x) {
  return (timeAt(times, x) - times[0]) / duration(times);
}

/**
 * The frame at which this part of a film's time has passed.
 *
 * @param {number[]} times
 * @param {number} share
 */
export function frameAtShare(times, share) {
  return frameAt(times, times[0] + share * duration(times));
}

/** @param {number[]} times */
function duration(times) {
  return times[times.length - 1] - times[0];
}

/**
 * Where another film is when this one is at frame `x`: both have gone through the same share of their time.
 *
 * @param {Film} film
 * @param {Film} other
 * @param {number} x
 */
export function inStep(film, other, x) {
  if (other === film || sameTimes(film.times, other.times)) return x;
  return frameAtShare(other.times, shareAt(film.times, x));
}

/** @param {number[]} a @param {number[]} b */
function sameTimes(a, b) {
  return a.length === b.length && a.every((t, k) => t === b[k]);
}

/**
 * The layer that a frame shows; the film may leave some out.
 *
 * @param {Film} film
 * @param {number} frame
 */
export function layerOf(film, frame) {
  return film.layers === film.last ? frame : Math.round(film.layers * shareAt(film.times, frame));
}

/**
 * Whether the mesh of any film is folded, in quarters of a frame of the first film.
 *
 * @param {Film[]} films
 * @returns {boolean[]}
 */
export function foldedQuarters(films) {
  const [first] = films;
  return Array.from({ length: 4 * first.last }, (_, k) =>
    films.some((film) => film.folds[Math.round(inStep(first, film, (k + 0.5) / 4))] > 0),
  );
}
