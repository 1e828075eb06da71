// A picture of space that one turns: by mouse, finger or pen, or with the arrow keys. Pictures that share a view turn
// together.
import { draggable } from "./drag.js";
import { html, setAttributes, setText } from "./elements.js";
import { onKeys } from "./keyboard.js";
import { signed } from "./numbers.js";
import { dragged } from "./orbit.js";

/** @typedef {import("./orbit.js").View} View */
/** @typedef {{ view: View, held: boolean }} Shared The view, and whether somebody holds something. */
/** @typedef {{ turned: () => void, rested: () => void }} TurnHandlers */

const STEP = 5; // of a key, in degrees
export const DEGREE = Math.PI / 180;

/** @type {Record<string, [number, number]>} To the right and upwards. */
export const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** @param {View} view Longitude and latitude of the eye, in whole degrees. */
export function degreesOf({ yaw, pitch }) {
  return [yaw, pitch].map((angle) => Math.round(angle / DEGREE));
}

/** @param {View} view In words. */
export function viewWords(view) {
  const [across, up] = degreesOf(view);
  return `seen from longitude ${signed(across)}°, latitude ${signed(up)}°`;
}

export class Turntable {
  /**
   * @param {Element} parent
   * @param {string} label Of what turns, for who listens.
   * @param {Shared} shared
   * @param {TurnHandlers} handlers
   */
  constructor(parent, label, shared, { turned, rested }) {
    this.shared = shared;
    this.figure = html("figure", { class: "turntable" }, parent);
    this.picture = html("div", { class: "picture" }, this.figure);
    this.canvas = html("canvas", { role: "img" }, this.picture);
    this.turn = html("div", { class: "turn", tabindex: 0, role: "slider", "aria-label": label }, this.picture);
    setAttributes(this.turn, { "aria-valuemin": -180, "aria-valuemax": 180, "aria-valuenow": 0 });
    this.caption = html("figcaption", {}, this.figure);
    let from = { ...shared.view };
    const start = () => {
      from = { ...shared.view };
      shared.held = true;
    };
    const end = () => {
      shared.held = false;
      rested();
    };
    const turnBy = (/** @type {number} */ across, /** @type {number} */ down) => {
      const { yaw, pitch } = dragged(from, across, down);
      Object.assign(shared.view, { yaw: Math.atan2(Math.sin(yaw), Math.cos(yaw)), pitch });
      turned();
    };
    const move = (/** @type {PointerEvent} */ _event, /** @type {{ dx: number, dy: number }} */ { dx, dy }) =>
      turnBy(dx / this.turn.clientWidth, dy / this.turn.clientWidth);
    draggable(this.turn, { start, move, end }, { sideways: true });
    const press = (/** @type {[number, number]} */ [across, up]) => {
      start();
      turnBy((-across * STEP) / 180, (up * STEP) / 180);
      end();
    };
    onKeys(this.turn, Object.fromEntries(Object.entries(ARROWS).map(([key, way]) => [key, () => press(way)])));
  }

  /** @param {string} title Below the picture. @param {string} words For those who do not see it. */
  describe(title, words) {
    const { view } = this.shared;
    setText(this.caption, title);
    setAttributes(this.canvas, { "aria-label": words });
    setAttributes(this.turn, { "aria-valuenow": degreesOf(view)[0], "aria-valuetext": viewWords(view) });
  }
}
