// The panels: for each film a heading, a canvas with notes on it, and a caption.
import { html, setAttribute, setText } from "../runtime/elements.js";
import { layerOf } from "./film.js";

/** @typedef {import("./film.js").Film} Film */
/** @typedef {import("./renderer.js").Renderer} Renderer */
/** @typedef {ReturnType<typeof makePanel>} Panel */

/**
 * @param {Film} film
 * @param {ParentNode} parent
 */
function makePanel(film, parent) {
  const figure = html("figure", {}, parent);
  const title = html("div", { class: "title" }, figure);
  const picture = html("div", { class: "picture" }, figure);
  const canvas = html("canvas", { role: "img", class: film.dim === 3 ? "space" : "flat" }, picture);
  const notes = html("div", { class: "notes", "data-testid": "player-notes" }, picture);
  const [folded, lost, outside] = ["folded", "lost", "outside"].map((kind) => html("span", { class: kind }, notes));
  const foot = html("figcaption", {}, figure);
  const caption = html("span", { class: "caption" }, foot);
  const frame = html("span", { class: "window" }, foot);
  return { figure, title, canvas, caption, frame, folded, lost, outside };
}

export class Panels {
  /**
   * @param {HTMLElement} root Of the player; it tells the style sheet how many films there are.
   * @param {HTMLElement} parent
   */
  constructor(root, parent) {
    this.root = root;
    this.element = html("div", { class: "panels" }, parent);
    this.layout = "";
    /** @type {Panel[]} */
    this.panels = [];
    /** @type {string[]} For each film that has any: its title, and what is noted on its picture. */
    this.notes = [];
  }

  /** @returns {HTMLCanvasElement[]} */
  get canvases() {
    return this.panels.map(({ canvas }) => canvas);
  }

  /**
   * Makes a panel for each film. Panels are made anew only if the number or the kind of the films changes.
   *
   * @param {Film[]} films
   * @returns {boolean} Whether panels are new.
   */
  setFilms(films) {
    const layout = films.map(({ dim }) => dim).join();
    const isNew = layout !== this.layout;
    if (isNew) {
      this.layout = layout;
      this.element.replaceChildren();
      this.panels = films.map((film) => makePanel(film, this.element));
      this.root.style.setProperty("--n", String(films.length));
      this.root.classList.toggle("single", films.length === 1);
    }
    films.forEach((film, k) => {
      const { figure, title, caption, frame } = this.panels[k];
      setText(title, film.title);
      setText(caption, film.caption);
      setText(frame, `window ±${Number(film.window.toPrecision(3))}`);
      setAttribute(figure, "aria-label", film.title);
    });
    return isNew;
  }

  /**
   * Writes what has to be said of the present frame.
   *
   * @param {Renderer[]} renderers
   * @param {boolean} showsMesh
   */
  showFrame(renderers, showsMesh) {
    this.notes = [];
    renderers.forEach(({ film, frame, lost, outside }, k) => {
      const panel = this.panels[k];
      const folds = showsMesh ? film.folds[frame] : 0;
      setText(panel.folded, folds ? `turned over: ${folds} of ${film.cells} cells` : "");
      setText(panel.lost, lost ? `${lost} lost` : "");
      setText(panel.outside, outside ? `${outside} outside` : "");
      const layer = `${film.title}: ${film.n} points of two classes, layer ${layerOf(film, frame)} of ${film.layers}`;
      const notes = [panel.folded, panel.lost, panel.outside].map(({ textContent }) => textContent).filter(Boolean);
      setAttribute(panel.canvas, "aria-label", [layer, ...notes].join(", "));
      if (notes.length) this.notes.push(`${film.title}: ${notes.join(", ")}`);
    });
  }
}
