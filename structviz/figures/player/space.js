// Three dimensions, in parallel projection: `view` holds yaw and pitch, in radians, of an eye that looks at the centre.
const LEVELS = 5; // shades from far to near
const EDGES = [0, 1, 2].flatMap((axis) => // of the cube, as pairs of corners
  [[-1, -1], [-1, 1], [1, -1], [1, 1]].map((rest) => [-1, 1].map((end) => [...rest.slice(0, axis), end, ...rest.slice(axis)])),
);

class Space extends Stage {
  constructor(canvas, film) {
    super(canvas, film);
    this.depth = new Float32Array(film.n);
    this.nodeDepth = new Float32Array(film.mesh.rows * film.mesh.columns);
    this.plane = this.cut();
  }

  // The part of the classifier's plane in the cube: its corners, in order; none if it passes by.
  cut() {
    const { normal, offset, window: h } = this.film;
    const level = (z) => offset + z.reduce((sum, value, k) => sum + value * normal[k], 0);
    const corners = [];
    for (const [from, to] of EDGES) {
      const [a, b] = [from, to].map((corner) => corner.map((value) => value * h));
      const [la, lb] = [level(a), level(b)];
      if ((la > 0) !== (lb > 0)) corners.push(a.map((value, k) => value + (la / (la - lb)) * (b[k] - value)));
    }
    if (corners.length < 3) return [];
    const middle = [0, 1, 2].map((k) => corners.reduce((sum, c) => sum + c[k], 0) / corners.length);
    // Round the middle, in a basis of the plane.
    const u = corners[0].map((value, k) => value - middle[k]);
    const v = [0, 1, 2].map((k) => normal[(k + 1) % 3] * u[(k + 2) % 3] - normal[(k + 2) % 3] * u[(k + 1) % 3]);
    const dot = (a, b) => a.reduce((sum, value, k) => sum + value * b[k], 0);
    const [uu, vv] = [Math.sqrt(dot(u, u)) || 1, Math.sqrt(dot(v, v)) || 1];
    const angle = (c) => {
      const d = c.map((value, k) => value - middle[k]);
      return Math.atan2(dot(d, v) / vv, dot(d, u) / uu);
    };
    return corners.sort((a, b) => angle(a) - angle(b));
  }

  // Right, up and towards the eye.
  look3(view) {
    const [cy, sy, cp, sp] = [Math.cos(view.yaw), Math.sin(view.yaw), Math.cos(view.pitch), Math.sin(view.pitch)];
    this.right = [-sy, cy, 0];
    this.up = [-sp * cy, -sp * sy, cp];
    this.near = [cp * cy, cp * sy, sp];
  }

  zoom() {
    return this.side / 2 / (1.35 * this.film.window);
  }

  spot([a, b, c]) {
    const { right, up, side } = this;
    const zoom = this.zoom();
    const along = (axis) => a * axis[0] + b * axis[1] + c * axis[2];
    return [side / 2 + zoom * along(right), side / 2 - zoom * along(up)];
  }

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

  // 0 for what is far away, 1 for what is near.
  nearness(depth) {
    return Math.min(1, Math.max(0, 0.5 + depth / (3 * this.film.window)));
  }

  draw(show, view) {
    if (!this.side || !this.look) return;
    this.look3(view);
    this.begin();
    this.drawAxes();
    if (show.has("grid") && this.film.mesh.rows) this.drawSurface();
    if (show.has("tails")) this.drawTails();
    const { normal, offset } = this.film;
    const at = this.project(this.places, this.trail[0], this.depth);
    const shown = this.order.filter((i) => Number.isFinite(at[2 * i] + at[2 * i + 1]));
    shown.sort((a, b) => this.depth[a] - this.depth[b]);
    // The plane covers what is behind it: the side that the eye is not on.
    const facing = normal.reduce((sum, value, k) => sum + value * this.near[k], 0);
    const beyond = (i) => {
      const level = offset + normal.reduce((sum, value, k) => sum + value * this.places[3 * i + k], 0);
      return level * facing < 0;
    };
    this.drawPoints(shown.filter(beyond), at);
    this.drawPlane(show.has("decisions") || show.has("line"));
    this.drawPoints(shown.filter((i) => !beyond(i)), at);
  }

  drawAxes() {
    const { context, look, film, side } = this;
    const h = film.window;
    context.beginPath();
    for (const [from, to] of EDGES) {
      context.moveTo(...this.spot(from.map((value) => value * h)));
      context.lineTo(...this.spot(to.map((value) => value * h)));
    }
    context.strokeStyle = faded(look.text, 0.14);
    context.lineWidth = 1;
    context.stroke();
    context.beginPath();
    const axes = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
    for (const axis of axes) {
      context.moveTo(...this.spot(axis.map((value) => -value * h)));
      context.lineTo(...this.spot(axis.map((value) => value * h)));
    }
    context.strokeStyle = faded(look.text, 0.4);
    context.lineWidth = 1.3;
    context.stroke();
    context.fillStyle = faded(look.text, 0.85);
    context.font = `italic ${Math.round(Math.max(15, side / 30))}px Georgia, serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    axes.forEach((axis, k) => context.fillText(`z${"₁₂₃"[k]}`, ...this.spot(axis.map((value) => 1.13 * value * h))));
  }

  drawSurface() {
    const { context, film, at, nodes, nodeDepth, look, side } = this;
    const { rows, columns } = film.mesh;
    this.project(nodes, at, nodeDepth);
    const layers = Array.from({ length: LEVELS }, () => []);
    const join = (i, j) => {
      const depth = (nodeDepth[i] + nodeDepth[j]) / 2;
      if (Number.isFinite(depth)) layers[Math.min(LEVELS - 1, Math.floor(LEVELS * this.nearness(depth)))].push(i, j);
    };
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        const i = r * columns + c;
        if (c + 1 < columns) join(i, i + 1);
        if (r + 1 < rows) join(i, i + columns);
      }
    }
    context.lineWidth = Math.max(1, side / 640);
    layers.forEach((pairs, level) => {
      context.beginPath();
      for (let k = 0; k < pairs.length; k += 2) {
        const [i, j] = [pairs[k], pairs[k + 1]];
        context.moveTo(at[2 * i], at[2 * i + 1]);
        context.lineTo(at[2 * j], at[2 * j + 1]);
      }
      context.strokeStyle = faded(look.text, 0.1 + (0.34 * (level + 0.5)) / LEVELS);
      context.stroke();
    });
  }

  drawPlane(filled) {
    const { context, plane, look } = this;
    if (!plane.length) return;
    context.beginPath();
    for (const corner of plane) context.lineTo(...this.spot(corner));
    context.closePath();
    if (filled) {
      context.fillStyle = faded(look.text, look.dark ? 0.2 : 0.12);
      context.fill();
    }
    context.strokeStyle = faded(look.text, this.lineOpacity());
    context.lineWidth = Math.max(1.5, this.side / 320);
    context.stroke();
  }

  drawPoints(indices, at) {
    const { context, film, sprites, radius, depth } = this;
    for (const i of indices) {
      const near = this.nearness(depth[i]);
      const half = (radius + 1.5) * (0.75 + 0.45 * near);
      context.globalAlpha = 0.55 + 0.45 * near;
      context.drawImage(sprites[film.labels[i]], at[2 * i] - half, at[2 * i + 1] - half, 2 * half, 2 * half);
    }
    context.globalAlpha = 1;
  }
}
