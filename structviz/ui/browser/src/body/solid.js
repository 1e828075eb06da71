// A box with coloured faces on a canvas, in parallel projection, with its attitude as it is: a matrix that is no rotation
// draws a box that is no box.
import { context2d } from "../runtime/elements.js";
import { axesOf } from "../runtime/orbit.js";
import { faded } from "../runtime/theme.js";
import { determinant, times } from "./model.js";

/** @typedef {import("../runtime/orbit.js").View} View */

/** Of the faces at the ends of each axis, forwards and backwards. */
const FACES = [
  ["#0072B2", "#56B4E9"],
  ["#D55E00", "#E69F00"],
  ["#009E73", "#CC79A7"],
];
const MARGIN = 1.12;

/** @param {number[]} a @param {number[]} b */
const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
/** @param {number[]} a @param {number[]} b */
const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];

/**
 * The three faces of a box that the eye sees: for each axis its end, and its four corners before the attitude.
 *
 * @param {number[]} attitude
 * @param {number[]} half Half the edges.
 * @param {number[]} near Where the eye is.
 */
export function facesSeen(attitude, half, near) {
  const columns = [0, 1, 2].map((j) => [attitude[j], attitude[j + 3], attitude[j + 6]]);
  const turned = Math.sign(determinant(attitude)) || 1;
  return [0, 1, 2].map((axis) => {
    const [j, k] = [(axis + 1) % 3, (axis + 2) % 3];
    // Normals go by the inverse transposed matrix, up to its determinant.
    const slant = dot(cross(columns[j], columns[k]), near) * turned;
    const end = slant >= 0 ? 1 : -1;
    const corners = [
      [1, 1],
      [1, -1],
      [-1, -1],
      [-1, 1],
    ].map(([a, b]) => {
      const corner = [0, 0, 0];
      corner[axis] = end * half[axis];
      corner[j] = a * half[j];
      corner[k] = b * half[k];
      return corner;
    });
    return { axis, end, corners };
  });
}

export class Solid {
  /** @param {HTMLCanvasElement} canvas @param {number[]} half Half the edges of the box. */
  constructor(canvas, half) {
    this.canvas = canvas;
    this.context = context2d(canvas);
    this.half = half;
  }

  /**
   * @param {number[]} attitude
   * @param {View} view
   * @param {number[]} momentum In axes of space.
   * @param {import("../runtime/theme.js").Colours} colours
   */
  draw(attitude, view, momentum, colours) {
    const { canvas, context, half } = this;
    const ratio = devicePixelRatio || 1;
    const side = canvas.clientWidth;
    const size = Math.max(1, Math.round(side * ratio));
    if (canvas.width !== size) canvas.width = canvas.height = size;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, side, side);
    context.lineJoin = "round";
    const reach = Math.hypot(...half);
    const unit = side / (2 * MARGIN * reach);
    const { right, up, near } = axesOf(view);
    /** @returns {[number, number]} */
    const pixel = (/** @type {number[]} */ z) => [side / 2 + unit * dot(z, right), side / 2 - unit * dot(z, up)];
    // Where the corners of a box that only turns stay.
    context.strokeStyle = faded(colours.text, 0.3);
    context.lineWidth = 1;
    context.setLineDash([4, 4]);
    context.beginPath();
    context.arc(side / 2, side / 2, unit * reach, 0, 2 * Math.PI);
    context.stroke();
    context.setLineDash([]);
    const length = Math.hypot(...momentum);
    const tip = momentum.map((value) => (reach * value) / length);
    const axis = (/** @type {number} */ from, /** @type {number} */ to) => {
      context.strokeStyle = faded(colours.text, 0.75);
      context.lineWidth = 2;
      context.beginPath();
      context.moveTo(...pixel(tip.map((value) => from * value)));
      context.lineTo(...pixel(tip.map((value) => to * value)));
      context.stroke();
    };
    const front = Math.sign(dot(tip, near)) || 1;
    axis(-front, 0);
    if (attitude.every(Number.isFinite)) {
      for (const { axis: along, end, corners } of facesSeen(attitude, half, near)) {
        context.beginPath();
        for (const corner of corners) context.lineTo(...pixel(times(attitude, corner)));
        context.closePath();
        context.fillStyle = FACES[along][end > 0 ? 0 : 1];
        context.fill();
        context.strokeStyle = faded("#000000", 0.55);
        context.lineWidth = 1.5;
        context.stroke();
      }
    }
    // Where the momentum leaves the box, as far as that only turns.
    const [a, b, c] = tip;
    const inside = [0, 1, 2].map((j) => attitude[j] * a + attitude[j + 3] * b + attitude[j + 6] * c);
    const leaves = Math.min(1, ...inside.map((value, j) => half[j] / Math.abs(value)).filter(Number.isFinite));
    axis(front * leaves, front);
  }
}
