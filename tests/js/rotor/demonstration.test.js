import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Demonstration } from "../../../structviz/ui/browser/src/rotor/demonstration.js";

/**
 * A demonstration on a turn that keeps what it is asked to do.
 *
 * @param {boolean} [lessMotion]
 */
function demonstration(lessMotion = false) {
  const page = new EventTarget();
  const button = /** @type {any} */ ({ hidden: true, textContent: "", onclick: null });
  /** @type {any} */
  const turn = {
    degrees: 0,
    /** @type {any} */
    way: null,
    play: (/** @type {unknown} */ way) => Object.assign(turn, { way }),
    pause: () => turn.way !== null,
    go: (/** @type {number} */ degrees) => Object.assign(turn, { degrees }),
  };
  const ended = mock.fn();
  const shown = new Demonstration({ turn, button, ended, wantsLessMotion: () => lessMotion, page });
  return { page, button, turn, ended, shown };
}

test("the image turns once, after it has stood for a moment and can turn at all", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { turn, ended, shown } = demonstration();
  shown.proceed(true);
  shown.offer(90);
  shown.proceed(false);
  context.mock.timers.tick(5000);
  assert.equal(turn.way, null, "neither without an offer nor without films");
  shown.proceed(true);
  shown.proceed(true);
  context.mock.timers.tick(900);
  assert.equal(turn.way, null);
  context.mock.timers.tick(200);
  assert.equal(turn.way.until, 90);
  assert.equal(ended.mock.callCount(), 0);
  turn.way.arrived();
  assert.equal(ended.mock.callCount(), 1);
  turn.way = null;
  shown.offer(90);
  shown.proceed(true);
  context.mock.timers.tick(5000);
  assert.equal(turn.way, null, "once");
});

for (const kind of ["pointerdown", "keydown"]) {
  test(`a ${kind} anywhere stops it, before it starts and on its way`, (context) => {
    context.mock.timers.enable({ apis: ["setTimeout"] });
    const waiting = demonstration();
    waiting.shown.offer(90);
    waiting.shown.proceed(true);
    waiting.page.dispatchEvent(new Event(kind));
    context.mock.timers.tick(5000);
    waiting.shown.proceed(true);
    context.mock.timers.tick(5000);
    assert.equal(waiting.turn.way, null);
    assert.equal(waiting.ended.mock.callCount(), 0, "nothing has moved, so there is nothing to report");

    const moving = demonstration();
    moving.shown.offer(90);
    moving.shown.proceed(true);
    context.mock.timers.tick(5000);
    moving.page.dispatchEvent(new Event(kind));
    moving.page.dispatchEvent(new Event(kind));
    assert.equal(moving.ended.mock.callCount(), 1);
  });
}

test("where less motion is wanted a button goes there at once, and nothing moves by itself", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { button, turn, ended, shown } = demonstration(true);
  shown.offer(90);
  assert.equal(button.hidden, true);
  shown.proceed(true);
  context.mock.timers.tick(60_000);
  assert.equal(turn.way, null);
  assert.deepEqual([button.hidden, button.textContent], [false, "Turn to 90°"]);
  button.onclick();
  assert.deepEqual([turn.degrees, ended.mock.callCount(), button.hidden], [90, 1, true]);
});

test("a link stops it too, without a report: the visitor leaves", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { page, ended, shown } = demonstration();
  shown.offer(90);
  shown.proceed(true);
  context.mock.timers.tick(5000);
  const touch = new Event("pointerdown");
  touch.composedPath = () => [/** @type {any} */ ({ tagName: "A" }), page];
  page.dispatchEvent(touch);
  page.dispatchEvent(new Event("pointerdown"));
  assert.equal(ended.mock.callCount(), 0);
});
