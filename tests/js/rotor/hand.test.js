import assert from "node:assert/strict";
import { test } from "node:test";
import { Hand } from "../../../structviz/ui/browser/src/rotor/hand.js";
import { FakeElement, send } from "../runtime/pointers.js";

// The centre of an element is at (125, 250).
const at = (clientX, clientY, properties = {}) => ({ clientX, clientY, pointerType: "mouse", ...properties });

function made({ isPicture = true, lensOn = false } = {}) {
  const calls = [];
  const turn = { degrees: 10, go: (degrees) => calls.push(["go", Math.round(degrees)]) };
  const lens = { on: lensOn, follow: () => calls.push("lens"), hide: () => calls.push("hide") };
  const hand = new Hand({
    turn: /** @type {any} */ (turn),
    lens: /** @type {any} */ (lens),
    taken: (held) => calls.push(["taken", held]),
    released: (held) => calls.push(["released", held]),
  });
  /** @type {any} */
  const element = new FakeElement();
  hand.turns(element, isPicture);
  return { hand, element, calls };
}

test("a way round the centre turns by its angle, from where the image stands", () => {
  const { element, calls } = made();
  send(element, "pointerdown", at(145, 250));
  send(element, "pointermove", at(125, 230));
  send(element, "pointermove", at(105, 250));
  send(element, "pointerup");
  assert.deepEqual(calls, [
    ["taken", "turn"],
    ["go", 100],
    ["go", 190],
    ["released", "turn"],
  ]);
});

test("across the centre, where there is no angle, it waits for the next one", () => {
  const { element, calls } = made();
  send(element, "pointerdown", at(125, 250));
  send(element, "pointermove", at(145, 250));
  send(element, "pointermove", at(125, 230));
  assert.deepEqual(calls.slice(1), [
    ["go", 10],
    ["go", 100],
  ]);
});

test("a finger holds the lens where it is on, a mouse turns, and the dial always turns", () => {
  for (const [isPicture, pointerType, held] of [
    [true, "touch", "lens"],
    [true, "mouse", "turn"],
    [false, "touch", "turn"],
  ]) {
    const { hand, element } = made({ lensOn: true, isPicture: Boolean(isPicture) });
    send(element, "pointerdown", at(145, 250, { pointerType }));
    send(element, "pointermove", at(130, 250, { pointerType }));
    assert.equal(hand.held, held);
  }
});

test("one hand holds one thing, and the plot only where it has an angle", () => {
  const { hand, element, calls } = made();
  /** @type {any} */
  const plot = new FakeElement();
  let there;
  hand.seeks(plot, () => there);
  send(plot, "pointerdown");
  assert.equal(hand.held, null);
  there = 45;
  send(plot, "pointerdown");
  send(element, "pointerdown", at(145, 250, { pointerId: 2 }));
  send(plot, "pointerup");
  assert.deepEqual(calls, [
    ["taken", "curves"],
    ["go", 45],
    ["released", "curves"],
  ]);
});

test("a finger that starts to scroll turns nothing, and nobody hears of it", () => {
  const { element, calls } = made();
  const finger = { pointerType: "touch" };
  send(element, "pointerdown", at(145, 250, finger));
  send(element, "pointermove", at(147, 230, finger));
  send(element, "pointercancel", at(147, 230, finger));
  assert.deepEqual(calls, []);
});

test("a finger turns round the centre where it starts that way, and sideways where it starts across", () => {
  // Upwards of the centre, to the right: clockwise by the angle of its way.
  const round = made();
  send(round.element, "pointerdown", at(125, 230, { pointerType: "touch" }));
  send(round.element, "pointermove", at(145, 230, { pointerType: "touch" }));
  assert.deepEqual(round.calls.at(-1), ["go", -35]);
  // From the right towards the left, over the centre: by the share of the picture, here half of 50 pixels.
  const across = made();
  send(across.element, "pointerdown", at(140, 250, { pointerType: "touch" }));
  send(across.element, "pointermove", at(130, 251, { pointerType: "touch" }));
  send(across.element, "pointermove", at(115, 251, { pointerType: "touch" }));
  assert.deepEqual(across.calls.slice(-2), [
    ["go", 46],
    ["go", 100],
  ]);
});

test("a lens stays where a finger has left it, and goes with a mouse", () => {
  for (const [pointerType, hidden] of [
    ["touch", false],
    ["mouse", true],
  ]) {
    const { element, calls } = made({ lensOn: true });
    send(element, "pointerleave", { pointerType });
    assert.equal(calls.includes("hide"), hidden);
  }
});
