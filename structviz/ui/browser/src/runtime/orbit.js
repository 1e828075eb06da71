// The orbit: from where one looks at space, in parallel projection. It turns under a pointer, and drifts if asked.
import { draggable } from "./drag.js";
import { clamp } from "./numbers.js";

const DRIFT = 0.1; // radians a second
const MAX_PITCH = 1.5; // radians

/** @typedef {{ yaw: number, pitch: number }} View Of an eye that looks at the centre; in radians. */
/** @typedef {[number, number, number]} Vector3 */
/** @typedef {{ right: Vector3, up: Vector3, near: Vector3 }} Axes Of the picture: `near` points at the eye. */

/**
 * The axes of the picture that an eye sees.
 *
 * @param {View} view
 * @returns {Axes}
 */
export function axesOf({ yaw, pitch }) {
  const [cy, sy, cp, sp] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch)];
  return { right: [-sy, cy, 0], up: [-sp * cy, -sp * sy, cp], near: [cp * cy, cp * sy, sp] };
}

/**
 * The view that a drag leads to; a drag over the whole picture turns by half a turn.
 *
 * @param {View} from
 * @param {number} across Of the picture's width.
 * @param {number} down Of the picture's width.
 * @returns {View}
 */
export function dragged(from, across, down) {
  return { yaw: from.yaw - Math.PI * across, pitch: clamp(from.pitch + Math.PI * down, -MAX_PITCH, MAX_PITCH) };
}

export class Orbit {
  constructor() {
    /** @type {View} */
    this.view = { yaw: 0.9, pitch: 0.45 };
    this.grabbed = false; // whether the visitor turns a film
  }

  /** @param {number} passed Milliseconds. */
  drift(passed) {
    if (!this.grabbed) this.view.yaw += (DRIFT * passed) / 1000;
  }

  /**
   * Lets a pointer click on a picture, and turn it if it shows space.
   *
   * @param {HTMLElement} picture
   * @param {boolean} turns
   * @param {{ moved: () => void, clicked: () => void }} handlers
   */
  holds(picture, turns, { moved, clicked }) {
    let start = { ...this.view };
    draggable(
      picture,
      {
        start: () => {
          start = { ...this.view };
          this.grabbed = turns;
        },
        move: (_event, { dx, dy, moved: isDrag }) => {
          if (!turns || !isDrag) return;
          Object.assign(this.view, dragged(start, dx / picture.clientWidth, dy / picture.clientWidth));
          moved();
        },
        end: (_event, drag) => {
          this.grabbed = false;
          if (drag.clicked) clicked();
        },
      },
      { sideways: true },
    );
  }
}
