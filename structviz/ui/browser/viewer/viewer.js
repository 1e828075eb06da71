// The viewer: it knows the slices and how they are looked at. Hands change the look, at once and in all columns; the
// server hears of it when a hand is lifted.
const REST = 250; // milliseconds of rest before the server hears of it
const PLAY = 350; // milliseconds for an iterate
const HOLD = 0.05; // how near to an end of the line a finger must be to hold it, in sides of the image
const viewers = new WeakMap();
const limited = (x, low, high) => Math.min(Math.max(x, low), high);

class Viewer {
  constructor(root) {
    this.root = root;
    this.count = 0;
    this.waiting = null; // what the visitor did and the page has yet to hear
    this.find = (selector) => root.querySelector(selector);
    this.onShelf = ({ detail }) => detail === this.words?.slices && this.load();
    addEventListener("structviz-slices", this.onShelf);
    this.resized = new ResizeObserver(() => this.draw());
    this.resized.observe(root);
    this.listen();
    root.structvizViewer = this;
  }

  destroy() {
    removeEventListener("structviz-slices", this.onShelf);
    this.resized.disconnect();
    this.stop();
    clearTimeout(this.waiting); // one who leaves takes no report along
  }

  // ---- what comes from the page
  update({ data, setStateValue }) {
    if (!data) return;
    this.send = setStateValue;
    const before = this.words;
    this.words = data;
    this.table ??= Uint8Array.from(atob(data.table), (c) => c.charCodeAt(0));
    const asked = JSON.stringify(data.look);
    // The page's wish counts where it has changed, once the page has heard of all that the visitor did.
    const heard = data.seen >= this.count && !this.waiting && !this.held && !this.playing;
    if (!before || (asked !== JSON.stringify(before.look) && heard)) this.look = { ...data.look };
    if (!before) this.makeWindows();
    if (data.slices !== before?.slices) this.load();
    else this.draw();
  }

  load() {
    const bytes = globalThis.structvizSlices?.get(this.words.slices);
    if (!bytes) return;
    this.slices = unpacked(bytes);
    this.makePlates();
    this.draw();
  }

  makePlates() {
    const { plates, side } = this.slices;
    const parent = this.find(".plates");
    parent.replaceChildren();
    parent.style.setProperty("--n", plates.length);
    this.columns = plates.map((plate) => {
      const figure = element("figure", { style: `--arm:${plate.colour}`, "data-plate": plate.name }, parent);
      element("div", { class: "name" }, figure, plate.title);
      const whole = element("div", { class: "frame whole", tabindex: 0, role: "img", "aria-label": plate.title }, figure);
      const canvas = element("canvas", { width: side, height: side, class: "slice" }, whole);
      const over = element("svg", { viewBox: "0 0 1 1", preserveAspectRatio: "none" }, whole, undefined, true);
      const box = element("rect", { class: "box" }, over, undefined, true);
      const line = element("line", { class: "line" }, over, undefined, true);
      const ends = [0, 1].map(() => element("circle", { class: "end", r: 0.018 }, over, undefined, true));
      const printed = element("div", { class: "printed" }, whole);
      const close = element("div", { class: "frame close", tabindex: 0, role: "img", "aria-label": `${plate.title}, zoom` }, figure);
      const zoom = element("canvas", { class: "detail" }, close);
      const under = element("div", { class: "under" }, figure);
      this.hold(whole, false);
      this.hold(close, true);
      return { plate, canvas, box, line, ends, printed, zoom, under, close };
    });
    this.last = Math.max(...plates.map((plate) => plate.frames)) - 1;
    const scrubber = this.find(".iterate");
    scrubber.max = this.last;
    for (const part of [scrubber, this.find(".play")]) part.disabled = !this.last;
  }

  makeWindows() {
    const parent = this.find(".windows");
    for (const [name, [low, high]] of Object.entries(this.words.windows)) {
      const button = element("button", { type: "button", "data-window": name }, parent, name);
      button.onclick = () => this.change({ low, high });
    }
    const [least, most] = this.words.reach;
    Object.assign(this.find(".level"), { min: Math.max(least, -0.1), max: Math.min(most, 0.7) });
    Object.assign(this.find(".width"), { min: 0.01, max: 1 });
  }

  // ---- drawing
  draw() {
    if (!this.slices || !this.look) return;
    const { plates, side } = this.slices;
    const { look, words: page } = this;
    const truth = plates.at(-1);
    const truthValues = frameValues(truth, truth.frames - 1, side);
    const [left, top, width] = zoomed(look, side);
    for (const column of this.columns) {
      const { plate, canvas, zoom } = column;
      const k = shownFrame(plate, look.iterate);
      const values = frameValues(plate, k, side);
      const compared = look.differences && plate !== truth;
      canvas.getContext("2d").putImageData(painted(values, compared ? truthValues : null, look, this.table, side), 0, 0);
      const size = Math.round(column.close.clientWidth * devicePixelRatio) || side;
      if (zoom.width !== size) zoom.width = zoom.height = size;
      const context = zoom.getContext("2d");
      context.imageSmoothingEnabled = false;
      context.drawImage(canvas, left, top, width, width, 0, 0, size, size);
      for (const [name, value] of Object.entries({ x: left, y: top, width, height: width })) {
        column.box.setAttribute(name, value / side);
      }
      this.drawLine(column);
      column.printed.classList.toggle("dark", compared);
      column.printed.textContent = plate.psnr.length ? this.figures(plate, k) : "";
    }
    this.drawHandles();
    const curves = plates.map((plate) => ({
      name: plate.name,
      colour: plate.colour,
      values: look.profile ? along(frameValues(plate, shownFrame(plate, look.iterate), side), side, look.profile) : [],
    }));
    this.curves = curves;
    const chart = this.find(".profile");
    chart.toggleAttribute("hidden", !look.profile);
    if (look.profile) drawProfile(chart, [curves.at(-1), ...curves.slice(0, -1)], look.profile, page.side_cm, look.unit, page.water);
  }

  figures(plate, k) {
    const psnr = plate.psnr[k] === null ? "∞" : plate.psnr[k].toFixed(1);
    return `${psnr} dB · SSIM ${plate.ssim[k] === null ? "–" : plate.ssim[k].toFixed(3)}`;
  }

  drawLine({ line, ends }) {
    const { profile } = this.look;
    for (const part of [line, ...ends]) part.style.display = profile ? "" : "none";
    if (!profile) return;
    const [y1, x1, y2, x2] = profile;
    for (const [name, value] of Object.entries({ x1, y1, x2, y2 })) line.setAttribute(name, value);
    [[x1, y1], [x2, y2]].forEach(([x, y], k) => {
      ends[k].setAttribute("cx", x);
      ends[k].setAttribute("cy", y);
    });
  }

  drawHandles() {
    const { look, words: page } = this;
    const [level, width] = [(look.low + look.high) / 2, look.high - look.low];
    this.find(".level").value = level;
    this.find(".width").value = width;
    this.find(".level-value").textContent = words(level, look.unit, page.water);
    const wide = look.unit === "hu" ? `${((1000 * width) / page.water).toFixed(0)} HU` : `${width.toFixed(3)}/cm`;
    this.find(".width-value").textContent = wide;
    this.find(".zoom").value = look.zoom;
    const k = look.iterate === null ? this.last : Math.min(look.iterate, this.last);
    this.find(".iterate").value = k;
    this.find(".iterate-value").textContent = !this.last ? "" : k === this.last ? "result" : `step ${k} of ${this.last}`;
    this.root.dataset.iterate = k;
    this.press(".differences", look.differences);
    this.press(".profiled", !!look.profile);
    this.press(".play", !!this.playing);
    for (const button of this.root.querySelectorAll("[data-unit]")) press(button, button.dataset.unit === look.unit);
    for (const button of this.root.querySelectorAll("[data-window]")) {
      const [low, high] = page.windows[button.dataset.window];
      press(button, Math.abs(low - look.low) < 5e-4 && Math.abs(high - look.high) < 5e-4);
    }
  }

  press(selector, pressed) {
    press(this.find(selector), pressed);
  }

  // ---- hands
  listen() {
    const windowed = () => {
      const level = Number(this.find(".level").value);
      const width = Number(this.find(".width").value);
      const [least, most] = this.words.reach;
      this.change({ low: Math.max(level - width / 2, least), high: Math.min(level + width / 2, most) });
    };
    this.find(".level").oninput = windowed;
    this.find(".width").oninput = windowed;
    this.find(".zoom").oninput = (event) => this.change({ zoom: Number(event.target.value) });
    this.find(".iterate").oninput = (event) => {
      this.stop();
      this.goTo(Number(event.target.value));
    };
    this.find(".play").onclick = () => {
      if (!this.playing) return this.play();
      this.stop();
      this.change({});
    };
    this.find(".differences").onclick = () => this.change({ differences: !this.look.differences });
    this.find(".profiled").onclick = () => {
      const { row, column, zoom, profile } = this.look;
      const reach = Math.min(0.5, Math.max(zoom, 0.1) / 2);
      this.change({ profile: profile ? null : [row, limited(column - reach, 0, 1), row, limited(column + reach, 0, 1)] });
    };
    for (const button of this.root.querySelectorAll("[data-unit]")) {
      button.onclick = () => this.change({ unit: button.dataset.unit });
    }
  }

  goTo(k) {
    this.change({ iterate: k >= this.last ? null : k });
  }

  play() {
    let k = -1;
    this.playing = setInterval(() => {
      k += 1;
      if (k >= this.last) this.stop();
      this.goTo(k);
    }, PLAY);
    this.drawHandles();
  }

  stop() {
    clearInterval(this.playing);
    this.playing = null;
  }

  // A finger on an image: near an end of the line it moves that end, elsewhere the zoom.
  hold(frame, close) {
    const place = (event) => {
      const box = frame.getBoundingClientRect();
      return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    };
    const holds = (event) => this.held?.frame === frame && this.held.pointer === event.pointerId;
    frame.onpointerdown = (event) => {
      if (event.button || this.held) return;
      frame.setPointerCapture(event.pointerId);
      const [x, y] = place(event);
      const { profile, zoom } = this.look;
      const [row, column] = [this.look.row, this.look.column].map((middle) => limited(middle, zoom / 2, 1 - zoom / 2));
      const near = (k) => profile && Math.hypot(profile[2 * k] - y, profile[2 * k + 1] - x) < HOLD;
      const end = close ? -1 : [0, 1].findIndex(near);
      this.held = { frame, pointer: event.pointerId, end, x, y, row, column };
      if (!close && end < 0) this.change({ row: limited(y, 0, 1), column: limited(x, 0, 1) });
    };
    frame.onpointermove = (event) => {
      const [x, y] = place(event);
      if (!holds(event)) return this.held ? undefined : this.say(close, x, y);
      const { end, row, column } = this.held;
      if (end >= 0) {
        const profile = [...this.look.profile];
        [profile[2 * end], profile[2 * end + 1]] = [limited(y, 0, 1), limited(x, 0, 1)];
        return this.change({ profile });
      }
      if (!close) return this.change({ row: limited(y, 0, 1), column: limited(x, 0, 1) });
      const { zoom } = this.look;
      const reach = (start, moved) => limited(start - moved * zoom, zoom / 2, 1 - zoom / 2);
      this.change({ row: reach(row, y - this.held.y), column: reach(column, x - this.held.x) });
    };
    frame.onpointerup = frame.onpointercancel = (event) => {
      if (!holds(event)) return;
      this.held = null;
      this.report();
    };
    frame.onpointerleave = () => this.columns.forEach(({ under }) => (under.textContent = ""));
    frame.onkeydown = (event) => {
      const moves = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
      const move = moves[event.key];
      if (!move) return;
      event.preventDefault();
      const [row, column] = [this.look.row + 0.02 * move[0], this.look.column + 0.02 * move[1]];
      this.change({ row: limited(row, 0, 1), column: limited(column, 0, 1) });
    };
  }

  // What stands under the pointer, in every column.
  say(close, x, y) {
    const { side } = this.slices;
    const [left, top, width] = close ? zoomed(this.look, side) : [0, 0, side];
    const [i, j] = [top + y * width, left + x * width].map((at) => limited(Math.floor(at), 0, side - 1));
    for (const { plate, under } of this.columns) {
      const value = frameValues(plate, shownFrame(plate, this.look.iterate), side)[i * side + j];
      under.textContent = `${words(value, this.look.unit, this.words.water)} here`;
    }
  }

  change(part) {
    Object.assign(this.look, part);
    this.draw();
    clearTimeout(this.waiting);
    this.waiting = null;
    if (!this.held && !this.playing) this.waiting = setTimeout(() => this.report(), REST);
  }

  report() {
    clearTimeout(this.waiting);
    this.waiting = null;
    this.count = Math.max(this.count, this.words.seen) + 1;
    this.find(".said").textContent = this.columns
      .filter(({ plate }) => plate.psnr.length)
      .map(({ plate }) => `${plate.title}: ${this.figures(plate, shownFrame(plate, this.look.iterate))}`)
      .join("; ");
    this.send("look", { ...this.look, count: this.count });
  }

  // ---- for tests
  values(name) {
    const plate = this.slices.plates.find((one) => one.name === name);
    return frameValues(plate, shownFrame(plate, this.look.iterate), this.slices.side);
  }
}

function press(button, pressed) {
  button.setAttribute("aria-pressed", pressed);
}

export default function (component) {
  const parent = component.parentElement;
  if (!viewers.has(parent)) viewers.set(parent, new Viewer(parent.querySelector(".viewer")));
  viewers.get(parent).update(component);
  return () => {
    viewers.get(parent)?.destroy();
    viewers.delete(parent);
  };
}
