// The desk: everything of the player that is not a picture. It knows no clock; `act` says what a control does.
const SPEEDS = [[0.5, "½×"], [1, "1×"], [2, "2×"]];
const SWITCHES = { tails: "Tails", grid: "Grid", arrows: "Arrows" };
const GROUNDS = { decisions: "Decisions", line: "Line", none: "None" };
const ICONS = {
  play: '<path class="go" d="M7 4v16l13-8z"/><path class="stop" d="M6 5h4v14H6zM14 5h4v14h-4z"/>',
  back: '<path d="M6 5h3v14H6zM20 5v14l-10-7z"/>',
  on: '<path d="M15 5h3v14h-3zM4 5l10 7-10 7z"/>',
  0: '<circle cx="12" cy="12" r="7"/>',
  1: '<path d="M5.5 5.5h13v13h-13z"/>',
};
const icon = (name) => `<svg viewBox="0 0 24 24" aria-hidden="true">${ICONS[name]}</svg>`;

function make(name, attributes, parent, content) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (content !== undefined) element.textContent = content;
  parent?.append(element);
  return element;
}

// The document is touched only where something is new.
function put(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

function mark(element, name, value) {
  if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

class Desk {
  // act: { toggle(), step(by), seek(x), rest(), speed(speed), show(name), ground(name) }
  constructor(root, act) {
    this.root = root;
    root.replaceChildren();
    root.tabIndex = 0;
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", "Film of the layers");
    root.dataset.testid = "player";
    const hall = make("div", { class: "hall" }, root);
    this.panels = make("div", { class: "panels" }, hall);
    const desk = make("div", { class: "desk" }, hall);
    const readout = make("div", { class: "readout", "data-testid": "player-readout" }, desk);
    this.layer = make("span", { class: "layer" }, readout);
    this.time = make("span", { class: "time" }, readout);
    this.buildTrack(desk, act);
    this.buildTransport(make("div", { class: "transport" }, desk), act);
    const switches = make("div", { class: "switches" }, desk);
    for (const [name, title] of Object.entries(SWITCHES)) {
      this.button(switches, name, title, () => act.show(name)).dataset.switch = name;
    }
    this.grounds = make("div", { class: "group", role: "group", "aria-label": "Background" }, switches);
    for (const [name, title] of Object.entries(GROUNDS)) {
      this.button(this.grounds, name, title, () => act.ground(name)).dataset.ground = name;
    }
    this.legend = make("div", { class: "legend" }, switches);
    this.said = make("p", { class: "said", "aria-live": "polite" }, root);
  }

  buildTrack(desk, act) {
    const track = make("div", { class: "track" }, desk);
    const attributes = { type: "range", min: 0, step: 0.01, "aria-label": "Layer", "data-testid": "player-scrubber" };
    this.scrubber = make("input", attributes, track);
    this.scrubber.oninput = () => act.seek(Number(this.scrubber.value));
    this.scrubber.onchange = () => act.rest();
    this.folds = make("div", { class: "folds", "aria-hidden": "true", "data-testid": "player-folds" }, track);
  }

  buildTransport(bar, act) {
    this.play = this.button(bar, "play", `${icon("play")}<span></span>`, () => act.toggle());
    this.play.classList.add("play");
    const steps = [["back", -1, "Back by one layer"], ["on", 1, "On by one layer"]];
    for (const [name, by, label] of steps) {
      this.button(bar, name, icon(name), () => act.step(by)).setAttribute("aria-label", label);
    }
    const speeds = make("div", { class: "group", role: "group", "aria-label": "Speed" }, bar);
    for (const [speed, title] of SPEEDS) {
      const button = this.button(speeds, `speed-${speed}`, title, () => act.speed(speed));
      button.dataset.speed = speed;
      button.setAttribute("aria-label", `Speed ${speed}`);
    }
  }

  // Content is only words and icons of this file.
  button(parent, test, content, onclick) {
    const button = make("button", { type: "button", "data-testid": `player-${test}` }, parent);
    button.innerHTML = content;
    button.onclick = onclick;
    return button;
  }

  // A picture for each film, empty; built anew only if their number or kind changes.
  hang(films, colours) {
    const layout = films.map(({ dim }) => dim).join();
    if (layout !== this.layout) {
      this.layout = layout;
      this.panels.replaceChildren();
      this.figures = films.map((film) => this.figure(film));
      this.root.style.setProperty("--n", films.length);
      this.root.classList.toggle("single", films.length === 1);
    }
    films.forEach((film, k) => {
      const { figure, title, caption, frame } = this.figures[k];
      put(title, film.title);
      put(caption, film.caption);
      put(frame, `window ±${+film.window.toPrecision(3)}`);
      mark(figure, "aria-label", film.title);
    });
    this.scrubber.max = films[0].last;
    const offer = (name, is) => (this.root.querySelector(`[data-testid=player-${name}]`).hidden = !films.some(is));
    offer("grid", (film) => film.mesh.rows);
    offer("arrows", (film) => film.anchors.length);
    offer("decisions", (film) => film.decisions.length);
    put(this.grounds.querySelector("[data-ground=line]"), films.every((film) => film.dim === 3) ? "Plane" : GROUNDS.line);
    this.legend.replaceChildren();
    colours.forEach((colour, label) => {
      const entry = make("span", {}, this.legend, `class ${label}`);
      entry.insertAdjacentHTML("afterbegin", icon(label));
      entry.firstChild.style.color = colour;
    });
    this.markFolds(films);
  }

  figure(film) {
    const figure = make("figure", { role: "group" }, this.panels);
    const title = make("div", { class: "title" }, figure);
    const stage = make("div", { class: "stage" }, figure);
    const canvas = make("canvas", { role: "img", class: film.dim === 3 ? "space" : "flat" }, stage);
    const notes = make("div", { class: "notes", "data-testid": "player-notes" }, stage);
    const [folded, lost, outside] = ["folded", "lost", "outside"].map((kind) => make("span", { class: kind }, notes));
    const foot = make("figcaption", {}, figure);
    const caption = make("span", { class: "caption" }, foot);
    const frame = make("span", { class: "window" }, foot);
    return { figure, title, canvas, caption, frame, folded, lost, outside };
  }

  // Red below the scrubber where the mesh of any film is folded.
  markFolds(films) {
    const [first] = films;
    const parts = 4 * first.last;
    const stops = Array.from({ length: parts }, (_, k) => {
      const folded = films.some((film) => film.folds[Math.round(inStep(first, film, (k + 0.5) / 4))]);
      return `${folded ? "var(--warning)" : "transparent"} ${(100 * k) / parts}% ${(100 * (k + 1)) / parts}%`;
    });
    const any = films.some((film) => film.folds.some(Boolean));
    this.folds.style.background = any ? `linear-gradient(90deg, ${stops.join()})` : "";
    this.folds.dataset.any = any;
  }

  // What changes with the clock.
  write(x, stages, show) {
    const each = (what) => [...new Set(stages.map(what))].join(" | ");
    const count = ({ film, frame }) => `${String(layerOf(film, frame)).padStart(String(film.layers).length, "\u2007")} of ${film.layers}`;
    const layers = `layer ${each(count)}`;
    const time = `t = ${each(({ film, x }) => timeAt(film.times, x).toFixed(2).replace("-", "−"))}`;
    put(this.layer, layers);
    put(this.time, time);
    this.scrubber.value = x;
    mark(this.scrubber, "aria-valuetext", `${layers.replaceAll("\u2007", "")}, ${time}`);
    stages.forEach(({ film, frame, lost, outside }, k) => {
      const figure = this.figures[k];
      const folds = show.has("grid") ? film.folds[frame] : 0;
      put(figure.folded, folds ? `folded: orientation reversed (${folds})` : "");
      put(figure.lost, lost ? `${lost} lost` : "");
      put(figure.outside, outside ? `${outside} outside` : "");
      const words = [`${film.title}: layer ${layerOf(film, frame)} of ${film.layers}`, figure.folded.textContent, figure.lost.textContent];
      mark(figure.canvas, "aria-label", words.filter(Boolean).join(", "));
    });
    this.root.dataset.frame = +x.toFixed(4);
  }

  // What changes with the controls.
  press({ playing, speed, show, films }) {
    const pressed = (selector, is) => {
      for (const button of this.root.querySelectorAll(selector)) mark(button, "aria-pressed", Boolean(is(button.dataset)));
    };
    pressed("[data-speed]", (button) => Number(button.speed) === speed);
    pressed("[data-switch]", (button) => show.has(button.switch));
    const decides = show.has("decisions") && films.some((film) => film.decisions.length);
    const background = decides ? "decisions" : show.has("line") || show.has("decisions") ? "line" : "none";
    pressed("[data-ground]", (button) => button.ground === background);
    mark(this.play, "aria-pressed", Boolean(playing));
    mark(this.play, "aria-label", playing ? "Pause" : "Play");
    put(this.play.querySelector("span"), playing ? "Pause" : "Play");
    this.root.dataset.playing = Boolean(playing);
  }

  // For who listens instead of looking.
  say() {
    this.said.textContent = this.scrubber.getAttribute("aria-valuetext");
  }
}
