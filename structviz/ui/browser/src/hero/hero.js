// The first thing that a visitor sees: an image that turns by itself, and what two networks make of it.
import { Films } from "../rotor/films.js";
import { Palette } from "../rotor/palette.js";
import { wantsLessMotion } from "../runtime/clock.js";
import { context2d, find, html, setAttribute, setText } from "../runtime/elements.js";
import { mount } from "../runtime/mount.js";
import { modulo } from "../runtime/numbers.js";
import { PlayButton } from "../runtime/play_button.js";
import { decibels, nearest, worstFrame } from "./turning.js";

/**
 * @typedef {object} Data What structviz/ui/pages/home/hero.py passes.
 * @property {{ title: string, colour: string, film: string }[]} columns Each with the channel of its film.
 * @property {string} note A sentence below the pictures.
 * @property {number} side Pixels of the pictures.
 * @property {import("../rotor/data.js").RotorData["tables"]} tables Colours.
 */

const SPEED = 0.018; // degrees a millisecond: a turn takes 20 seconds
const STEP = 15; // degrees from step to step where motion is reduced

class Hero {
  /** @param {ParentNode} parent */
  constructor(parent) {
    this.root = find(parent, ".hero");
    this.films = new Films(() => this.arrived());
    this.player = new PlayButton(find(this.root, ".play"), {
      play: "Turn",
      stop: "Pause",
      advance: (passed, still) => this.turn(still ? STEP : passed * SPEED),
    });
    this.degrees = 0;
    this.started = false;
    /** @type {Data | null} */
    this.data = null;
    /** @type {{ film: string, title: string, canvas: HTMLCanvasElement, number: HTMLElement, worst: HTMLElement, drawn: unknown }[]} */
    this.columns = [];
  }

  destroy() {
    this.player.destroy();
    this.films.destroy();
  }

  /** @param {import("../runtime/mount.js").ComponentArguments} component */
  update({ data }) {
    if (data === this.data) return;
    this.data = /** @type {Data} */ (data);
    const { columns, side, tables, note } = this.data;
    setText(find(this.root, ".note"), note);
    this.palette = new Palette(tables, side);
    const pictures = find(this.root, ".pictures");
    pictures.replaceChildren();
    pictures.style.setProperty("--n", String(columns.length));
    this.columns = columns.map(({ title, colour, film }) => {
      const figure = html("figure", { style: `--arm: ${colour}` }, pictures);
      html("span", { class: "name" }, figure, title);
      const frame = html("div", { class: "frame" }, figure);
      const canvas = html("canvas", { width: side, height: side, role: "img", "aria-label": title }, frame);
      const number = html("div", { class: "number" }, figure, "\u00a0");
      const worst = html("div", { class: "worst" }, figure, "\u00a0");
      return { film, title, canvas, number, worst, drawn: null };
    });
    this.films.want(columns.map(({ film }) => film));
    this.draw();
  }

  // The turn begins once all films have come, but not for those who want less motion.
  arrived() {
    this.draw();
    if (this.started || !this.columns.every(({ film }) => this.films.film(film))) return;
    this.started = true;
    if (!wantsLessMotion()) this.player.play(true);
  }

  /** @param {number} by Degrees. */
  turn(by) {
    this.degrees = modulo(this.degrees + by, 360);
    this.draw();
  }

  draw() {
    setText(find(this.root, ".degrees"), `${Math.floor(this.degrees)}°`);
    for (const column of this.columns) {
      const film = this.films.film(column.film);
      if (!film || !this.palette) continue;
      const { frame, beyond } = nearest(film.frames, this.degrees);
      // Between two frames the nearer one is turned a little; its numbers are its own.
      column.canvas.style.transform = `rotate(${(-beyond).toFixed(2)}deg)`;
      if (column.drawn === frame) continue;
      column.drawn = frame;
      const size = column.canvas.width ** 2;
      const values = film.values.subarray(frame * size, (frame + 1) * size);
      context2d(column.canvas).putImageData(this.palette.paint(values, null, false), 0, 0);
      const [now, worst] = [decibels(film.psnr, frame), decibels(film.psnr, worstFrame(film.psnr))];
      setText(column.number, now);
      setText(column.worst, `lowest ${worst}`);
      const at = Math.round((frame * 360) / film.frames);
      setAttribute(column.canvas, "aria-label", `${column.title}, turned by ${at}°: ${now}`);
    }
  }
}

export default mount((parent) => new Hero(parent));
