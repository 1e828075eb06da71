// The hand: what one pointer, and the arrow keys, do on the pictures of all columns. It holds one picture at a time.
import { draggable, placeOn } from "../runtime/drag.js";
import { onKeys } from "../runtime/keyboard.js";
import { endNear, lineTo, zoomAt, zoomDragged, zoomStepped } from "./moves.js";

/** @typedef {import("./data.js").ViewState} ViewState */
/** @typedef {import("./moves.js").Place} Place */
/** @typedef {import("../runtime/drag.js").Spot} Spot */

/**
 * @typedef {object} Grip What a pointer does on one picture.
 * @property {(event: PointerEvent) => void} start
 * @property {import("../runtime/drag.js").DragHandlers["move"]} move
 * @property {(spot: Spot) => boolean} [whole] Where a finger never scrolls.
 */

// Pixels from an end of the line at which it is held.
const FINGER = 22;
const POINTER = 15;

/**
 * @typedef {object} HandNeeds
 * @property {() => ViewState | null} view What is seen now.
 * @property {(part: Partial<ViewState>) => void} change
 * @property {() => void} released
 * @property {(place: Place | null, isZoom: boolean) => void} hover The pointer is there and holds nothing; null: it left.
 */

export class Hand {
  /** @param {HandNeeds} needs */
  constructor(needs) {
    this.needs = needs;
    this.held = false;
  }

  /**
   * A finger on a slice: near an end of the line it moves that end, elsewhere the zoom.
   *
   * @param {HTMLElement} frame
   */
  holdsWhole(frame) {
    const { view, change } = this.needs;
    /** @type {0 | 1 | null} */
    let end = null; // of the line, that is held
    const follow = (/** @type {PointerEvent} */ event) => {
      const place = placeOn(event, frame);
      const profile = view()?.profile;
      change(end === null || !profile ? zoomAt(place) : { profile: lineTo(profile, end, place) });
    };
    const near = (/** @type {Spot} */ spot, /** @type {number} */ reach) =>
      endNear(view()?.profile ?? null, placeOn(spot, frame), reach / frame.getBoundingClientRect().width);
    this.holds(frame, false, {
      start: (event) => {
        end = near(event, event.pointerType === "mouse" ? POINTER : FINGER);
        if (end === null) follow(event);
      },
      move: follow,
      whole: (spot) => near(spot, FINGER) !== null,
    });
  }

  /**
   * A finger on a zoom takes the picture along.
   *
   * @param {HTMLElement} frame
   */
  holdsZoom(frame) {
    let from = { row: 0, column: 0, zoom: 1 };
    this.holds(frame, true, {
      start: () => {
        from = { ...from, ...this.needs.view() };
      },
      move: (_event, { dx, dy }) => {
        const { width, height } = frame.getBoundingClientRect();
        this.needs.change(zoomDragged(from, { x: dx / width, y: dy / height }));
      },
    });
  }

  /**
   * What both pictures of a column have in common: one hand at a time, values under the pointer, arrow keys.
   *
   * @param {HTMLElement} frame
   * @param {boolean} isZoom
   * @param {Grip} grip
   */
  holds(frame, isZoom, { start, move, whole }) {
    const { view, change, released, hover } = this.needs;
    draggable(
      frame,
      {
        start: (event) => {
          if (this.held) return false;
          this.held = true;
          start(event);
          return true;
        },
        move,
        end: () => {
          this.held = false;
          released();
        },
        hover: (event) => {
          if (!this.held) hover(placeOn(event, frame), isZoom);
        },
        leave: () => hover(null, isZoom),
      },
      { sideways: true, whole },
    );
    const step = (/** @type {number} */ down, /** @type {number} */ right) => () => {
      const from = view();
      if (from) change(zoomStepped(from, down, right));
    };
    onKeys(frame, {
      ArrowLeft: step(0, -1),
      ArrowRight: step(0, 1),
      ArrowUp: step(-1, 0),
      ArrowDown: step(1, 0),
    });
  }
}
