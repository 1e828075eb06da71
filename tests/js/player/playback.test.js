import assert from "node:assert/strict";
import { test } from "node:test";
import { advanced, Playback, stepped } from "../../../structviz/ui/browser/src/player/playback.js";
import { backgroundOf, layerWords, timeWords } from "../../../structviz/ui/browser/src/player/toolbar.js";
import { fakeHost } from "../runtime/hosts.js";
import { evenTimes, films } from "./films.js";

test("a film takes six seconds at speed 1, however uneven its times are", () => {
  assert.equal(advanced(evenTimes(21), 0, 3000, false), 10);
  assert.equal(advanced(evenTimes(21), 5, 1500 * 2, false), 15);
  assert.equal(advanced([0, 1, 2, 3, 9], 0, 3000, false), 3.25);
  assert.equal(advanced(evenTimes(21), 19, 3000, false), 20);
});

test("where motion is reduced it goes from frame to frame, and always on", () => {
  assert.equal(advanced(evenTimes(21), 0, 500, true), 2);
  assert.equal(advanced(evenTimes(5), 0, 500, true), 1);
  assert.equal(advanced(evenTimes(5), 2.4, 500, true), 3);
  assert.equal(advanced(evenTimes(5), 4, 500, true) >= 4, true);
});

test("a step from between two frames goes to the next one", () => {
  assert.deepEqual([stepped(3.4, 1), stepped(3.4, -1)], [4, 3]);
  assert.deepEqual([stepped(4, 1), stepped(4, -1), stepped(4.9999999, 1)], [5, 3, 6]);
  assert.equal(stepped(10.5, 5), 15);
});

test("words for films that agree stand once", () => {
  const [deep, shallow, twin] = films(
    { times: evenTimes(21, 0.1) },
    { times: evenTimes(5) },
    { times: evenTimes(21, 0.1) },
  );
  const [a, b, c] = [
    { film: deep, frame: 5, x: 5 },
    { film: shallow, frame: 1, x: 1 },
    { film: twin, frame: 5, x: 5 },
  ];
  assert.equal(layerWords([a, c]), "layer \u20075 of 20");
  assert.equal(layerWords([a, b]), "layer \u20075 of 20 | 1 of 4");
  assert.equal(timeWords([a, c]), "t = 0.50");
  assert.equal(timeWords([a, b]), "t = 0.50 | 1.00");
  const [early] = films({ times: [-1, 0] });
  assert.equal(timeWords([{ film: early, x: 0.5 }]), "t = −0.50");
});

test("without decisions the sides of the line take their place", () => {
  const show = (...names) => new Set(names);
  assert.equal(backgroundOf(show("decisions", "line"), true), "decisions");
  assert.equal(backgroundOf(show("decisions"), false), "line");
  assert.equal(backgroundOf(show("line"), true), "line");
  assert.equal(backgroundOf(show("grid"), true), "none");
});

function made({ speed = 1 } = {}) {
  const host = fakeHost();
  const calls = [];
  const film = { times: evenTimes(21), last: 20 };
  /** @type {Playback} */
  const playback = new Playback({
    film: () => film,
    moved: () => calls.push(playback.x),
    changed: () => calls.push(playback.playing ? "plays" : "rests"),
    ticked: () => {},
    waited: () => calls.push("waited"),
    host,
  });
  playback.speed = speed;
  return { host, calls, playback };
}

test("it goes only to frames that the film has", () => {
  const { calls, playback } = made();
  for (const x of [7.5, 99, -3, Number.NaN]) playback.go(x);
  assert.deepEqual(calls, [7.5, 20, 0, 0]);
});

test("it plays at its speed, stays at its end for a second and a half, and begins again", () => {
  const { host, calls, playback } = made({ speed: 2 });
  playback.go(19);
  playback.play();
  let now = 0;
  for (; now <= 200; now += 100) host.frame(now);
  assert.ok(Math.abs(playback.x - 20) < 1e-9 && playback.playing);
  for (; now <= 1600; now += 100) host.frame(now);
  assert.equal(calls.at(-1), "waited");
  host.frame(now);
  assert.equal(playback.x, 0);
});

test("a film that is at its end begins again when it is played, and says once that it plays or rests", () => {
  const { calls, playback } = made();
  playback.go(20);
  playback.play();
  playback.play();
  playback.pause();
  playback.pause();
  assert.deepEqual(calls, [20, 0, "plays", "rests"]);
});
