// Two dimensions: the window fills the canvas, the second coordinate points up.
class Flat extends Stage {
  constructor(canvas, film) {
    super(canvas, film);
    [this.rows, this.columns] = film.pixels;
    if (film.decisions.length) {
      this.map = document.createElement("canvas");
      this.map.width = this.columns;
      this.map.height = this.rows;
      this.image = new ImageData(this.columns, this.rows);
      this.packed = new Uint32Array(this.image.data.buffer);
      this.levels = new Float32Array(this.rows * this.columns);
    }
    // The arrows of all times on one scale: the fast ones just reach their neighbours.
    this.spacing = 1 / Math.sqrt(film.anchors.length / 2 || 1);
    this.stride = (0.85 * this.spacing) / (film.speed || 1);
    this.velocity = new Float32Array(film.anchors.length);
  }

  project(places, out) {
    const { side } = this;
    const half = side / 2;
    const zoom = half / this.film.window;
    for (let i = 0; i < places.length; i += 2) {
      out[i] = half + zoom * places[i];
      out[i + 1] = half - zoom * places[i + 1];
    }
    return out;
  }

  dress() {
    super.dress();
    const { look, film } = this;
    if (!look) return;
    // The colour of each probability: clear where the classes are even.
    this.tints = new Uint32Array(256);
    for (let p = 0; p < 256; p++) {
      const colour = look.classes[p < 128 ? 0 : 1];
      const alpha = Math.round(255 * this.tintOpacity() * Math.abs(p / 127.5 - 1) ** 0.8);
      const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
      this.tints[p] = ((alpha << 24) | (b << 16) | (g << 8) | r) >>> 0;
    }
  }

  tintOpacity() {
    return this.look.dark ? 0.36 : 0.24;
  }

  draw(show) {
    if (!this.side || !this.look) return;
    this.begin();
    if (show.has("decisions") && this.film.decisions.length) this.drawDecisions();
    else if (show.has("line") || show.has("decisions")) this.drawHalfPlanes();
    if (show.has("grid") && this.film.mesh.rows) this.drawGrid();
    if (show.has("arrows") && this.film.anchors.length) this.drawArrows();
    this.drawLine();
    if (show.has("tails")) this.drawTails();
    this.drawPoints();
  }

  drawDecisions() {
    const { film, levels, packed, tints, context, side, x } = this;
    const size = levels.length;
    between(film.decisions, size, x, levels);
    for (let i = 0; i < size; i++) packed[i] = tints[Math.round(levels[i])];
    this.map.getContext("2d").putImageData(this.image, 0, 0);
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = "high";
    context.drawImage(this.map, 0, 0, side, side);
    this.drawBorder();
  }

  // Where both classes are equally likely: the level line of the map at one half, cell by cell.
  drawBorder() {
    const { levels, rows, columns, context, side, look } = this;
    const [width, height] = [side / columns, side / rows];
    context.beginPath();
    for (let r = 0; r + 1 < rows; r++) {
      for (let c = 0; c + 1 < columns; c++) {
        const i = r * columns + c;
        const corners = [levels[i], levels[i + 1], levels[i + columns + 1], levels[i + columns]];
        const high = corners.map((level) => level > 127.5);
        if (high[0] === high[1] && high[1] === high[2] && high[2] === high[3]) continue;
        let begun = false;
        for (let e = 0; e < 4; e++) {
          const f = (e + 1) % 4;
          if (high[e] === high[f]) continue;
          const share = (127.5 - corners[e]) / (corners[f] - corners[e]);
          const [cx, cy] = [[0, 1, 1, 0], [0, 0, 1, 1]].map((way) => way[e] + share * (way[f] - way[e]));
          const [px, py] = [(c + 0.5 + cx) * width, (r + 0.5 + cy) * height];
          begun ? context.lineTo(px, py) : context.moveTo(px, py);
          begun = !begun;
        }
      }
    }
    context.strokeStyle = faded(look.text, 0.28);
    context.lineWidth = 1.2;
    context.stroke();
  }

  // Normal and offset of the classifier in pixels.
  edge() {
    const { film, side } = this;
    const zoom = side / 2 / film.window;
    const [a, b] = film.normal;
    const length = Math.hypot(a, b);
    if (!length) return null;
    // The foot of the perpendicular from the centre, the normal and the direction of the line.
    const shift = (-film.offset / length) * zoom;
    const normal = [a / length, -b / length];
    return { foot: [side / 2 + shift * normal[0], side / 2 + shift * normal[1]], normal, along: [-normal[1], normal[0]] };
  }

  drawHalfPlanes() {
    const { context, side, look, film } = this;
    const edge = this.edge();
    for (const label of [0, 1]) {
      context.fillStyle = faded(look.classes[label], 0.8 * this.tintOpacity());
      if (!edge) {
        if ((film.offset > 0 ? 1 : 0) === label) context.fillRect(0, 0, side, side);
        continue;
      }
      const { foot, normal, along } = edge;
      const far = 4 * side + 2 * Math.hypot(foot[0], foot[1]);
      const way = label ? far : -far;
      const corner = (s, t) => [foot[0] + s * along[0] + t * normal[0], foot[1] + s * along[1] + t * normal[1]];
      context.beginPath();
      for (const [s, t] of [[-far, 0], [far, 0], [far, way], [-far, way]]) context.lineTo(...corner(s, t));
      context.fill();
    }
  }

  drawLine() {
    const edge = this.edge();
    if (!edge) return;
    const { context, side, look } = this;
    const { foot, along } = edge;
    const far = 4 * side + 2 * Math.hypot(foot[0], foot[1]);
    context.beginPath();
    context.moveTo(foot[0] - far * along[0], foot[1] - far * along[1]);
    context.lineTo(foot[0] + far * along[0], foot[1] + far * along[1]);
    context.strokeStyle = faded(look.text, this.lineOpacity());
    context.lineWidth = Math.max(2, side / 260);
    context.stroke();
  }

  drawGrid() {
    const { context, film, at, look, side } = this;
    const { rows, columns } = film.mesh;
    const known = (i) => Number.isFinite(at[2 * i] + at[2 * i + 1]);
    context.beginPath();
    const line = (start, step, count) => {
      let down = false;
      for (let k = 0, i = start; k < count; k++, i += step) {
        if (!known(i)) down = false;
        else if (down) context.lineTo(at[2 * i], at[2 * i + 1]);
        else {
          context.moveTo(at[2 * i], at[2 * i + 1]);
          down = true;
        }
      }
    };
    for (let r = 0; r < rows; r++) line(r * columns, 1, columns);
    for (let c = 0; c < columns; c++) line(c, columns, rows);
    context.strokeStyle = faded(look.text, look.dark ? 0.3 : 0.24);
    context.lineWidth = Math.max(1, side / 640);
    context.stroke();
    if (!film.folds[this.frame]) return;
    const folded = film.folded.subarray(this.frame * film.cells, (this.frame + 1) * film.cells);
    context.beginPath();
    for (let cell = 0; cell < film.cells; cell++) {
      if (!folded[cell]) continue;
      const i = Math.floor(cell / (columns - 1)) * columns + (cell % (columns - 1));
      const corners = [i, i + 1, i + columns + 1, i + columns];
      if (!corners.every(known)) continue;
      corners.forEach((j, k) => (k ? context.lineTo(at[2 * j], at[2 * j + 1]) : context.moveTo(at[2 * j], at[2 * j + 1])));
      context.closePath();
    }
    context.fillStyle = faded(look.warning, 0.3);
    context.fill();
    context.fillStyle = this.hatch;
    context.fill();
    context.strokeStyle = look.warning;
    context.lineWidth = 1;
    context.stroke();
  }

  // The velocity of a layer stands while the layer lasts, and passes into the next one's at its end.
  drawArrows() {
    const { context, film, velocity, side, stride, spacing, look, x } = this;
    const layer = Math.min(Math.floor(x), film.last - 1);
    between(film.arrows, velocity.length, layer === x ? x : layer + Math.max(0, 5 * (x - layer) - 4), velocity);
    const half = side / 2;
    context.beginPath();
    for (let i = 0; i < velocity.length; i += 2) {
      const speed = Math.hypot(velocity[i], velocity[i + 1]);
      if (!Number.isFinite(speed)) continue;
      const length = side * Math.min(stride * speed, 1.4 * spacing);
      const [dx, dy] = speed ? [(velocity[i] / speed) * length, (-velocity[i + 1] / speed) * length] : [0, 0];
      const sx = half + (half * film.anchors[i]) / film.window - dx / 2;
      const sy = half - (half * film.anchors[i + 1]) / film.window - dy / 2;
      const [ex, ey] = [sx + dx, sy + dy];
      context.moveTo(sx, sy);
      context.lineTo(ex, ey);
      if (length < 3) continue;
      const head = Math.min(0.4, (0.016 * side) / length);
      context.moveTo(ex - head * (dx + 0.55 * dy), ey - head * (dy - 0.55 * dx));
      context.lineTo(ex, ey);
      context.lineTo(ex - head * (dx - 0.55 * dy), ey - head * (dy + 0.55 * dx));
    }
    context.strokeStyle = faded(look.text, look.dark ? 0.45 : 0.36);
    context.lineWidth = Math.max(1.2, side / 520);
    context.lineCap = "round";
    context.stroke();
    context.lineCap = "butt";
  }

  drawPoints() {
    const { context, film, trail, order, sprites, radius } = this;
    const at = this.project(this.places, trail[0]);
    const middle = radius + 1.5;
    for (const i of order) {
      const [px, py] = [at[2 * i], at[2 * i + 1]];
      if (Number.isFinite(px + py)) {
        context.drawImage(sprites[film.labels[i]], px - middle, py - middle, 2 * middle, 2 * middle);
      }
    }
  }
}
