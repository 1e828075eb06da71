import assert from "node:assert/strict";
import { test } from "node:test";
import { Turn } from "../../../structviz/ui/browser/src/rotor/turn.js";
import { fakeHost } from "../runtime/hosts.js";

function made({ frames = 72 } = {}) {
  const host = fakeHost();
  const seen = [];
  /** @type {Turn} */
  const turn = new Turn({ frames: () => frames, changed: () => seen.push([turn.degrees, turn.playing]), host });
  return { host, seen, turn };
}

test("it goes to the nearest frame, and says so only if that is another one", () => {
  const { turn, seen } = made();
  turn.go(93);
  turn.go(94);
  turn.go(-1);
  assert.deepEqual(seen, [
    [95, false],
    [0, false],
  ]);
});

test("the last angle is a frame before the first one", () => {
  assert.equal(made().turn.last, 355);
  assert.equal(made({ frames: 36 }).turn.last, 350);
});

test("a full turn takes six seconds, from where it stands", () => {
  const { host, turn } = made();
  turn.go(350);
  turn.play();
  for (let now = 0; now <= 1500; now += 100) host.frame(now);
  assert.equal(turn.degrees, 80);
  assert.ok(turn.playing);
});

test("where motion is reduced it steps by fifteen degrees", () => {
  const { host, turn } = made();
  host.less = true;
  turn.play();
  for (let now = 0; now <= 2000; now += 100) host.frame(now);
  assert.equal(turn.degrees, 30);
});

test("it pauses once, and tells whether it has played", () => {
  const { seen, turn } = made();
  assert.equal(turn.pause(), false);
  turn.play();
  assert.equal(turn.pause(), true);
  assert.deepEqual(seen, [
    [0, true],
    [0, false],
  ]);
});

test("told where to stop it stops there, says so, and the next play goes on", () => {
  const { host, turn } = made();
  const arrived = [];
  turn.play({ until: 90, fullTurn: 4000, arrived: () => arrived.push(turn.degrees) });
  for (let now = 0; now <= 900; now += 100) host.frame(now);
  assert.deepEqual([turn.degrees, arrived], [80, []]);
  for (let now = 1000; now <= 1300; now += 100) host.frame(now);
  assert.deepEqual([turn.degrees, turn.playing, arrived], [90, false, [90]]);
  turn.play();
  for (let now = 2000; now <= 3500; now += 100) host.frame(now);
  assert.deepEqual([turn.degrees, arrived], [180, [90]]);
});
