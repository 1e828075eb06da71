// Two dimensions: the window fills the canvas, the second coordinate points up.
import { faded } from "../runtime/theme.js";
import { DecisionMap } from "./decision_map.js";
import { interpolate } from "./film.js";
import { Renderer } from "./renderer.js";

/** @typedef {import("./film.js").Film} Film */
/** @typedef {import("./renderer.js").Theme} Theme */

export class FlatRenderer extends Renderer {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Film} film
   */
  constructor(canvas, film) {
    super(canvas, film);
    this.decisions = film.decisions.length ? new DecisionMap(film) : null;
    // The arrows of all times on one scale: the fast ones just reach their neighbours.
    this.spacing = 1 / Math.sqrt(film.anchors.length / 2 || 1);
    this.stride = (0.85 * this.spacing) / (film.speed || 1);
    this.velocity = new Float32Array(film.anchors.length);
  }

  /**
   * @override
   * @param {Float32Array} places
   * @param {Float32Array} out
   */
  project(places, out) {
    const half = this.side / 2;
    const zoom = half / this.film.window;
    for (let i = 0; i < places.length; i += 2) {
      out[i] = half + zoom * places[i];
      out[i + 1] = half - zoom * places[i + 1];
    }
    return out;
  }

  /** @override */
  prepare() {
    super.prepare();
    if (this.theme) this.decisions?.setColours(this.theme.classes, tintOpacity(this.theme));
  }

  /**
   * @override
   * @param {Set<string>} show
   */
  draw(show) {
    const { theme, film } = this;
    if (!this.side || !theme) return;
    this.begin();
    if (show.has("decisions") && this.decisions) {
      this.decisions.draw(this.context, this.side, this.x, faded(theme.text, 0.28), this.isFine);
    } else if (show.has("line") || show.has("decisions")) this.drawHalfPlanes(theme);
    if (show.has("grid") && film.mesh.rows) this.drawMesh(theme);
    if (show.has("arrows") && film.anchors.length) this.drawArrows(theme);
    this.drawLine(theme);
    if (show.has("tails")) this.drawTails(theme);
    this.drawPoints();
  }

  /**
   * The classifier's line in pixels: the foot of the perpendicular from the centre, the normal, the direction of the
   * line, and how far to go along it to leave the picture. Null if the classifier has no line.
   */
  line() {
    const { film, side } = this;
    const [a, b] = film.normal;
    const length = Math.hypot(a, b);
    if (!length) return null;
    const shift = (-film.offset / length) * (side / 2 / film.window);
    const normal = [a / length, -b / length];
    const foot = [side / 2 + shift * normal[0], side / 2 + shift * normal[1]];
    return { foot, normal, along: [-normal[1], normal[0]], far: 4 * side + 2 * Math.hypot(foot[0], foot[1]) };
  }

  /** @param {Theme} theme */
  drawHalfPlanes(theme) {
    const { context, side, film } = this;
    const line = this.line();
    for (const label of [0, 1]) {
      context.fillStyle = faded(theme.classes[label], 0.8 * tintOpacity(theme));
      if (!line) {
        if ((film.offset > 0 ? 1 : 0) === label) context.fillRect(0, 0, side, side);
        continue;
      }
      const { foot, normal, along, far } = line;
      const across = label ? far : -far;
      context.beginPath();
      for (const [s, t] of [
        [-far, 0],
        [far, 0],
        [far, across],
        [-far, across],
      ]) {
        context.lineTo(foot[0] + s * along[0] + t * normal[0], foot[1] + s * along[1] + t * normal[1]);
      }
      context.fill();
    }
  }

  /** @param {Theme} theme */
  drawLine(theme) {
    const line = this.line();
    if (!line) return;
    const { context, side } = this;
    const { foot, along, far } = line;
    context.beginPath();
    context.moveTo(foot[0] - far * along[0], foot[1] - far * along[1]);
    context.lineTo(foot[0] + far * along[0], foot[1] + far * along[1]);
    context.strokeStyle = faded(theme.text, this.lineOpacity());
    context.lineWidth = Math.max(2, side / 260);
    context.stroke();
  }

  /** @param {Theme} theme */
  drawMesh(theme) {
    const { context, film, side } = this;
    const { rows, columns } = film.mesh;
    context.beginPath();
    for (let r = 0; r < rows; r++) this.addMeshLine(r * columns, 1, columns);
    for (let c = 0; c < columns; c++) this.addMeshLine(c, columns, rows);
    context.strokeStyle = faded(theme.text, theme.dark ? 0.3 : 0.24);
    context.lineWidth = Math.max(1, side / 640);
    context.stroke();
    if (film.folds[this.frame]) this.drawFolds(theme);
  }

  /** @param {number} i A node. */
  isFinite(i) {
    return Number.isFinite(this.nodesAt[2 * i] + this.nodesAt[2 * i + 1]);
  }

  /**
   * A line through nodes of the mesh, interrupted where one is not finite.
   *
   * @param {number} start
   * @param {number} step
   * @param {number} count
   */
  addMeshLine(start, step, count) {
    const { context, nodesAt } = this;
    let drawing = false;
    for (let k = 0, i = start; k < count; k++, i += step) {
      const finite = this.isFinite(i);
      if (finite && drawing) context.lineTo(nodesAt[2 * i], nodesAt[2 * i + 1]);
      else if (finite) context.moveTo(nodesAt[2 * i], nodesAt[2 * i + 1]);
      drawing = finite;
    }
  }

  /** @param {Theme} theme */
  drawFolds(theme) {
    const { context, film, nodesAt } = this;
    const { columns } = film.mesh;
    const folded = film.folded.subarray(this.frame * film.cells, (this.frame + 1) * film.cells);
    context.beginPath();
    for (let cell = 0; cell < film.cells; cell++) {
      if (!folded[cell]) continue;
      const i = Math.floor(cell / (columns - 1)) * columns + (cell % (columns - 1));
      const corners = [i, i + 1, i + columns + 1, i + columns];
      if (!corners.every((j) => this.isFinite(j))) continue;
      corners.forEach((j, k) => {
        if (k) context.lineTo(nodesAt[2 * j], nodesAt[2 * j + 1]);
        else context.moveTo(nodesAt[2 * j], nodesAt[2 * j + 1]);
      });
      context.closePath();
    }
    context.fillStyle = faded(theme.warning, 0.3);
    context.fill();
    context.fillStyle = this.hatch;
    context.fill();
    context.strokeStyle = theme.warning;
    context.lineWidth = 1;
    context.stroke();
  }

  /**
   * The velocity of a layer stands while the layer lasts, and turns into the next one's at its end.
   *
   * @param {Theme} theme
   */
  drawArrows(theme) {
    const { context, film, velocity, side, stride, spacing, x } = this;
    const layer = Math.min(Math.floor(x), film.last - 1);
    const moment = layer === x ? x : layer + Math.max(0, 5 * (x - layer) - 4);
    interpolate(film.arrows, velocity.length, moment, velocity);
    const half = side / 2;
    context.beginPath();
    for (let i = 0; i < velocity.length; i += 2) {
      const speed = Math.hypot(velocity[i], velocity[i + 1]);
      if (!Number.isFinite(speed)) continue;
      const length = side * Math.min(stride * speed, 1.4 * spacing);
      const [dx, dy] = speed ? [(velocity[i] / speed) * length, (-velocity[i + 1] / speed) * length] : [0, 0];
      const startX = half + (half * film.anchors[i]) / film.window - dx / 2;
      const startY = half - (half * film.anchors[i + 1]) / film.window - dy / 2;
      const [endX, endY] = [startX + dx, startY + dy];
      context.moveTo(startX, startY);
      context.lineTo(endX, endY);
      if (length < 3) continue;
      const head = Math.min(0.4, (0.016 * side) / length);
      context.moveTo(endX - head * (dx + 0.55 * dy), endY - head * (dy - 0.55 * dx));
      context.lineTo(endX, endY);
      context.lineTo(endX - head * (dx - 0.55 * dy), endY - head * (dy + 0.55 * dx));
    }
    context.strokeStyle = faded(theme.text, theme.dark ? 0.45 : 0.36);
    context.lineWidth = Math.max(1.2, side / 520);
    context.lineCap = "round";
    context.stroke();
    context.lineCap = "butt";
  }

  drawPoints() {
    const at = this.project(this.places, this.trail[0]);
    for (const i of this.order) {
      const [x, y] = [at[2 * i], at[2 * i + 1]];
      if (Number.isFinite(x + y)) this.drawPoint(i, x, y);
    }
  }
}

/** @param {Theme} theme */
function tintOpacity(theme) {
  return theme.dark ? 0.36 : 0.24;
}
