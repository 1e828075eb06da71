import assert from "node:assert/strict";
import { test } from "node:test";
import { Clock } from "../../../structviz/ui/browser/src/runtime/clock.js";
import { fakeHost } from "./hosts.js";

function made(options) {
  const host = fakeHost();
  const calls = [];
  const clock = new Clock((passed, still) => calls.push([passed, still]), { host, ...options });
  return { host, calls, clock };
}

test("each frame counts, but a late one for no more than the longest", () => {
  const { host, calls, clock } = made();
  clock.play();
  for (const now of [1000, 1016, 1032, 9000]) host.frame(now);
  assert.deepEqual(
    calls,
    [0, 16, 16, 250].map((passed) => [passed, false]),
  );
});

test("nothing moves after a pause, and the time of the pause does not count", () => {
  const { host, calls, clock } = made();
  clock.play();
  assert.ok(clock.playing);
  host.frame(0);
  clock.pause();
  assert.ok(!clock.playing);
  host.frame(100);
  clock.play();
  host.frame(5000);
  host.frame(5010);
  assert.deepEqual(
    calls,
    [0, 0, 10].map((passed) => [passed, false]),
  );
});

test("pausing inside a frame ends it", () => {
  const { host, clock } = made();
  clock.advance = () => clock.pause();
  clock.play();
  host.frame(0);
  assert.ok(!clock.playing);
  assert.equal(host.callback, null);
});

test("it stands still while the page is hidden or the element off the screen", () => {
  const { host, calls, clock } = made({ element: {} });
  clock.play();
  host.frame(0);
  host.hidden = true;
  host.frame(100);
  host.hidden = false;
  host.visibility(false);
  host.frame(200);
  host.visibility(true);
  host.frame(220);
  assert.deepEqual(
    calls,
    [0, 20].map((passed) => [passed, false]),
  );
  clock.destroy();
  assert.equal(host.visibility, null);
});

test("less motion means steps, also when the wish comes while it plays", () => {
  const { host, calls, clock } = made({ step: 400 });
  clock.play();
  host.frame(0);
  host.frame(16);
  host.less = true;
  for (let now = 100; now <= 900; now += 100) host.frame(now);
  host.less = false;
  host.frame(910);
  assert.deepEqual(calls, [
    [0, false],
    [16, false],
    [400, true],
    [400, true],
    [10, false],
  ]);
});
