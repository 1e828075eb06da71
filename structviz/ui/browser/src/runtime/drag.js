// One pointer that holds an element: mouse, finger or pen.
//
// A finger that goes up or down over a picture scrolls the page. Pictures therefore have `touch-action: pan-y pinch-zoom`
// in their style and are `sideways` here; handles, which need the finger whole, say so by `whole`.

const THRESHOLD = 5; // pixels up to which a drag is still a click

/** @typedef {{ clientX: number, clientY: number }} Spot Where a pointer or a touch is, in the window. */

/**
 * @typedef {object} DragHandlers
 * @property {(event: PointerEvent) => boolean | void} start The pointer goes down; false refuses the drag.
 * @property {(event: PointerEvent, drag: { dx: number, dy: number, moved: boolean }) => void} [move] It moves while it
 *   is down: by so many pixels since the start; `moved` is false as long as it may still be a click.
 * @property {(event: PointerEvent, drag: { clicked: boolean, cancelled: boolean }) => void} [end] It goes up, or the
 *   browser takes it away.
 * @property {(event: PointerEvent) => void} [hover] It moves while nothing is held.
 * @property {(event: PointerEvent) => void} [leave] It leaves while nothing is held.
 */

/**
 * Lets a pointer hold `element`. Only the first finger and the main button count, and one pointer at a time.
 *
 * @param {Element} element
 * @param {DragHandlers} handlers
 * @param {object} [options]
 * @param {number} [options.threshold] Pixels up to which a drag is still a click.
 * @param {boolean} [options.sideways] A finger starts a drag only where it first goes sideways, or taps. Until then
 *   nothing is called, and a finger that scrolls the page calls nothing at all.
 * @param {(spot: Spot) => boolean} [options.whole] Where a finger starts a drag in any direction and never scrolls.
 * @returns {() => void} Removes all listeners.
 */
export function draggable(element, handlers, { threshold = THRESHOLD, sideways = false, whole } = {}) {
  /** @type {{ pointer: number, from: Spot, moved: boolean } | null} */
  let held = null;
  /** @type {PointerEvent | null} A finger that went down and may still scroll. */
  let waiting = null;
  const listeners = new AbortController();
  const { signal } = listeners;

  /** @param {string} type @param {(event: PointerEvent) => void} listener */
  const listen = (type, listener) =>
    element.addEventListener(type, /** @type {EventListener} */ (listener), { signal });

  /** @param {PointerEvent} event */
  const begin = (event) => {
    waiting = null;
    if (handlers.start(event) === false) return;
    held = { pointer: event.pointerId, from: event, moved: false };
  };

  /** @param {boolean} cancelled */
  const finish = (cancelled) => (/** @type {PointerEvent} */ event) => {
    if (event.pointerId === waiting?.pointerId) {
      const [dx, dy] = way(waiting, event);
      if (!cancelled && Math.hypot(dx, dy) <= threshold) begin(waiting);
      waiting = null;
    }
    if (event.pointerId !== held?.pointer) return;
    const clicked = !held.moved && !cancelled;
    held = null;
    handlers.end?.(event, { clicked, cancelled });
  };

  listen("pointerdown", (event) => {
    if (event.button || !event.isPrimary || held) return;
    if (sideways && event.pointerType !== "mouse" && !whole?.(event)) {
      waiting = event;
      return;
    }
    begin(event);
    if (held) element.setPointerCapture(event.pointerId);
  });
  listen("pointermove", (event) => {
    if (event.pointerId === waiting?.pointerId) {
      const [dx, dy] = way(waiting, event).map(Math.abs);
      // The browser asks the same question, and scrolls where the answer is no.
      if (dx <= threshold || dx < dy) return;
      begin(waiting);
      if (held) element.setPointerCapture(event.pointerId);
    }
    if (!held) return handlers.hover?.(event);
    if (event.pointerId !== held.pointer) return;
    const [dx, dy] = way(held.from, event);
    held.moved ||= Math.hypot(dx, dy) > threshold;
    handlers.move?.(event, { dx, dy, moved: held.moved });
  });
  listen("pointerup", finish(false));
  listen("pointercancel", finish(true));
  listen("lostpointercapture", (event) => {
    // A finger belongs to the part of the element where it went down, until the element takes it.
    if (event.target === element) finish(true)(event);
  });
  listen("pointerleave", (event) => {
    if (!held) handlers.leave?.(event);
  });
  if (whole) {
    const keep = (/** @type {Event} */ event) => {
      const { touches } = /** @type {TouchEvent} */ (event);
      if (touches.length === 1 && whole(touches[0])) event.preventDefault();
    };
    element.addEventListener("touchstart", keep, { signal, passive: false });
  }
  return () => listeners.abort();
}

/**
 * How far a pointer has come, to the right and downwards.
 *
 * @param {Spot} from
 * @param {Spot} to
 */
function way(from, to) {
  return [to.clientX - from.clientX, to.clientY - from.clientY];
}

/**
 * All places where the pointer was since the last event, for those who draw its way.
 *
 * @param {PointerEvent} event
 */
export function stopsOf(event) {
  const stops = event.getCoalescedEvents?.() ?? [];
  return stops.length ? stops : [event];
}

/**
 * Where the pointer is on an element, from 0 to 1 across and down.
 *
 * @param {Spot} spot
 * @param {Element} element
 */
export function placeOn(spot, element) {
  const box = element.getBoundingClientRect();
  return { x: (spot.clientX - box.left) / box.width, y: (spot.clientY - box.top) / box.height };
}
