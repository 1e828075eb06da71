// The rotor. It knows three things: what rests (exact pictures and numbers of one angle, from the server), the
// reels (films and curves of every angle, on a shelf that reel.js fills), and where the image stands now.
// Numbers are never computed here, only looked up; of a turn the server hears when it is over.
const shelf = (globalThis.structvizReels ??= new Map());
const TURN = 6000; // milliseconds that a full turn takes when playing
const REPORT = { drag: 120, key: 400 }; // milliseconds of rest before the server hears of it
const STILL = matchMedia("(prefers-reduced-motion: reduce)");

const modulo = (x, n) => ((x % n) + n) % n;
const text = (x) => (x === null ? "∞ dB" : `${x.toFixed(1)} dB`);
const bytes = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
const png = (base64) =>
  createImageBitmap(new Blob([bytes(base64)], { type: "image/png" }), {
    premultiplyAlpha: "none",
    colorSpaceConversion: "none",
  });

class Rotor {
  constructor(parent) {
    this.root = parent.querySelector(".rotor");
    const find = (selector) => this.root.querySelector(selector);
    this.dial = find(".dial");
    this.hand = find(".hand");
    this.output = find(".degrees");
    this.playButton = find(".play");
    this.lensButton = find(".lens-switch");
    this.stateText = find(".state");
    this.pictures = find(".pictures");
    this.viewSwitch = find(".views");
    this.plot = find(".curves");
    this.curves = new Curves(this.plot, find(".legend"));
    this.said = find(".said");
    this.figures = [];
    for (let k = 0; k < 12; k++) {
      const length = k % 3 ? 4 : 9;
      svg("line", { y1: -42, y2: -42 + length, transform: `rotate(${30 * k})` }, find(".ticks"));
    }
    this.onReel = () => this.reelsChanged();
    addEventListener("structviz-reel", this.onReel);
    this.resized = new ResizeObserver(() => this.drawCurves());
    this.resized.observe(this.plot);
    this.listen();
  }

  destroy() {
    removeEventListener("structviz-reel", this.onReel);
    this.resized.disconnect();
    cancelAnimationFrame(this.animation);
    clearTimeout(this.timer);
  }

  // ---- what the server says

  update({ data, setStateValue }) {
    this.send = setStateValue;
    if (!data || data === this.data) return;
    const first = !this.data;
    this.data = data;
    if (first) this.count = data.seen;
    // Old news if a report is still under way; unwelcome while a finger or the player turns the image.
    const listens = data.seen >= this.count && !this.timer && !this.grip && !this.playing;
    if (first || listens) {
      this.degrees = data.degrees;
      this.differences = data.differences;
      this.view = data.curves;
    }
    this.setTables();
    this.buildColumns();
    this.buildViews();
    this.loadRest(data);
    this.reelsChanged();
    if (first) this.say("");
  }

  setTables() {
    this.colours = Object.fromEntries(
      Object.entries(this.data.tables).map(([name, [base64, low, high]]) => {
        const table = bytes(base64);
        const packed = new Uint32Array(256);
        for (let k = 0; k < 256; k++) {
          packed[k] = (255 << 24) | (table[3 * k + 2] << 16) | (table[3 * k + 1] << 8) | table[3 * k];
        }
        return [name, { packed, low, high }];
      }),
    );
    // Differences of two grey values, -255 to 255, straight to colours.
    const { low, high } = this.colours.image;
    const map = this.colours.difference;
    this.differenceColours = Uint32Array.from({ length: 511 }, (_, k) => {
      const difference = ((k - 255) / 255) * (high - low);
      const position = Math.round(((difference - map.low) / (map.high - map.low)) * 255);
      return map.packed[Math.min(255, Math.max(0, position))];
    });
    const { side } = this.data;
    if (this.pixels?.width === side) return;
    this.pixels = new ImageData(side, side);
    this.packed = new Uint32Array(this.pixels.data.buffer);
    this.outside = new Uint8Array(side * side);
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const far = (2 * y - side + 1) ** 2 + (2 * x - side + 1) ** 2 > (side - 1) ** 2;
        this.outside[y * side + x] = far ? 1 : 0;
      }
    }
  }

  buildColumns() {
    const { columns, side } = this.data;
    const layout = JSON.stringify([side, columns.map(({ name, title, colour }) => [name, title, colour])]);
    if (layout !== this.layout) {
      this.layout = layout;
      this.root.style.setProperty("--n", columns.length);
      this.pictures.replaceChildren();
      this.figures = columns.map((column) => this.buildFigure(column, side));
    }
    columns.forEach((column, k) => (this.figures[k].column = column));
  }

  buildFigure(column, side) {
    const figure = html("figure", { "data-arm": column.name, style: `--arm:${column.colour}` }, this.pictures);
    html("div", { class: "name" }, figure, column.title);
    const frame = html("div", { class: "frame" }, figure);
    const canvas = html("canvas", { class: "picture", width: side, height: side, role: "img" }, frame);
    const cells = Math.round((0.46 * side) / 5) | 1;
    const lens = html("canvas", { class: "lens", width: cells, height: cells, "aria-hidden": "true" }, frame);
    const caption = html("figcaption", {}, figure);
    const number = html("span", { class: "number" }, caption);
    const detail = html("span", { class: "detail" }, caption);
    this.grippable(frame);
    return { figure, frame, canvas, context: canvas.getContext("2d"), lens, cells, number, detail };
  }

  buildViews() {
    if (!this.viewSwitch.childElementCount) {
      for (const [view, title] of Object.entries(this.data.views)) {
        const button = html("button", { type: "button", "data-view": view }, this.viewSwitch, title);
        button.onclick = () => this.look({ curves: view });
      }
    }
  }

  // The exact pictures; until they are decoded, the last ones or those of the film stay.
  async loadRest(data) {
    const bitmaps = await Promise.all(data.pictures.map((picture) => png(picture.png)));
    if (data !== this.data) return;
    this.rest = { degrees: data.degrees, differences: data.differences, pictures: data.pictures, bitmaps };
    this.draw();
  }

  // ---- films and curves

  film(column) {
    return shelf.get(column.film);
  }

  reelsChanged() {
    if (!this.data) return;
    this.frames = Math.max(0, ...this.data.columns.map((column) => this.film(column)?.frames ?? 0)) || 72;
    this.draw();
    this.drawCurves();
  }

  // ---- what the visitor does

  listen() {
    this.grippable(this.dial);
    this.dial.onkeydown = (event) => this.key(event);
    this.playButton.onclick = () => (this.playing ? this.pause() : this.play());
    this.lensButton.onclick = () => {
      this.magnifies = !this.magnifies;
      this.hideLens();
      this.draw();
    };
    for (const button of this.root.querySelectorAll("[data-differences]")) {
      button.onclick = () => this.look({ differences: button.dataset.differences === "true" });
    }
    const seek = (event) => this.turn(this.curves.degreesAt(event));
    this.plot.onpointerdown = (event) => {
      if (event.button || !this.curves.degreesAt) return;
      this.pause(false);
      this.grip = { plot: true };
      this.plot.setPointerCapture(event.pointerId);
      seek(event);
    };
    this.plot.onpointermove = (event) => this.grip?.plot && seek(event);
    this.plot.onpointerup = this.plot.onpointercancel = () => this.release();
  }

  grippable(element) {
    element.onpointerdown = (event) => {
      if (event.button || !event.isPrimary) return;
      event.preventDefault();
      this.dial.focus({ preventScroll: true, focusVisible: false });
      element.setPointerCapture(event.pointerId);
      if (this.magnifies && event.pointerType === "touch" && element !== this.dial) {
        this.grip = { lens: true };
        this.magnify(event, element);
        return;
      }
      this.pause(false);
      this.hideLens();
      this.grip = { at: bearing(event, element), degrees: this.degrees };
      this.root.classList.add("turning");
    };
    element.onpointermove = (event) => {
      if (this.grip && !this.grip.lens && !this.grip.plot) {
        const at = bearing(event, element);
        if (at === null) return;
        if (this.grip.at !== null) this.grip.degrees += modulo(at - this.grip.at + 180, 360) - 180;
        this.grip.at = at;
        this.turn(this.grip.degrees);
      } else if (this.magnifies && element !== this.dial) this.magnify(event, element);
    };
    element.onpointerup = element.onpointercancel = () => this.release();
    element.onpointerleave = () => this.grip || this.hideLens();
  }

  release() {
    if (!this.grip) return;
    const { lens } = this.grip;
    this.grip = null;
    this.root.classList.remove("turning");
    // A mere click is no news, unless the server has still to hear of something.
    const news = modulo(this.degrees - this.data.degrees, 360) || this.data.seen < this.count || this.timer;
    if (lens) this.hideLens();
    else if (news) this.report(REPORT.drag);
    this.draw();
  }

  key(event) {
    const step = event.shiftKey ? 90 : 360 / this.frames;
    const moves = { ArrowRight: step, ArrowUp: step, ArrowLeft: -step, ArrowDown: -step, Home: -this.degrees };
    if (event.key === " ") this.playing ? this.pause() : this.play();
    else if (event.key in moves) {
      this.pause(false);
      this.turn(this.degrees + moves[event.key]);
      this.report(REPORT.key);
    } else return;
    event.preventDefault();
  }

  play() {
    clearTimeout(this.timer);
    this.timer = null;
    this.playing = true;
    const from = this.degrees;
    let began;
    const tick = (now) => {
      began ??= now;
      const ahead = (now - began) / TURN;
      // Those who want less motion get a still picture every second.
      this.turn(from + (STILL.matches ? 15 * Math.floor((now - began) / 1000) : 360 * ahead));
      this.animation = requestAnimationFrame(tick);
    };
    this.animation = requestAnimationFrame(tick);
    this.draw();
  }

  pause(reports = true) {
    if (!this.playing) return;
    cancelAnimationFrame(this.animation);
    this.playing = false;
    if (reports) this.report(0);
    this.draw();
  }

  // To the nearest frame of the films.
  turn(degrees) {
    const step = 360 / this.frames;
    const there = modulo(Math.round(degrees / step) * step, 360);
    if (there === this.degrees) return;
    this.degrees = there;
    this.draw();
  }

  look(change) {
    this.differences = change.differences ?? this.differences;
    this.view = change.curves ?? this.view;
    this.send("view", { differences: this.differences, curves: this.view, count: ++this.count });
    this.draw();
    this.drawCurves();
  }

  report(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = null;
      this.send("turn", { degrees: this.degrees, count: ++this.count });
      this.say(`${this.degrees} degrees. ${this.figures.map((f) => f.spoken).filter(Boolean).join(", ")}`);
    }, delay);
  }

  say(words) {
    this.said.textContent = words;
  }

  // ---- pictures and numbers

  draw() {
    if (!this.data) return;
    const { degrees, rest } = this;
    const exact = Boolean(rest) && modulo(rest.degrees, 360) === modulo(degrees, 360) && rest.bitmaps.length === this.figures.length;
    const truth = this.film(this.data.columns.at(-1));
    let ready = true;
    this.figures.forEach((figure, k) => {
      const film = this.film(figure.column);
      const differs = this.differences && figure.column.differs;
      if (!film) ready = false;
      let shown = true;
      if (exact && (rest.differences === this.differences || !figure.column.differs)) {
        figure.context.clearRect(0, 0, this.data.side, this.data.side);
        figure.context.drawImage(rest.bitmaps[k], 0, 0);
      } else if (film && (!differs || truth)) this.paint(figure, film, differs ? truth : null);
      else shown = false;
      figure.figure.classList.toggle("waiting", !shown);
      this.write(figure, exact ? rest.pictures[k] : null, film);
    });
    this.curves.mark(degrees);
    const shownDegrees = `${Math.round(degrees)}°`;
    this.output.textContent = shownDegrees;
    this.hand.setAttribute("transform", `rotate(${-degrees})`);
    this.dial.setAttribute("aria-valuenow", degrees);
    this.dial.setAttribute("aria-valuetext", `${Math.round(degrees)} degrees`);
    this.playButton.setAttribute("aria-pressed", Boolean(this.playing));
    this.playButton.querySelector("span").textContent = this.playing ? "Stop" : "Play";
    this.playButton.disabled = !ready && !this.playing;
    this.lensButton.setAttribute("aria-pressed", Boolean(this.magnifies));
    this.root.classList.toggle("magnifying", Boolean(this.magnifies));
    for (const button of this.root.querySelectorAll("[data-differences]")) {
      button.setAttribute("aria-pressed", (button.dataset.differences === "true") === this.differences);
    }
    this.stateText.textContent = ready ? "Drag a picture round." : "Preparing the turn …";
    Object.assign(this.root.dataset, { degrees, ready, exact });
    if (this.lensAt) this.drawLens();
  }

  paint({ context }, film, truth) {
    const { packed, outside, degrees } = this;
    const n = packed.length;
    const start = (Math.round((degrees / 360) * film.frames) % film.frames) * n;
    const { values } = film;
    if (truth) {
      const colours = this.differenceColours;
      for (let k = 0; k < n; k++) packed[k] = colours[values[start + k] - truth.values[start + k] + 255];
    } else {
      const colours = this.colours.image.packed;
      for (let k = 0; k < n; k++) packed[k] = colours[values[start + k]];
    }
    // Only quarter turns know what stands in the corners.
    if (degrees % 90) for (let k = 0; k < n; k++) if (outside[k]) packed[k] = 0;
    context.putImageData(this.pixels, 0, 0);
  }

  write(figure, rest, film) {
    const { column, canvas } = figure;
    const measured = column.name !== "truth";
    const k = film ? Math.round((this.degrees / 360) * film.frames) % film.frames : 0;
    const psnr = rest ? rest.psnr : film?.psnr?.[k];
    const ssim = rest ? rest.ssim : film?.ssim?.[k];
    const known = measured && psnr !== undefined;
    const number = measured ? (known ? text(psnr) : "…") : "";
    if (figure.number.textContent !== number) figure.number.textContent = number;
    const detail = known && ssim !== null ? `SSIM ${ssim.toFixed(3).replace("-", "−")}` : "";
    if (figure.detail.textContent !== detail) figure.detail.textContent = detail;
    figure.spoken = known ? `${column.title} ${number}` : "";
    const kind = this.differences && column.differs ? ", difference to the truth" : "";
    canvas.setAttribute("aria-label", `${column.title}${kind}, turned by ${Math.round(this.degrees)}°${known ? `: ${number}` : ""}`);
  }

  // ---- the lens: the same place in all pictures

  magnify(event, frame) {
    const box = frame.getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width;
    const y = (event.clientY - box.top) / box.height;
    if (x < 0 || y < 0 || x >= 1 || y >= 1) return this.hideLens();
    this.lensAt = { x, y, lift: event.pointerType === "touch" ? 0.36 : 0 };
    this.drawLens();
  }

  drawLens() {
    const { x, y, lift } = this.lensAt;
    const { side } = this.data;
    for (const { lens, cells, canvas } of this.figures) {
      const context = lens.getContext("2d");
      context.imageSmoothingEnabled = false;
      context.clearRect(0, 0, cells, cells);
      context.drawImage(canvas, Math.floor(x * side) - (cells >> 1), Math.floor(y * side) - (cells >> 1), cells, cells, 0, 0, cells, cells);
      lens.style.visibility = "visible";
      lens.style.left = `${Math.min(54, Math.max(0, 100 * x - 23))}%`;
      lens.style.top = `${Math.min(54, Math.max(0, 100 * (y - lift) - 23))}%`;
    }
  }

  hideLens() {
    this.lensAt = null;
    for (const { lens } of this.figures) lens.style.visibility = "hidden";
  }

  // ---- curves

  series() {
    const error = this.view === "error";
    const all = this.data.columns
      .filter(({ name }) => name !== "truth" && !(error && name === "noisy"))
      .map((column) => ({
        name: column.name,
        title: column.title,
        colour: column.colour,
        // Networks of this machine have the colours of their arms; a dashed line tells them from those that ship.
        style: column.name === "noisy" ? "quiet" : column.name.startsWith("local-") ? "dashed" : "",
        values: error ? shelf.get(column.errors)?.errors : this.film(column)?.psnr,
      }));
    if (error) {
      all.unshift({
        name: "interpolation",
        title: "Interpolation alone",
        colour: "var(--st-text-color)",
        style: "dashed",
        values: shelf.get(this.data.baseline)?.errors,
      });
    }
    return all;
  }

  drawCurves() {
    if (!this.data) return;
    for (const button of this.viewSwitch.children) {
      button.setAttribute("aria-pressed", button.dataset.view === this.view);
    }
    this.curves.draw(this.series(), this.view, this.degrees);
  }
}

const rotors = new WeakMap();

export default function (component) {
  const parent = component.parentElement;
  if (!rotors.has(parent)) rotors.set(parent, new Rotor(parent));
  rotors.get(parent).update(component);
  return () => {
    rotors.get(parent)?.destroy();
    rotors.delete(parent);
  };
}
