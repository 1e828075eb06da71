import assert from "node:assert/strict";
import { test } from "node:test";
import { draggable, placeOn, stopsOf } from "../../../structviz/ui/browser/src/runtime/drag.js";
import { FakeElement, send } from "./pointers.js";

function made(handlers = {}, options) {
  /** @type {any} */
  const element = new FakeElement();
  const calls = [];
  const remove = draggable(
    element,
    {
      start: () => calls.push("start") > 0,
      move: (_event, { dx, dy, moved }) => calls.push(["move", dx, dy, moved]),
      end: (_event, { clicked, cancelled }) => calls.push(["end", clicked, cancelled]),
      hover: () => calls.push("hover"),
      leave: () => calls.push("leave"),
      ...handlers,
    },
    options,
  );
  return { element, calls, remove };
}

test("a drag starts, moves and ends, and has the pointer for itself", () => {
  const { element, calls } = made();
  send(element, "pointerdown", { clientX: 10, clientY: 10 });
  send(element, "pointermove", { clientX: 13, clientY: 14 });
  send(element, "pointermove", { clientX: 10, clientY: 16 });
  send(element, "pointerleave");
  send(element, "pointerup");
  assert.deepEqual(calls, ["start", ["move", 3, 4, false], ["move", 0, 6, true], ["end", false, false]]);
  assert.deepEqual(element.captured, [1]);
});

test("a small movement is still a click, also after a way there and back is not", () => {
  const { element, calls } = made();
  send(element, "pointerdown");
  send(element, "pointermove", { clientX: 5 });
  send(element, "pointerup");
  assert.deepEqual(calls.at(-1), ["end", true, false]);
  send(element, "pointerdown");
  send(element, "pointermove", { clientX: 50 });
  send(element, "pointermove", { clientX: 0 });
  send(element, "pointerup");
  assert.deepEqual(calls.at(-1), ["end", false, false]);
});

test("other buttons, other fingers and a second pointer do not count", () => {
  const { element, calls } = made();
  send(element, "pointerdown", { button: 2 });
  send(element, "pointerdown", { isPrimary: false });
  assert.deepEqual(calls, []);
  send(element, "pointerdown", { pointerId: 1 });
  send(element, "pointerdown", { pointerId: 2 });
  send(element, "pointermove", { pointerId: 2, clientX: 9 });
  send(element, "pointerup", { pointerId: 2 });
  assert.deepEqual(calls, ["start"]);
});

test("a drag ends once, whatever takes the pointer away", () => {
  for (const type of ["pointercancel", "lostpointercapture"]) {
    const { element, calls } = made();
    send(element, "pointerdown");
    send(element, type);
    send(element, "lostpointercapture");
    assert.deepEqual(calls, ["start", ["end", false, true]]);
  }
});

const finger = (clientX, clientY) => ({ pointerType: "touch", clientX, clientY });

test("a finger that goes up or down is the page's, whatever it does then", () => {
  const { element, calls } = made({}, { sideways: true });
  send(element, "pointerdown", finger(10, 10));
  send(element, "pointermove", finger(14, 40));
  send(element, "pointercancel", finger(14, 40));
  send(element, "pointerup", finger(14, 40));
  assert.deepEqual([calls, element.captured], [[], []]);
});

test("a finger that first goes sideways starts a drag where it went down, and may then go anywhere", () => {
  const { element, calls } = made({}, { sideways: true });
  send(element, "pointerdown", finger(10, 10));
  send(element, "pointermove", finger(14, 10));
  assert.deepEqual(calls, []);
  send(element, "pointermove", finger(22, 5));
  send(element, "pointermove", finger(10, 80));
  send(element, "pointerup", finger(10, 80));
  assert.deepEqual(calls, ["start", ["move", 12, -5, true], ["move", 0, 70, true], ["end", false, false]]);
  assert.deepEqual(element.captured, [1]);
});

test("a part of the element that loses the finger to the element does not end the drag", () => {
  const { element, calls } = made({}, { sideways: true });
  send(element, "pointerdown", finger(10, 10));
  send(element, "pointermove", finger(22, 10));
  send(element, "lostpointercapture", { ...finger(22, 10), target: {} });
  send(element, "pointermove", finger(40, 10));
  assert.deepEqual(calls.at(-1), ["move", 30, 0, true]);
});

test("a tap is a click at once when the finger is lifted, a mouse does not wait, and a second finger ends the wait", () => {
  const { element, calls } = made({}, { sideways: true });
  send(element, "pointerdown", finger(10, 10));
  send(element, "pointerup", finger(12, 11));
  assert.deepEqual(calls.splice(0), ["start", ["end", true, false]]);
  send(element, "pointerdown");
  assert.deepEqual(calls.splice(0), ["start"]);
  send(element, "pointerup");
  calls.splice(0);
  send(element, "pointerdown", finger(10, 10));
  send(element, "pointercancel", finger(10, 10)); // two fingers zoom the page
  assert.deepEqual(calls, []);
});

test("a handle takes the finger whole: it starts at once, and the page does not scroll", () => {
  const { element, calls } = made({}, { sideways: true, whole: ({ clientX }) => clientX < 50 });
  const touch = (...touches) => send(element, "touchstart", { touches }).defaultPrevented;
  send(element, "pointerdown", finger(10, 10));
  assert.deepEqual(calls, ["start"]);
  assert.ok(touch(finger(10, 10)));
  assert.ok(!touch(finger(60, 10)), "beside the handle");
  assert.ok(!touch(finger(10, 10), finger(60, 10)), "two fingers zoom");
});

test("a refused drag is none: the pointer goes on hovering", () => {
  const { element, calls } = made({ start: () => false });
  send(element, "pointerdown");
  send(element, "pointermove");
  send(element, "pointerleave");
  send(element, "pointerup");
  assert.deepEqual(calls, ["hover", "leave"]);
  assert.deepEqual(element.captured, []);
});

test("removed listeners hear nothing", () => {
  const { element, calls, remove } = made();
  remove();
  send(element, "pointerdown");
  assert.deepEqual(calls, []);
});

test("places are shares of the element, and a way has all its stops", () => {
  assert.deepEqual(
    placeOn(/** @type {any} */ ({ clientX: 125, clientY: 225 }), /** @type {any} */ (new FakeElement())),
    { x: 0.5, y: 0.25 },
  );
  /** @type {any} */
  const event = { getCoalescedEvents: () => [1, 2] };
  assert.deepEqual(stopsOf(event), [1, 2]);
  /** @type {any} */
  const lone = { getCoalescedEvents: () => [] };
  assert.deepEqual(stopsOf(lone), [lone]);
});
