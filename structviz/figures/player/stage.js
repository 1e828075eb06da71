// The stage on which a film is drawn: what the plane and space have in common. Whatever looks alike is one path, since
// hundreds of points at 60 frames a second leave no time for one path each.
const TAIL = 8; // layers that a tail reaches back, or a fifth of the film if that is shorter

// "#rrggbb" with an opacity.
const faded = (colour, opacity) =>
  `rgba(${[1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)).join()},${opacity})`;

class Stage {
  constructor(canvas, film) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.film = film;
    this.places = new Float32Array(film.n * film.dim);
    this.trail = Array.from({ length: TAIL + 2 }, () => new Float32Array(2 * film.n));
    this.then = new Float32Array(film.n * film.dim);
    this.nodes = new Float32Array(film.mesh.rows * film.mesh.columns * film.dim);
    this.at = new Float32Array(2 * film.mesh.rows * film.mesh.columns);
    // Neither class always covers the other.
    const turn = (k) => (k * 0.618034) % 1;
    this.order = Array.from({ length: film.n }, (_, k) => k).sort((a, b) => turn(a) - turn(b));
    this.reach = Math.max(1, Math.min(TAIL, film.last / 5));
    this.side = 0;
    this.seek(0);
  }

  // How large it is on the screen, in CSS pixels.
  fit(side, ratio) {
    if (side === this.side && ratio === this.ratio) return false;
    Object.assign(this, { side, ratio });
    this.canvas.width = this.canvas.height = Math.max(1, Math.round(side * ratio));
    this.radius = Math.min(7.5, Math.max(3.2, side / 105));
    this.dress();
    return true;
  }

  // Colours: { text, background, warning, classes, dark }.
  wear(look) {
    this.look = look;
    this.dress();
  }

  dress() {
    if (!this.look || !this.side) return;
    this.sprites = [0, 1].map((label) => this.sprite(label));
    this.hatch = this.pattern();
  }

  sprite(label) {
    const { radius, ratio, look } = this;
    const canvas = document.createElement("canvas");
    const middle = radius + 1.5;
    canvas.width = canvas.height = Math.ceil(2 * middle * ratio);
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    context.beginPath();
    // Discs and squares with about as much ink.
    if (label) context.rect(middle - 0.83 * radius, middle - 0.83 * radius, 1.66 * radius, 1.66 * radius);
    else context.arc(middle, middle, 0.93 * radius, 0, 2 * Math.PI);
    context.fillStyle = look.classes[label];
    context.fill();
    context.lineWidth = look.dark ? 1.1 : 1.2;
    context.strokeStyle = look.dark ? "rgba(255,255,255,0.85)" : "#FFFFFF";
    context.stroke();
    return canvas;
  }

  pattern() {
    const canvas = document.createElement("canvas");
    const side = Math.round(7 * this.ratio);
    canvas.width = canvas.height = side;
    const context = canvas.getContext("2d");
    context.strokeStyle = this.look.warning;
    context.lineWidth = 1.4 * this.ratio;
    context.beginPath();
    for (const shift of [-side, 0, side]) {
      context.moveTo(shift - 1, side + 1);
      context.lineTo(shift + side + 1, -1);
    }
    context.stroke();
    const pattern = this.context.createPattern(canvas, "repeat");
    pattern.setTransform(new DOMMatrix().scale(1 / this.ratio));
    return pattern;
  }

  seek(x) {
    const { film, places } = this;
    this.x = x;
    this.frame = Math.round(x);
    between(film.positions, film.n * film.dim, x, places);
    this.lost = this.outside = 0;
    for (let i = 0; i < film.n; i++) {
      let [finite, inside] = [true, true];
      for (let j = 0; j < film.dim; j++) {
        const value = places[i * film.dim + j];
        finite &&= Number.isFinite(value);
        inside &&= Math.abs(value) <= film.window;
      }
      if (!finite) this.lost++;
      else if (!inside) this.outside++;
    }
  }

  begin() {
    const { context, ratio, side, film } = this;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, side, side);
    context.lineCap = "butt";
    context.lineJoin = "round";
    if (film.mesh.rows) {
      between(film.mesh.values, this.nodes.length, this.x, this.nodes);
      this.project(this.nodes, this.at);
    }
  }

  // Fading lines from where the points were to where they are.
  drawTails() {
    const { context, film, trail, x, then, look, radius, reach } = this;
    const stops = [Math.max(0, x - reach)];
    for (let k = Math.floor(stops[0]) + 1; k < x; k++) stops.push(k);
    stops.push(x);
    stops.forEach((stop, j) => this.project(between(film.positions, then.length, stop, then), trail[j]));
    for (let j = 1; j < stops.length; j++) {
      const age = (x - (stops[j - 1] + stops[j]) / 2) / reach;
      const [a, b] = [trail[j - 1], trail[j]];
      context.lineWidth = radius * (0.9 - 0.6 * age);
      for (const label of [0, 1]) {
        context.strokeStyle = faded(look.classes[label], (look.dark ? 0.5 : 0.38) * (1 - age) ** 1.3);
        context.beginPath();
        for (let i = 0; i < film.n; i++) {
          if (film.labels[i] !== label || !Number.isFinite(a[2 * i] + b[2 * i] + a[2 * i + 1] + b[2 * i + 1])) continue;
          context.moveTo(a[2 * i], a[2 * i + 1]);
          context.lineTo(b[2 * i], b[2 * i + 1]);
        }
        context.stroke();
      }
    }
  }

  // The line is what decides in the end, so it darkens as the last layer does its work.
  lineOpacity() {
    return 0.38 + 0.62 * Math.max(0, this.x - this.film.last + 1);
  }
}
