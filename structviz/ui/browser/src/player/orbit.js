// The orbit: from where one looks at a film in space. It drifts while the film plays, and turns under a pointer.
import { draggable } from "../runtime/drag.js";
import { clamp } from "../runtime/numbers.js";

const DRIFT = 0.1; // radians a second
const MAX_PITCH = 1.5; // radians

/** @typedef {import("./renderer.js").View} View */

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
