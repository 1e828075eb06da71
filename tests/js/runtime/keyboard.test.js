import assert from "node:assert/strict";
import { test } from "node:test";
import { onKeys } from "../../../structviz/ui/browser/src/runtime/keyboard.js";
import { FakeElement, send } from "./pointers.js";

const NO_MODIFIERS = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

test("known keys are handled, all others left to the browser", () => {
  /** @type {any} */
  const element = new FakeElement();
  const calls = [];
  const remove = onKeys(element, {
    ArrowLeft: () => void calls.push("left"),
    "Ctrl+z": (event) => (event.shiftKey ? false : void calls.push("undo")),
  });
  const press = (properties) => send(element, "keydown", { ...NO_MODIFIERS, ...properties }).defaultPrevented;
  assert.ok(press({ key: "ArrowLeft" }));
  assert.ok(press({ key: "ArrowLeft", shiftKey: true }));
  assert.ok(press({ key: "Z", metaKey: true }));
  assert.ok(!press({ key: "ArrowLeft", altKey: true }), "back in the history");
  assert.ok(!press({ key: "z" }));
  assert.ok(!press({ key: "z", ctrlKey: true, shiftKey: true }), "the handler left it to the browser");
  assert.ok(!press({ key: "toString" }));
  assert.deepEqual(calls, ["left", "left", "undo"]);
  remove();
  assert.ok(!press({ key: "ArrowLeft" }));
});
