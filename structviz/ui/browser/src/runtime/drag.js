// One pointer that holds an element: mouse, finger or pen.

const THRESHOLD = 5; // pixels up to which a drag is still a click

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
 * @param {{ threshold?: number }} [options] Pixels up to which a drag is still a click.
 * @returns {() => void} Removes all listeners.
 */
export function draggable(element, handlers, { threshold = THRESHOLD } = {}) {
  /** @type {{ pointer: number, x: number, y: number, moved: boolean } | null} */
  let held = null;
  const listeners = new AbortController();

  /** @param {string} type @param {(event: PointerEvent) => void} listener */
  const listen = (type, listener) =>
    element.addEventListener(type, /** @type {EventListener} */ (listener), { signal: listeners.signal });

  /** @param {boolean} cancelled */
  const finish = (cancelled) => (/** @type {PointerEvent} */ event) => {
    if (event.pointerId !== held?.pointer) return;
    const clicked = !held.moved && !cancelled;
    held = null;
    handlers.end?.(event, { clicked, cancelled });
  };

  listen("pointerdown", (event) => {
    if (event.button || !event.isPrimary || held) return;
    if (handlers.start(event) === false) return;
    held = { pointer: event.pointerId, x: event.clientX, y: event.clientY, moved: false };
    element.setPointerCapture(event.pointerId);
  });
  listen("pointermove", (event) => {
    if (!held) return handlers.hover?.(event);
    if (event.pointerId !== held.pointer) return;
    const [dx, dy] = [event.clientX - held.x, event.clientY - held.y];
    held.moved ||= Math.hypot(dx, dy) > threshold;
    handlers.move?.(event, { dx, dy, moved: held.moved });
  });
  listen("pointerup", finish(false));
  listen("pointercancel", finish(true));
  listen("lostpointercapture", finish(true));
  listen("pointerleave", (event) => {
    if (!held) handlers.leave?.(event);
  });
  return () => listeners.abort();
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
 * @param {MouseEvent} event
 * @param {Element} element
 */
export function placeOn(event, element) {
  const box = element.getBoundingClientRect();
  return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
}
