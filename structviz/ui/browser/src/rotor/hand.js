// The hand: what one pointer does with the pictures, the dial and the curves. It holds one thing at a time.
import { draggable } from "../runtime/drag.js";
import { bearing, isAcross, turnedBy } from "./dial.js";

const ACROSS = 180; // degrees that a finger turns on its way across a whole picture

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
   * The image follows a pointer round the centre. A finger on a picture that starts towards the centre or away from it
   * has no way round; it turns the image by how far it goes to the right, clockwise, as at the top of the picture.
   *
   * @param {Element} element
   * @param {boolean} isPicture
   */
  turns(element, isPicture) {
    const { turn, lens } = this;
    /** @type {number | null} */
    let at = null;
    let degrees = 0; // not yet rounded to a frame
    let from = 0; // degrees at the start
    /** @type {PointerEvent | null} Where a finger went down whose first move is still to come. */
    let first = null;
    let across = false;
    draggable(
      element,
      {
        start: (event) => {
          const held = isPicture && lens.on && event.pointerType === "touch" ? "lens" : "turn";
          if (!this.take(held)) return false;
          event.preventDefault();
          if (held === "lens") lens.follow(event, element);
          [at, degrees, from] = [bearing(event, element), turn.degrees, turn.degrees];
          [first, across] = [isPicture && event.pointerType !== "mouse" ? event : null, false];
          return true;
        },
        move: (event, way) => {
          if (this.held === "lens") return lens.follow(event, element);
          if (first) across = isAcross(first, way, element);
          first = null;
          if (across) return turn.go(from - (ACROSS * way.dx) / element.getBoundingClientRect().width);
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
        leave: (event) => {
          if (event.pointerType !== "touch") lens.hide();
        },
      },
      { sideways: isPicture, whole: isPicture ? undefined : () => true },
    );
  }

  /**
   * Lets a pointer seek an angle on this element.
   *
   * @param {Element} element
   * @param {(event: PointerEvent) => number | undefined} degreesAt Undefined where there is no angle to seek.
   */
  seeks(element, degreesAt) {
    const seek = (/** @type {PointerEvent} */ event) => this.turn.go(degreesAt(event) ?? this.turn.degrees);
    draggable(
      element,
      {
        start: (event) => {
          if (degreesAt(event) === undefined || !this.take("curves")) return false;
          seek(event);
          return true;
        },
        move: seek,
        end: () => this.release(),
      },
      { sideways: true },
    );
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
