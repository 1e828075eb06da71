// The brush. The browser holds the points; the server hears of them when a stroke is over, and its own points count
// only where they have changed since it last spoke. A point is [x, y, label]; once made it is never altered, so
// that the states for undo may share it.
const REPORT = 150; // milliseconds of rest before the server hears of a stroke
const LEVELS = 100; // that can be undone
const PRECISION = 1e4; // what is reported has four decimals, and so has what is drawn

// In hundredths of the half-width of the sheet.
const RADIUS = 2.4; // of a point
const STRIDE = 7; // of the finger between two points that it sprays
const JITTER = 2.2;
const APART = 4.5; // two points of one stroke are never closer
const REACH = 6; // of the eraser
const STEP = 5; // of the cursor

const SHAPES = {
  circle: (r) => `M${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`,
  square: (r) => `M${-0.87 * r} ${-0.87 * r}h${1.74 * r}v${1.74 * r}h${-1.74 * r}z`,
  diamond: (r) => `M0 ${-1.22 * r}L${1.22 * r} 0L0 ${1.22 * r}L${-1.22 * r} 0z`,
};
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const rounded = (x) => Math.round(x * PRECISION) / PRECISION + 0; // never -0
const signed = (x) => String(x).replace("-", "−");

function svg(name, attributes, parent, content) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (content !== undefined) element.textContent = content;
  parent?.append(element);
  return element;
}

// How far p is from the stretch between a and b.
function distance(p, a, b) {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length = dx * dx + dy * dy;
  const share = length ? Math.min(1, Math.max(0, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length)) : 0;
  return Math.hypot(p[0] - a[0] - share * dx, p[1] - a[1] - share * dy);
}

class Brush {
  constructor(parent) {
    this.root = parent.querySelector(".brush");
    const find = (selector) => this.root.querySelector(selector);
    this.sheet = find(".sheet");
    this.layer = find(".points");
    this.ghost = find(".ghost");
    this.ring = find(".ring");
    this.cursor = find(".cursor");
    this.undoButton = find(".undo");
    this.clearButton = find(".clear");
    this.total = find(".total");
    this.shares = this.root.querySelectorAll(".share > span");
    this.outside = find(".outside");
    this.limit = find(".limit");
    this.said = find(".said");
    this.points = [];
    this.history = [];
    this.drawn = new WeakMap(); // the picture of each point
    this.label = 0; // of new points
    this.erases = false;
    this.unsaid = false; // whether the server has still to hear of something
    this.listen();
  }

  destroy() {
    clearTimeout(this.timer);
  }

  // ---- what the server says

  update({ data, setStateValue }) {
    this.send = setStateValue;
    if (!data || data === this.data) return;
    const first = !this.data;
    this.data = data;
    if (first) {
      this.count = data.seen;
      this.points = this.given = data.points;
      this.dress();
    }
    this.hear();
    this.draw();
  }

  // Old news if a stroke has still to reach the server, or is being drawn.
  hear() {
    const { points, half_width, seen } = this.data;
    if (this.stroke || this.unsaid || seen < this.count) return;
    if (half_width !== this.half_width) {
      this.half_width = half_width;
      this.drawGrid();
    }
    if (same(points, this.given)) return;
    this.given = points;
    if (same(points, this.points)) return;
    this.points = points;
    this.history = [];
  }

  report() {
    this.unsaid = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.unsaid = false;
      this.send("drawing", { points: this.points, count: ++this.count });
      this.said.textContent = this.total.textContent + [...this.shares].map((share) => share.textContent).join(" +");
    }, REPORT);
  }

  // ---- what the visitor does

  listen() {
    const { sheet } = this;
    for (const button of this.root.querySelectorAll("[data-tool]")) {
      button.onclick = () => {
        const { tool } = button.dataset;
        this.erases = tool === "erase" && !this.erases; // its button also puts the eraser away
        if (tool !== "erase") this.label = Number(tool);
        this.hidePen();
        this.draw();
      };
    }
    this.undoButton.onclick = () => this.undo();
    this.clearButton.onclick = () => this.clear();
    sheet.onpointerdown = (event) => this.begin(event);
    sheet.onpointermove = (event) => this.move(event);
    sheet.onpointerup = sheet.onpointercancel = sheet.onlostpointercapture = (event) => this.end(event);
    sheet.onpointerleave = () => this.stroke || this.hidePen();
    sheet.onkeydown = (event) => this.key(event);
    sheet.onfocus = () => sheet.matches(":focus-visible") && this.showCursor();
    sheet.onblur = () => this.cursor.classList.remove("shown");
  }

  begin(event) {
    if (event.button || !event.isPrimary || this.stroke) return;
    event.preventDefault();
    this.sheet.focus({ preventScroll: true, focusVisible: false });
    this.cursor.classList.remove("shown");
    this.sheet.setPointerCapture(event.pointerId);
    this.at = this.place(event);
    this.start(this.at, event.pointerId);
    this.showPen(event);
  }

  move(event) {
    if (!this.stroke) {
      if (event.pointerType !== "touch") this.showPen(event);
      return;
    }
    if (event.pointerId !== this.stroke.pointer) return;
    // What came between two pictures of the screen is also part of the way.
    const way = event.getCoalescedEvents?.() ?? [];
    for (const stop of way.length ? way : [event]) this.drag(this.place(stop));
    this.draw();
    this.showPen(event);
  }

  end(event) {
    if (event.pointerId !== this.stroke?.pointer) return;
    this.finish();
    if (event.pointerType === "touch") this.hidePen();
  }

  key(event) {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !event.shiftKey) this.undo();
    else if (event.ctrlKey || event.metaKey || event.altKey) return;
    else if (event.key in MOVES) {
      const step = (event.shiftKey ? 4 : 1) * STEP;
      this.at = this.at.map((x, k) => {
        // From a place between the steps to the next one, and no farther than the edge.
        const there = Math.round((100 * x) / this.half_width / STEP) * STEP + step * MOVES[event.key][k];
        return (this.half_width * Math.min(100, Math.max(-100, there))) / 100;
      });
      this.said.textContent = this.at.map((x) => signed(+x.toFixed(2))).join(", ");
      this.showCursor();
    } else if (event.key === "Enter" || event.key === " ") {
      this.showCursor();
      if (!this.stroke && !event.repeat) {
        this.start(this.at);
        this.finish();
      }
    } else return;
    event.preventDefault();
  }

  // ---- a stroke: of the finger, or one point of the keyboard

  start(at, pointer) {
    clearTimeout(this.timer); // half a stroke is nothing to report
    const { label, erases, points } = this;
    this.stroke = { label, erases, pointer, before: points, from: at, left: STRIDE, own: [] };
    if (erases) this.erase(at, at);
    else this.add(at);
    this.draw();
  }

  drag(to) {
    const { stroke } = this;
    if (stroke.erases) this.erase(stroke.from, to);
    else this.spray(stroke.from, to);
    stroke.from = to;
  }

  finish() {
    const { before } = this.stroke;
    this.stroke = null;
    if (before !== this.points) this.remember(before);
    if (before !== this.points || this.unsaid) this.report();
    this.hear();
    this.draw();
  }

  // Points at even distances along the way, a little off it; none where the same stroke has been.
  spray(from, to) {
    const unit = this.half_width / 100;
    const length = Math.hypot(to[0] - from[0], to[1] - from[1]) / unit;
    const { stroke } = this;
    let gone = stroke.left;
    for (; gone <= length; gone += STRIDE) {
      const [angle, off] = [2 * Math.PI * Math.random(), JITTER * Math.sqrt(Math.random()) * unit];
      const x = from[0] + (gone / length) * (to[0] - from[0]) + off * Math.cos(angle);
      const y = from[1] + (gone / length) * (to[1] - from[1]) + off * Math.sin(angle);
      if (stroke.own.every((point) => Math.hypot(point[0] - x, point[1] - y) >= APART * unit)) this.add([x, y]);
    }
    stroke.left = gone - length;
  }

  add([x, y]) {
    const { half_width } = this;
    if (this.points.length >= this.data.limit || Math.max(Math.abs(x), Math.abs(y)) > half_width) return;
    const point = [rounded(x), rounded(y), this.stroke.label];
    this.stroke.own.push(point);
    this.points = [...this.points, point];
  }

  erase(from, to) {
    const reach = (REACH * this.half_width) / 100;
    const kept = this.points.filter((point) => distance(point, from, to) > reach);
    if (kept.length < this.points.length) this.points = kept;
  }

  remember(before) {
    this.history.push(before);
    if (this.history.length > LEVELS) this.history.shift();
  }

  undo() {
    if (this.stroke || !this.history.length) return;
    this.points = this.history.pop();
    this.report();
    this.draw();
  }

  clear() {
    if (this.stroke || !this.points.length) return;
    this.remember(this.points);
    this.points = [];
    this.report();
    this.draw();
  }

  // ---- pictures and words

  place(event) {
    const box = this.sheet.getBoundingClientRect();
    const { half_width } = this;
    return [
      half_width * ((2 * (event.clientX - box.left)) / box.width - 1),
      half_width * (1 - (2 * (event.clientY - box.top)) / box.height),
    ];
  }

  put(element, [x, y]) {
    const zoom = 100 / this.half_width;
    element.setAttribute("transform", `translate(${(zoom * x).toFixed(2)} ${(-zoom * y).toFixed(2)})`);
  }

  // Colours and shapes that the classes have everywhere.
  dress() {
    const { colours, symbols } = this.data;
    colours.forEach((colour, label) => this.root.style.setProperty(`--class-${label}`, colour));
    for (const shape of this.root.querySelectorAll("svg.shape")) {
      shape.setAttribute("viewBox", "-1.3 -1.3 2.6 2.6");
      svg("path", { d: SHAPES[symbols[shape.dataset.label]](1) }, shape);
    }
    this.ring.setAttribute("r", REACH);
  }

  drawGrid() {
    const { half_width } = this;
    const raw = half_width / 3;
    const power = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 5, 10].find((s) => s * power >= raw * (1 - 1e-9)) * power;
    const ticks = this.root.querySelector(".ticks");
    ticks.replaceChildren();
    let grid = "";
    for (let k = -Math.floor(half_width / step); k * step <= half_width; k++) {
      const at = (100 * k * step) / half_width;
      if (!k || Math.abs(at) > 92) continue; // the axes need no number, and the edge has no room for one
      grid += `M${at} -100V100M-100 ${at}H100`;
      const words = signed(+(k * step).toPrecision(6));
      svg("text", { x: at, y: 97, "text-anchor": "middle" }, ticks, words);
      svg("text", { x: -97, y: 2.2 - at }, ticks, words);
    }
    this.root.querySelector(".grid").setAttribute("d", grid);
    this.drawn = new WeakMap();
    this.at = [0, 0]; // where the cursor of the keyboard stands
    const [low, high] = [-half_width, half_width].map(signed);
    this.sheet.setAttribute("aria-label", `Drawing area, both coordinates from ${low} to ${high}`);
    this.sheet.setAttribute("aria-keyshortcuts", "ArrowLeft ArrowRight ArrowUp ArrowDown Enter Control+Z");
  }

  element(point) {
    let element = this.drawn.get(point);
    if (!element) {
      const label = point[2];
      element = svg("path", { d: SHAPES[this.data.symbols[label]](RADIUS), "data-label": label });
      this.put(element, point);
      this.drawn.set(point, element);
    }
    return element;
  }

  draw() {
    const { points, data, history, half_width } = this;
    const tool = this.erases ? "erase" : String(this.label);
    this.layer.replaceChildren(...points.map((point) => this.element(point)));
    for (const button of this.root.querySelectorAll("[data-tool]")) {
      button.setAttribute("aria-pressed", button.dataset.tool === tool);
    }
    this.sheet.classList.toggle("erases", this.erases);
    this.undoButton.setAttribute("aria-disabled", !history.length);
    this.clearButton.setAttribute("aria-disabled", !points.length);
    this.total.textContent = `${points.length} ${points.length === 1 ? "point" : "points"}:`;
    this.shares.forEach((share, label) => {
      share.textContent = ` ${points.filter((point) => point[2] === label).length}`;
    });
    const out = points.filter(([x, y]) => Math.max(Math.abs(x), Math.abs(y)) > half_width).length;
    this.outside.textContent = out ? `${out} outside the picture` : "";
    const full = points.length >= data.limit;
    const words = full ? `${data.limit} points are as many as fit. Erase some to draw others.` : "";
    if (this.limit.textContent !== words) this.limit.textContent = words;
  }

  // What a click would do here.
  showPen(event) {
    this.hidePen();
    const { erases } = this.stroke ?? this;
    if (this.stroke && !erases) return;
    const pen = erases ? this.ring : this.ghost;
    if (!erases) {
      pen.setAttribute("d", SHAPES[this.data.symbols[this.label]](RADIUS));
      pen.dataset.label = this.label;
    }
    this.put(pen, this.place(event));
    pen.classList.add("shown");
  }

  hidePen() {
    this.ghost.classList.remove("shown");
    this.ring.classList.remove("shown");
  }

  showCursor() {
    this.hidePen();
    this.put(this.cursor, this.at);
    this.cursor.classList.add("shown");
  }
}

const brushes = new WeakMap();

export default function (component) {
  const parent = component.parentElement;
  if (!brushes.has(parent)) brushes.set(parent, new Brush(parent));
  brushes.get(parent).update(component);
  return () => {
    brushes.get(parent)?.destroy();
    brushes.delete(parent);
  };
}
