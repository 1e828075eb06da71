import assert from "node:assert/strict";
import { test } from "node:test";
import { Hand } from "../../../structviz/ui/browser/src/viewer/hand.js";
import { FakeElement, send } from "../runtime/pointers.js";

// An element is 50 wide and 100 high, from (100, 200).
/** @param {number[] | null} profile */
function made(profile = null) {
  const view = { row: 0.5, column: 0.5, zoom: 0.4, profile };
  const calls = [];
  const hand = new Hand({
    view: () => /** @type {any} */ (view),
    change: (part) => {
      calls.push(part);
      Object.assign(view, part);
    },
    released: () => calls.push("released"),
    hover: (place) => calls.push(["hover", place]),
  });
  const [whole, close] = [new FakeElement(), new FakeElement()];
  hand.holdsWhole(/** @type {any} */ (whole));
  hand.holdsZoom(/** @type {any} */ (close));
  return { hand, whole, close, calls };
}

test("a finger on a slice takes the zoom there and along", () => {
  const { whole, calls } = made();
  send(whole, "pointerdown", { clientX: 125, clientY: 225 });
  send(whole, "pointermove", { clientX: 150, clientY: 250 });
  send(whole, "pointerup");
  assert.deepEqual(calls, [{ row: 0.25, column: 0.5 }, { row: 0.5, column: 1 }, "released"]);
});

test("a finger at an end of the line moves that end, and leaves the zoom", () => {
  const { whole, calls } = made([0.2, 0.2, 0.8, 0.8]);
  send(whole, "pointerdown", { clientX: 140, clientY: 280 });
  send(whole, "pointermove", { clientX: 125, clientY: 290 });
  assert.deepEqual(calls, [{ profile: [0.2, 0.2, 0.9, 0.5] }]);
});

test("a zoom is dragged along, and one hand holds one picture", () => {
  const { hand, whole, close, calls } = made();
  send(close, "pointerdown", { clientX: 125, clientY: 250 });
  send(whole, "pointerdown", { pointerId: 2, clientX: 125, clientY: 250 });
  assert.ok(hand.held);
  send(close, "pointermove", { clientX: 150, clientY: 250 });
  send(close, "pointerup");
  assert.deepEqual(calls, [{ row: 0.5, column: 0.3 }, "released"]);
  assert.ok(!hand.held);
});

test("keys move the zoom; values are asked for under a pointer that holds nothing", () => {
  const { whole, calls } = made();
  send(whole, "keydown", { key: "ArrowUp" });
  send(whole, "pointermove", { clientX: 125, clientY: 250 });
  send(whole, "pointerleave");
  assert.deepEqual(calls, [{ row: 0.48, column: 0.5 }, ["hover", { x: 0.5, y: 0.5 }], ["hover", null]]);
});

test("a finger that scrolls leaves the view, but an end of the line is a handle", () => {
  const { whole, calls } = made([0.2, 0.2, 0.8, 0.8]);
  const finger = (clientX, clientY) => ({ pointerType: "touch", clientX, clientY });
  send(whole, "pointerdown", finger(147, 220));
  send(whole, "pointermove", finger(147, 260));
  send(whole, "pointercancel", finger(147, 260));
  assert.deepEqual(calls, []);
  assert.ok(!send(whole, "touchstart", { touches: [finger(147, 220)] }).defaultPrevented);
  assert.ok(send(whole, "touchstart", { touches: [finger(135, 270)] }).defaultPrevented);
  send(whole, "pointerdown", finger(140, 280));
  send(whole, "pointermove", finger(140, 290));
  assert.deepEqual(calls, [{ profile: [0.2, 0.2, 0.9, 0.8] }]);
});
