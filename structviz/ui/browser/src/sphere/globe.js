// A sphere on a canvas, in parallel projection: what it hides is drawn first and dimmer, through its skin.
import { context2d } from "../runtime/elements.js";
import { clamp } from "../runtime/numbers.js";
import { axesOf } from "../runtime/orbit.js";
import { faded } from "../runtime/theme.js";
import { dot, lengthOf, normalised, plus, times } from "./steps.js";

/** @typedef {import("../runtime/orbit.js").Vector3} Vector3 */
/** @typedef {{ places: Vector3[], colour: string, width: number }} Line */

const DIM = 0.28; // opacity of what the sphere hides
const [MERIDIANS, PARALLELS, FINE] = [12, 5, 72];

/** @param {number} longitude @param {number} latitude @returns {Vector3} */
const onSphere = (longitude, latitude) => [
  Math.cos(latitude) * Math.cos(longitude),
  Math.cos(latitude) * Math.sin(longitude),
  Math.sin(latitude),
];

/** @type {Vector3[][]} Meridians and parallels. */
const GRATICULE = [
  ...Array.from({ length: MERIDIANS / 2 }, (_, m) =>
    Array.from({ length: FINE + 1 }, (_, i) => onSphere((2 * Math.PI * m) / MERIDIANS, (2 * Math.PI * i) / FINE)),
  ),
  ...Array.from({ length: PARALLELS }, (_, p) =>
    Array.from({ length: FINE + 1 }, (_, i) =>
      onSphere((2 * Math.PI * i) / FINE, (Math.PI * (p + 1)) / (PARALLELS + 1) - Math.PI / 2),
    ),
  ),
];

/**
 * Where a plane normal · z + offset = 0 cuts the sphere; nowhere if it passes by.
 *
 * @param {{ normal: Vector3, offset: number }} plane
 */
export function circleOf({ normal, offset }) {
  const length = lengthOf(normal);
  const axis = times(normal, 1 / length);
  const away = -offset / length;
  if (Math.abs(away) >= 1) return [];
  const side = normalised(cross(axis, Math.abs(axis[2]) < 0.9 ? [0, 0, 1] : [1, 0, 0]));
  const other = cross(axis, side);
  const radius = Math.sqrt(1 - away * away);
  return Array.from({ length: FINE + 1 }, (_, i) => {
    const angle = (2 * Math.PI * i) / FINE;
    return plus(plus(times(axis, away), radius * Math.cos(angle), side), radius * Math.sin(angle), other);
  });
}

/** @param {Vector3} a @param {Vector3} b @returns {Vector3} */
const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];

export class Globe {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.context = context2d(canvas);
    this.side = 0; // in CSS pixels
    this.half = 1.2; // of what the picture shows, in radii
    this.axes = axesOf({ yaw: 0, pitch: 0 });
  }

  /**
   * Clears the picture, which shows the square from −half to half.
   *
   * @param {import("../runtime/orbit.js").View} view
   * @param {number} half
   */
  begin(view, half) {
    const ratio = devicePixelRatio || 1;
    this.side = this.canvas.clientWidth;
    this.half = half;
    this.axes = axesOf(view);
    const size = Math.max(1, Math.round(this.side * ratio));
    if (this.canvas.width !== size) this.canvas.width = this.canvas.height = size;
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.context.clearRect(0, 0, this.side, this.side);
    this.context.lineJoin = this.context.lineCap = "round";
  }

  get unit() {
    return this.side / (2 * this.half);
  }

  /** @param {Vector3} z @returns {[number, number]} In CSS pixels, downwards. */
  pixel(z) {
    const { right, up } = this.axes;
    return [this.side / 2 + this.unit * dot(z, right), this.side / 2 - this.unit * dot(z, up)];
  }

  /** @param {Vector3} z Whether the sphere hides it. */
  isHidden(z) {
    const { right, up, near } = this.axes;
    const [across, above, depth] = [dot(z, right), dot(z, up), dot(z, near)];
    const squared = across * across + above * above;
    return squared < 1 && depth < Math.sqrt(1 - squared) - 0.02;
  }

  /** @param {import("../runtime/theme.js").Colours} colours The disc of the sphere, lit from the upper left. */
  skin(colours) {
    const { context, side, unit } = this;
    const middle = side / 2;
    const light = context.createRadialGradient(
      middle - 0.4 * unit,
      middle - 0.45 * unit,
      0.1 * unit,
      middle,
      middle,
      unit,
    );
    const shade = colours.dark ? "#FFFFFF" : "#1B2A41";
    light.addColorStop(0, faded(shade, colours.dark ? 0.16 : 0.03));
    light.addColorStop(1, faded(shade, colours.dark ? 0.05 : 0.2));
    context.fillStyle = light;
    context.beginPath();
    context.arc(middle, middle, unit, 0, 2 * Math.PI);
    context.fill();
    context.strokeStyle = faded(colours.text, 0.55);
    context.lineWidth = 1.5;
    context.stroke();
  }

  /** @param {string} text Colour of the lines. @param {boolean} behind Whether those on the far side are drawn. */
  graticule(text, behind) {
    for (const places of GRATICULE) this.line({ places, colour: faded(text, behind ? 0.12 : 0.26), width: 1 }, behind);
  }

  /**
   * The pieces of a line that are hidden, or those that are seen.
   *
   * @param {Line} line
   * @param {boolean} hidden
   */
  line({ places, colour, width }, hidden) {
    const { context } = this;
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.globalAlpha = hidden ? 2 * DIM : 1;
    context.beginPath();
    let drawing = false;
    for (let i = 0; i + 1 < places.length; i++) {
      const middle = /** @type {Vector3} */ (places[i].map((value, j) => (value + places[i + 1][j]) / 2));
      // The middle of a chord lies inside: what counts is the place above it.
      const length = lengthOf(middle);
      const above = length < 1 && length > 0.5 ? times(middle, 1 / length) : middle;
      const wanted = Number.isFinite(length) && this.isHidden(above) === hidden;
      if (wanted && !drawing) context.moveTo(...this.pixel(places[i]));
      if (wanted) context.lineTo(...this.pixel(places[i + 1]));
      drawing = wanted;
    }
    context.stroke();
    context.globalAlpha = 1;
  }

  /**
   * A point: a disc or a square.
   *
   * @param {Vector3} z
   * @param {number} label
   * @param {string} colour
   * @param {string} outline
   * @param {number} [size] In radii of a usual point.
   */
  point(z, label, colour, outline, size = 1) {
    if (!z.every(Number.isFinite)) return;
    const { context } = this;
    const [x, y] = this.pixel(z);
    const near = clamp(dot(z, this.axes.near), -1, 1);
    const r = size * clamp(this.side / 95, 2.6, 6) * (0.9 + 0.2 * near);
    context.globalAlpha = this.isHidden(z) ? DIM : 1;
    context.beginPath();
    if (label) context.rect(x - 0.86 * r, y - 0.86 * r, 1.72 * r, 1.72 * r);
    else context.arc(x, y, r, 0, 2 * Math.PI);
    context.fillStyle = colour;
    context.fill();
    context.strokeStyle = outline;
    context.lineWidth = 1;
    context.stroke();
    context.globalAlpha = 1;
  }

  /** @param {Vector3} z @param {string} colour How far it is from the sphere: a line to the closest point on it. */
  spike(z, colour) {
    const { context } = this;
    const length = lengthOf(z);
    if (!Number.isFinite(length) || !length) return;
    context.strokeStyle = colour;
    context.lineWidth = 2;
    context.globalAlpha = this.isHidden(z) ? DIM : 0.75;
    context.beginPath();
    context.moveTo(...this.pixel(times(z, 1 / length)));
    context.lineTo(...this.pixel(z));
    context.stroke();
    context.globalAlpha = 1;
  }
}
