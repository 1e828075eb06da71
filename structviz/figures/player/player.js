// The player: one clock for all films, in frames of the first, and what the visitor does with it.
const WHOLE = 6000; // milliseconds that a film takes at speed 1
const HOLD = 1500; // that it stays at its end
const REST = 400; // after a key, before it is reported
const DRIFT = 0.1; // radians a second by which a film in space turns while it plays
const STILL = matchMedia("(prefers-reduced-motion: reduce)");
const DARK = matchMedia("(prefers-color-scheme: dark)");

// Play films in an element of class "player".
//   bytes    what structviz.figures.player.encode made
//   options  { frame, show, playing }: of the first film, names of what is shown, whether it starts
//   report   hears ("seek", { frame }) when the visitor has come to rest, and ("show", { names }) of the switches
// Returns the player: load(bytes), set(options), reveal(), restyle(), destroy().
function mountPlayer(root, bytes, options = {}, report = () => {}) {
  return new Player(root, bytes, options, report);
}

class Player {
  constructor(root, bytes, options, report) {
    this.root = root;
    this.report = report;
    this.x = 0; // where the clock stands
    this.held = 0; // milliseconds spent at the end
    this.speed = 1;
    this.show = new Set(options.show ?? []);
    this.view = { yaw: 0.9, pitch: 0.45 };
    this.visible = true;
    this.desk = new Desk(root, {
      toggle: () => this.toggle(),
      step: (by) => this.step(by),
      seek: (x) => this.pause(false) || this.go(x),
      rest: () => this.rest(0),
      speed: (speed) => this.change({ speed }),
      show: (name) => this.showing(name, !this.show.has(name)),
      ground: (name) => this.ground(name),
    });
    root.onkeydown = (event) => this.key(event);
    // For tests, which compare what is drawn with what was computed.
    root.structvizPlayer = {
      positions: (panel) => this.stages[panel].places.slice(),
      seek: (x) => this.go(x),
      view: this.view,
    };
    this.resized = new ResizeObserver(() => this.fit());
    this.seen = new IntersectionObserver((entries) => (this.visible = entries.at(-1).isIntersecting));
    this.seen.observe(root);
    this.onScheme = () => this.restyle();
    this.onPixels = () => this.fit(); // also when the page is zoomed
    DARK.addEventListener("change", this.onScheme);
    addEventListener("resize", this.onPixels);
    this.load(bytes);
    this.go(options.frame ?? 0);
    if (options.playing ?? true) this.start();
  }

  destroy() {
    cancelAnimationFrame(this.animation);
    clearTimeout(this.timer);
    this.resized.disconnect();
    this.seen.disconnect();
    DARK.removeEventListener("change", this.onScheme);
    removeEventListener("resize", this.onPixels);
    delete this.root.structvizPlayer;
    this.root.replaceChildren();
  }

  // ---- what there is to see

  // New films: the clock keeps its share of the time, and everything else stays as it is.
  load(bytes) {
    const before = this.films && { share: this.shareOf(this.x), frame: this.stages[0].frame };
    const { colours, films } = readFilms(bytes);
    this.films = films;
    this.colours = colours;
    const { figures } = this.desk;
    this.desk.hang(films, colours);
    this.stages = films.map((film, k) => {
      const { canvas } = this.desk.figures[k];
      return film.dim === 3 ? new Space(canvas, film) : new Flat(canvas, film);
    });
    if (this.desk.figures !== figures) {
      this.resized.disconnect();
      for (const { canvas, film } of this.stages) {
        this.grip(canvas, film.dim === 3);
        this.resized.observe(canvas);
      }
    }
    this.desk.press(this);
    this.restyle();
    if (!before) return;
    this.go(this.at(before.share));
    // Its number may be another one, though it is the same moment.
    if (!this.playing && this.stages[0].frame !== before.frame) this.rest(0);
  }

  // Which part of the time has passed at x, and the reverse.
  shareOf(x) {
    const { times } = this.films[0];
    return (timeAt(times, x) - times[0]) / (times.at(-1) - times[0]);
  }

  at(share) {
    const { times } = this.films[0];
    return layerAt(times, times[0] + share * (times.at(-1) - times[0]));
  }

  fit() {
    const ratio = Math.min(2, devicePixelRatio || 1);
    const changed = this.stages.map((stage) => stage.fit(stage.canvas.clientWidth, ratio));
    if (changed.some(Boolean)) this.draw();
  }

  // The colours of the theme, which only the style sheet knows.
  restyle() {
    const probe = make("i", {}, this.root);
    const seen = (colour) => {
      probe.style.color = colour;
      const channels = getComputedStyle(probe).color.match(/[\d.]+/g).slice(0, 3);
      return `#${channels.map((value) => Math.round(value).toString(16).padStart(2, "0")).join("")}`;
    };
    const [text, warning] = [seen("var(--st-text-color)"), seen("var(--warning)")];
    probe.remove();
    // Where the text is light, the ground is dark.
    const dark = [1, 3, 5].reduce((sum, at) => sum + parseInt(text.slice(at, at + 2), 16), 0) > 384;
    for (const stage of this.stages) stage.wear({ text, warning, classes: this.colours, dark });
    this.fit();
    this.draw();
  }

  draw() {
    for (const stage of this.stages) stage.draw(this.show, this.view);
  }

  // ---- the clock

  go(x) {
    const [first] = this.films;
    this.x = Math.min(first.last, Math.max(0, Number.isFinite(x) ? x : 0));
    this.held = 0;
    for (const stage of this.stages) stage.seek(inStep(first, stage.film, this.x));
    this.desk.write(this.x, this.stages, this.show);
    this.draw();
  }

  // What begins by itself does not begin for those who want less motion.
  start() {
    if (!STILL.matches) this.play();
  }

  play() {
    if (this.playing) return;
    clearTimeout(this.timer);
    this.timer = null;
    if (this.x >= this.films[0].last) this.go(0);
    let last;
    const tick = (now) => {
      this.animation = requestAnimationFrame(tick);
      // A frame that came late, as after a nap of the page, must not make the points leap.
      const passed = Math.min(250, now - (last ?? now));
      last = now;
      if (this.visible && !document.hidden) this.advance(passed);
    };
    this.animation = requestAnimationFrame(tick);
    this.change({ playing: true });
  }

  advance(passed) {
    if (!STILL.matches && !this.grabbed) this.view.yaw += (DRIFT * passed) / 1000;
    if (this.x < this.films[0].last) this.go(this.at(this.shareOf(this.x) + (this.speed * passed) / WHOLE));
    else if (this.held + passed < HOLD) {
      this.held += passed;
      if (this.films.some(({ dim }) => dim === 3)) this.draw();
    } else this.go(0);
  }

  pause(reports = true) {
    if (!this.playing) return;
    cancelAnimationFrame(this.animation);
    this.change({ playing: false });
    if (reports) this.rest(0);
  }

  toggle() {
    this.playing ? this.pause() : this.play();
  }

  step(by) {
    this.pause(false);
    this.go((by > 0 ? Math.floor(snap(this.x)) : Math.ceil(snap(this.x))) + by);
    this.rest(REST);
  }

  // The visitor has come to rest.
  rest(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = null;
      this.report("seek", { frame: this.stages[0].frame });
      this.desk.say();
    }, delay);
  }

  get busy() {
    return Boolean(this.timer || this.grabbed);
  }

  // ---- switches

  change(state) {
    Object.assign(this, state);
    this.desk.press(this);
  }

  showing(name, is) {
    if (is) this.show.add(name);
    else this.show.delete(name);
    this.report("show", { names: [...this.show] });
    this.desk.press(this);
    this.desk.write(this.x, this.stages, this.show);
    this.draw();
  }

  ground(name) {
    this.show.delete("decisions");
    this.show.delete("line");
    this.showing(name, name !== "none");
  }

  // What the page wants: whatever is named.
  set({ frame, show, playing }) {
    if (show) this.change({ show: new Set(show) });
    if (playing) this.start();
    else if (playing === false) this.pause(false);
    this.go(frame ?? this.x);
  }

  // Into sight, if it is not; where it is larger than the screen, its top with the controls.
  reveal() {
    const block = this.root.offsetHeight < innerHeight ? "nearest" : "start";
    this.root.scrollIntoView({ block, behavior: STILL.matches ? "auto" : "smooth" });
  }

  // ---- keys and pointers

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // What goes up and down scrolls the page, unless it is the scrubber that has the keys.
    const upright = { ArrowUp: 1, ArrowDown: -1, PageUp: 5, PageDown: -5 };
    const moves = { ArrowRight: 1, ArrowLeft: -1, ...(event.target === this.desk.scrubber ? upright : {}) };
    if (event.key === " ") {
      if (event.target instanceof HTMLButtonElement) return; // it is pressed
      this.toggle();
    } else if (event.key in moves) this.step(moves[event.key]);
    else if (event.key === "Home" || event.key === "End") {
      this.pause(false);
      this.go(event.key === "Home" ? 0 : this.films[0].last);
      this.rest(REST);
    } else return;
    event.preventDefault();
  }

  // A click plays or pauses; a film in space also turns under the finger.
  grip(canvas, turns) {
    let from = null;
    canvas.onpointerdown = (event) => {
      if (event.button || !event.isPrimary) return;
      from = { x: event.clientX, y: event.clientY, yaw: this.view.yaw, pitch: this.view.pitch, moved: false };
      if (!turns) return;
      canvas.setPointerCapture(event.pointerId);
      this.grabbed = true;
    };
    canvas.onpointermove = (event) => {
      if (!from) return;
      const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
      from.moved ||= Math.hypot(dx, dy) > 5;
      if (!turns || !from.moved) return;
      this.view.yaw = from.yaw - (Math.PI * dx) / canvas.clientWidth;
      this.view.pitch = Math.min(1.5, Math.max(-1.5, from.pitch + (Math.PI * dy) / canvas.clientWidth));
      this.draw();
    };
    canvas.onpointerup = () => {
      const clicked = from && !from.moved;
      from = this.grabbed = null;
      if (clicked) this.toggle();
    };
    canvas.onpointercancel = () => (from = this.grabbed = null);
  }
}
