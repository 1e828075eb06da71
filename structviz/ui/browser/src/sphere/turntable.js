// The picture of a sphere with what one holds of it: the whole, which turns, and a point, which goes where one puts it.
import { draggable, placeOn } from "../runtime/drag.js";
import { html, setAttributes, setText } from "../runtime/elements.js";
import { onKeys } from "../runtime/keyboard.js";
import { clamp, signed } from "../runtime/numbers.js";
import { dragged } from "../runtime/orbit.js";
import { Globe } from "./globe.js";
import { dot, normalised, plus, times } from "./steps.js";

/** @typedef {import("../runtime/orbit.js").Vector3} Vector3 */
/** @typedef {import("../runtime/orbit.js").View} View */
/** @typedef {{ view: View, point: Vector3, held: boolean }} Held What both pictures share. */

const STEP = 5; // of a key, in degrees
const DEGREE = Math.PI / 180;
/** @type {Record<string, [number, number]>} */
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** @param {View} view In words. */
export function viewWords({ yaw, pitch }) {
  const [across, up] = [yaw, pitch].map((angle) => Math.round(angle / DEGREE));
  return `seen from longitude ${signed(across)}°, latitude ${signed(up)}°`;
}

export class Turntable {
  /**
   * @param {Element} parent
   * @param {Held} held
   * @param {{ turned: () => void, moved: () => void, rested: () => void }} handlers
   */
  constructor(parent, held, { turned, moved, rested }) {
    this.held = held;
    this.figure = html("figure", { class: "globe" }, parent);
    const picture = html("div", { class: "picture" }, this.figure);
    this.canvas = html("canvas", { role: "img" }, picture);
    this.globe = new Globe(this.canvas);
    const whole = { tabindex: 0, role: "slider", "aria-label": "Turn the spheres", "aria-valuenow": 0 };
    this.turn = html("div", { class: "turn", "aria-valuemin": -180, "aria-valuemax": 180, ...whole }, picture);
    this.point = html("div", { class: "point", ...whole, "aria-label": "Move the point" }, picture);
    setAttributes(this.point, { "aria-valuemin": -90, "aria-valuemax": 90 });
    this.caption = html("figcaption", {}, this.figure);
    this.behind = false; // whether the point is dragged on the far side

    let from = { ...held.view };
    const grab = () => {
      from = { ...held.view };
      held.held = true;
    };
    const letGo = () => {
      held.held = false;
      rested();
    };
    const turnBy = (/** @type {number} */ across, /** @type {number} */ down) => {
      Object.assign(held.view, dragged(from, across, down));
      held.view.yaw = Math.atan2(Math.sin(held.view.yaw), Math.cos(held.view.yaw));
      turned();
    };
    draggable(
      this.turn,
      {
        start: grab,
        move: (_event, { dx, dy }) => turnBy(dx / this.turn.clientWidth, dy / this.turn.clientWidth),
        end: letGo,
      },
      { sideways: true },
    );
    draggable(
      this.point,
      {
        start: () => {
          grab();
          this.behind = dot(held.point, this.globe.axes.near) < 0;
        },
        move: (event) => {
          const { x, y } = placeOn(event, this.turn);
          held.point = this.under((2 * x - 1) * this.globe.half, (1 - 2 * y) * this.globe.half);
          moved();
        },
        end: letGo,
      },
      { whole: () => true },
    );
    for (const [key, [across, up]] of Object.entries(KEYS)) {
      onKeys(this.turn, {
        [key]: () => {
          grab();
          turnBy((-across * STEP) / 180, (up * STEP) / 180);
          letGo();
        },
      });
      onKeys(this.point, {
        [key]: () => {
          const { right, up: above } = this.globe.axes;
          const way = plus(times(right, across), up, above);
          const tangent = plus(way, -dot(way, held.point), held.point);
          if (dot(tangent, tangent) < 1e-6) return; // at the rim, straight away from the eye
          const angle = STEP * DEGREE;
          held.point = normalised(plus(times(held.point, Math.cos(angle)), Math.sin(angle), normalised(tangent)));
          moved();
          rested();
        },
      });
    }
  }

  /**
   * The point of the sphere under a place of the picture, on the side where it was taken.
   *
   * @param {number} x
   * @param {number} y
   * @returns {Vector3}
   */
  under(x, y) {
    const { right, up, near } = this.globe.axes;
    const beyond = Math.max(1, Math.hypot(x, y));
    const [across, above] = [x / beyond, y / beyond];
    const depth = Math.sqrt(Math.max(0, 1 - across * across - above * above));
    return normalised(plus(plus(times(right, across), above, up), this.behind ? -depth : depth, near));
  }

  /** Puts the handles where the point and the view are. */
  place() {
    const { view, point } = this.held;
    const [x, y] = this.globe.pixel(point).map((pixel) => (100 * pixel) / (this.globe.side || 1));
    this.point.style.left = `${x}%`;
    this.point.style.top = `${y}%`;
    const [, , height] = point;
    const latitude = Math.round(Math.asin(clamp(height, -1, 1)) / DEGREE);
    const longitude = Math.round(Math.atan2(point[1], point[0]) / DEGREE);
    setAttributes(this.point, {
      "aria-valuenow": latitude,
      "aria-valuetext": `longitude ${signed(longitude)}°, latitude ${signed(latitude)}°`,
    });
    setAttributes(this.turn, { "aria-valuenow": Math.round(view.yaw / DEGREE), "aria-valuetext": viewWords(view) });
  }

  /** @param {string} title @param {string} words For those who do not see the picture. */
  describe(title, words) {
    setText(this.caption, title);
    setAttributes(this.canvas, { "aria-label": words });
  }
}
