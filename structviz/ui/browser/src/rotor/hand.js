// The hand: what one pointer does with the pictures, the dial and the curves. It holds one thing at a time.
import { draggable } from "../runtime/drag.js";
import { bearing, turnedBy } from "./dial.js";

/** @typedef {"turn" | "lens" | "curves"} Held */

/**
 * @typedef {object} HandNeeds
 * @property {import("./turn.js").Turn} turn
 * @property {import("./lens.js").Lens} lens
 * @property {(held: Held) => void} taken Called before what is held moves.
 * @property {(held: Held) => void} released
 */

export class Hand {
  /** @param {HandNeeds} needs */
  constructor({ turn, lens, taken, released }) {
    this.turn = turn;
    this.lens = lens;
    this.taken = taken;
    this.released = released;
    /** @type {Held | null} */
    this.held = null;
  }

  /**
   * Lets the image turn under a pointer on this element; a finger may hold the lens instead.
   *
   * @param {Element} element
   * @param {boolean} isPicture
   */
  turns(element, isPicture) {
    const { turn, lens } = this;
    /** @type {number | null} */
    let at = null;
    let degrees = 0; // not yet rounded to a frame
    draggable(element, {
      start: (event) => {
        const held = isPicture && lens.on && event.pointerType === "touch" ? "lens" : "turn";
        if (!this.take(held)) return false;
        event.preventDefault();
        if (held === "lens") lens.follow(event, element);
        [at, degrees] = [bearing(event, element), turn.degrees];
        return true;
      },
      move: (event) => {
        if (this.held === "lens") return lens.follow(event, element);
        const there = bearing(event, element);
        if (there === null) return;
        if (at !== null) degrees += turnedBy(at, there);
        at = there;
        turn.go(degrees);
      },
      end: () => this.release(),
      hover: (event) => {
        if (isPicture && lens.on) lens.follow(event, element);
      },
      leave: () => lens.hide(),
    });
  }

  /**
   * Lets a pointer seek an angle on this element.
   *
   * @param {Element} element
   * @param {(event: PointerEvent) => number | undefined} degreesAt Undefined where there is no angle to seek.
   */
  seeks(element, degreesAt) {
    const seek = (/** @type {PointerEvent} */ event) => this.turn.go(degreesAt(event) ?? this.turn.degrees);
    draggable(element, {
      start: (event) => {
        if (degreesAt(event) === undefined || !this.take("curves")) return false;
        seek(event);
        return true;
      },
      move: seek,
      end: () => this.release(),
    });
  }

  /**
   * @param {Held} held
   * @returns Whether the hand was free.
   */
  take(held) {
    if (this.held) return false;
    this.held = held;
    this.taken(held);
    return true;
  }

  release() {
    const { held } = this;
    if (!held) return;
    this.held = null;
    this.released(held);
  }
}
