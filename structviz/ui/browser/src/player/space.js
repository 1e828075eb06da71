// Three dimensions, in parallel projection.
import { clamp } from "../runtime/numbers.js";
import { axesOf } from "../runtime/orbit.js";
import { faded } from "../runtime/theme.js";
import { Renderer } from "./renderer.js";

/** @typedef {import("./film.js").Film} Film */
/** @typedef {import("./renderer.js").Theme} Theme */
/** @typedef {import("./renderer.js").View} View */

const SHADES = 5; // of lines, from far to near
const MARGIN = 1.35; // of the canvas to the cube
const AXES = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

/** The edges of the cube from -1 to 1, as pairs of corners. */
const EDGES = [0, 1, 2].flatMap((axis) =>
  [
    [-1, -1],
    [-1, 1],
    [1, -1],
    [1, 1],
  ].map((others) => [-1, 1].map((end) => [...others.slice(0, axis), end, ...others.slice(axis)])),
);

/** @param {number[]} a @param {number[]} b */
const dot = (a, b) => a.reduce((sum, value, k) => sum + value * b[k], 0);

/** @param {number[]} a @param {number[]} b */
const minus = (a, b) => a.map((value, k) => value - b[k]);

/** @param {number[]} vector @param {number} factor */
const times = (vector, factor) => vector.map((value) => value * factor);

/**
 * The part of the plane normal · z + offset = 0 in the cube of this half-width: its corners, in order; none if the
 * plane passes by.
 *
 * @param {number[]} normal
 * @param {number} offset
 * @param {number} halfWidth
 */
export function planeInCube(normal, offset, halfWidth) {
  const level = (/** @type {number[]} */ z) => offset + dot(z, normal);
  /** @type {number[][]} */
  const corners = [];
  for (const edge of EDGES) {
    const [a, b] = edge.map((corner) => times(corner, halfWidth));
    const [below, above] = [level(a), level(b)];
    if (below > 0 === above > 0) continue;
    const share = below / (below - above);
    corners.push(a.map((value, k) => value + share * (b[k] - value)));
  }
  if (corners.length < 3) return [];
  const middle = [0, 1, 2].map((k) => corners.reduce((sum, corner) => sum + corner[k], 0) / corners.length);
  // Sorted by their angle about the middle, in a basis of the plane.
  const u = minus(corners[0], middle);
  const v = [0, 1, 2].map((k) => normal[(k + 1) % 3] * u[(k + 2) % 3] - normal[(k + 2) % 3] * u[(k + 1) % 3]);
  const [lengthU, lengthV] = [Math.sqrt(dot(u, u)) || 1, Math.sqrt(dot(v, v)) || 1];
  const angle = (/** @type {number[]} */ corner) => {
    const d = minus(corner, middle);
    return Math.atan2(dot(d, v) / lengthV, dot(d, u) / lengthU);
  };
  return corners.sort((a, b) => angle(a) - angle(b));
}

export class SpaceRenderer extends Renderer {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Film} film
   */
  constructor(canvas, film) {
    super(canvas, film);
    this.depth = new Float32Array(film.n);
    this.nodeDepth = new Float32Array(film.mesh.rows * film.mesh.columns);
    this.plane = planeInCube(film.normal, film.offset, film.window);
    // Of the view: right, up and towards the eye.
    this.right = AXES[1];
    this.up = AXES[2];
    this.near = AXES[0];
  }

  /** @param {View} view */
  setView(view) {
    Object.assign(this, axesOf(view));
  }

  zoom() {
    return this.side / 2 / (MARGIN * this.film.window);
  }

  /**
   * Where one place is on the canvas.
   *
   * @param {number[]} place
   * @returns {[number, number]}
   */
  pixel(place) {
    const half = this.side / 2;
    const zoom = this.zoom();
    return [half + zoom * dot(place, this.right), half - zoom * dot(place, this.up)];
  }

  /**
   * @override
   * @param {Float32Array} places
   * @param {Float32Array} out
   * @param {Float32Array} [depth] Takes how near each place is to the eye.
   */
  project(places, out, depth) {
    const { right, up, near, side } = this;
    const zoom = this.zoom();
    for (let i = 0, j = 0, k = 0; i < places.length; i += 3) {
      const [a, b, c] = [places[i], places[i + 1], places[i + 2]];
      out[j++] = side / 2 + zoom * (a * right[0] + b * right[1] + c * right[2]);
      out[j++] = side / 2 - zoom * (a * up[0] + b * up[1] + c * up[2]);
      if (depth) depth[k++] = a * near[0] + b * near[1] + c * near[2];
    }
    return out;
  }

  /**
   * 0 for what is far away, 1 for what is near.
   *
   * @param {number} depth
   */
  nearness(depth) {
    return clamp(0.5 + depth / (3 * this.film.window), 0, 1);
  }

  /**
   * @override
   * @param {Set<string>} show
   * @param {View} view
   */
  draw(show, view) {
    const { theme, film } = this;
    if (!this.side || !theme) return;
    this.setView(view);
    this.begin();
    this.drawAxes(theme);
    if (show.has("grid") && film.mesh.rows) this.drawSurface(theme);
    if (show.has("tails")) this.drawTails(theme);
    const at = this.project(this.places, this.trail[0], this.depth);
    const finite = this.order.filter((i) => Number.isFinite(at[2 * i] + at[2 * i + 1]));
    finite.sort((a, b) => this.depth[a] - this.depth[b]);
    // The plane covers the points on the side where the eye is not.
    const facing = dot(film.normal, this.near);
    const behind = (/** @type {number} */ i) => {
      const level = film.offset + film.normal.reduce((sum, value, k) => sum + value * this.places[3 * i + k], 0);
      return level * facing < 0;
    };
    this.drawPoints(finite.filter(behind), at);
    this.drawPlane(theme, show.has("decisions") || show.has("line"));
    this.drawPoints(
      finite.filter((i) => !behind(i)),
      at,
    );
  }

  /** @param {Theme} theme */
  drawAxes(theme) {
    const { context, film, side } = this;
    this.drawSegments(
      EDGES.map((edge) => edge.map((corner) => times(corner, film.window))),
      faded(theme.text, 0.14),
      1,
    );
    this.drawSegments(
      AXES.map((axis) => [times(axis, -film.window), times(axis, film.window)]),
      faded(theme.text, 0.4),
      1.3,
    );
    context.fillStyle = faded(theme.text, 0.85);
    context.font = `italic ${Math.round(Math.max(15, side / 30))}px Georgia, serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    AXES.forEach((axis, k) => {
      context.fillText(`z${"₁₂₃"[k]}`, ...this.pixel(times(axis, 1.13 * film.window)));
    });
  }

  /**
   * @param {number[][][]} segments
   * @param {string} colour
   * @param {number} width
   */
  drawSegments(segments, colour, width) {
    const { context } = this;
    context.beginPath();
    for (const [from, to] of segments) {
      context.moveTo(...this.pixel(from));
      context.lineTo(...this.pixel(to));
    }
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.stroke();
  }

  /** @param {Theme} theme */
  drawSurface(theme) {
    const { context, film, nodesAt, nodes, nodeDepth, side } = this;
    const { rows, columns } = film.mesh;
    this.project(nodes, nodesAt, nodeDepth);
    /** @type {number[][]} Pairs of nodes for each shade. */
    const pairs = Array.from({ length: SHADES }, () => []);
    const join = (/** @type {number} */ i, /** @type {number} */ j) => {
      const depth = (nodeDepth[i] + nodeDepth[j]) / 2;
      if (Number.isFinite(depth)) pairs[Math.min(SHADES - 1, Math.floor(SHADES * this.nearness(depth)))].push(i, j);
    };
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        const i = r * columns + c;
        if (c + 1 < columns) join(i, i + 1);
        if (r + 1 < rows) join(i, i + columns);
      }
    }
    context.lineWidth = Math.max(1, side / 640);
    for (const [shade, nodesOfShade] of pairs.entries()) {
      context.beginPath();
      for (let k = 0; k < nodesOfShade.length; k += 2) {
        const [i, j] = [nodesOfShade[k], nodesOfShade[k + 1]];
        context.moveTo(nodesAt[2 * i], nodesAt[2 * i + 1]);
        context.lineTo(nodesAt[2 * j], nodesAt[2 * j + 1]);
      }
      context.strokeStyle = faded(theme.text, 0.1 + (0.34 * (shade + 0.5)) / SHADES);
      context.stroke();
    }
  }

  /**
   * @param {Theme} theme
   * @param {boolean} filled
   */
  drawPlane(theme, filled) {
    const { context, plane } = this;
    if (!plane.length) return;
    context.beginPath();
    for (const corner of plane) context.lineTo(...this.pixel(corner));
    context.closePath();
    if (filled) {
      context.fillStyle = faded(theme.text, theme.dark ? 0.2 : 0.12);
      context.fill();
    }
    context.strokeStyle = faded(theme.text, this.lineOpacity());
    context.lineWidth = Math.max(1.5, this.side / 320);
    context.stroke();
  }

  /**
   * @param {number[]} points In the order in which they are drawn.
   * @param {Float32Array} at
   */
  drawPoints(points, at) {
    for (const i of points) {
      const near = this.nearness(this.depth[i]);
      this.context.globalAlpha = 0.55 + 0.45 * near;
      this.drawPoint(i, at[2 * i], at[2 * i + 1], 0.75 + 0.45 * near);
    }
    this.context.globalAlpha = 1;
  }
}
