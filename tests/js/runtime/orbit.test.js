import assert from "node:assert/strict";
import { test } from "node:test";
import { dragged, Orbit } from "../../../structviz/ui/browser/src/runtime/orbit.js";
import { FakeElement, send } from "./pointers.js";

function made(turns) {
  const calls = [];
  const picture = Object.assign(new FakeElement(), { clientWidth: 100 });
  const orbit = new Orbit();
  orbit.holds(/** @type {any} */ (picture), turns, {
    moved: () => calls.push("moved"),
    clicked: () => calls.push("clicked"),
  });
  return { orbit, picture, calls };
}

test("a drag over the whole picture turns by half a turn, and never over the poles", () => {
  assert.deepEqual(dragged({ yaw: 1, pitch: 0 }, 1, 0), { yaw: 1 - Math.PI, pitch: 0 });
  assert.equal(dragged({ yaw: 1, pitch: 0 }, 0, 1).pitch, 1.5);
});

test("a film in space turns under the pointer, and drifts only while nobody holds it", () => {
  const { orbit, picture, calls } = made(true);
  const { view } = orbit;
  const before = { ...view };
  send(picture, "pointerdown");
  assert.ok(orbit.grabbed);
  orbit.drift(1000);
  assert.deepEqual(view, before);
  send(picture, "pointermove", { clientX: 50 });
  assert.equal(view.yaw, before.yaw - Math.PI / 2);
  send(picture, "pointerup");
  assert.deepEqual(calls, ["moved"]);
  orbit.drift(1000);
  assert.ok(view.yaw > before.yaw - Math.PI / 2);
});

test("a film in the plane can only be clicked", () => {
  const { orbit, picture, calls } = made(false);
  const before = { ...orbit.view };
  send(picture, "pointerdown");
  send(picture, "pointermove", { clientX: 50 });
  send(picture, "pointerup");
  assert.deepEqual([calls, orbit.view], [[], before]);
  send(picture, "pointerdown");
  send(picture, "pointerup");
  assert.deepEqual(calls, ["clicked"]);
});
