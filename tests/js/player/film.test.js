import assert from "node:assert/strict";
import { test } from "node:test";
import {
  foldedQuarters,
  frameAt,
  frameAtShare,
  inStep,
  interpolate,
  layerOf,
  readFilms,
  shareAt,
  snap,
  timeAt,
} from "../../../structviz/ui/browser/src/player/film.js";
import { evenTimes, films, payload } from "./films.js";

test("a packet becomes films with their own arrays", () => {
  const { colours, films } = readFilms(payload({ times: [0, 1, 2] }, { times: [0, 2], title: "Second" }));
  assert.deepEqual(colours, ["#d55e00", "#0072b2"]);
  const [first, second] = films;
  assert.deepEqual([first.last, first.n, first.dim, first.window], [2, 2, 2, 2]);
  assert.deepEqual([second.last, second.title, second.positions.length], [1, "Second", 8]);
  assert.deepEqual([first.mesh.rows, first.mesh.columns, first.mesh.values.length], [2, 3, 36]);
  assert.deepEqual(first.pixels, [2, 2]);
  assert.deepEqual([...first.positions.slice(0, 3)], [0, 0.5, 1]);
});

test("numbers in two bytes have a scale, and one of them is not finite", () => {
  const [{ mesh }] = films({ times: [0, 1] });
  assert.ok(Number.isNaN(mesh.values[0]));
  assert.deepEqual([...mesh.values.slice(1, 4)], [0.5, 1, 1.5]);
});

test("folded cells are bits, counted for each frame", () => {
  const [film] = films({ times: evenTimes(5), folded: [0b10110100, 0b01] }); // lowest first: 00 10 11 01 | 10
  assert.deepEqual([...film.folded], [0, 0, 1, 0, 1, 1, 0, 1, 1, 0]);
  assert.deepEqual(film.folds, [0, 1, 2, 1, 1]);
});

test("between two frames everything is on a straight line, at a frame exactly what was sent", () => {
  const values = Float32Array.of(0, 10, 1, Number.NaN);
  const out = new Float32Array(2);
  assert.deepEqual([...interpolate(values, 2, 0, out)], [0, 10]);
  assert.equal(interpolate(values, 2, 0.25, out)[0], 0.25);
  assert.ok(Number.isNaN(out[1]));
  assert.equal(interpolate(values, 2, 1, out)[0], 1);
  assert.equal(interpolate(Uint8Array.of(0, 255), 1, 0.5, new Float32Array(1))[0], 127.5);
});

test("time and frame are inverse to each other, also for uneven times", () => {
  const times = [0, 1, 2, 3, 9];
  for (const x of [0, 0.5, 1, 2.75, 3, 3.5, 4]) {
    assert.ok(Math.abs(frameAt(times, timeAt(times, x)) - x) < 1e-12, `frame ${x}`);
    assert.ok(Math.abs(frameAtShare(times, shareAt(times, x)) - x) < 1e-12, `frame ${x}`);
  }
  assert.equal(timeAt(times, 3.5), 6);
  assert.equal(shareAt(times, 3), 1 / 3);
  assert.deepEqual([frameAt(times, -1), frameAt(times, 10)], [0, 4]);
});

test("round-off does not hide that a frame is reached", () => {
  assert.equal(snap(2.9999999), 3);
  assert.equal(snap(2.99), 2.99);
});

test("films of other depths and times keep in step", () => {
  const [deep, shallow, late, twin, uneven] = films(
    { times: evenTimes(21, 0.1) },
    { times: evenTimes(5, 7) },
    { times: [3, 4, 5] },
    { times: evenTimes(21, 0.1) },
    { times: [0, 1, 4] },
  );
  assert.equal(inStep(deep, shallow, 15), 3);
  assert.equal(inStep(shallow, deep, 1), 5);
  assert.equal(inStep(deep, late, 5), 0.5);
  assert.equal(inStep(deep, twin, 7.3), 7.3);
  assert.equal(inStep(shallow, uneven, 1), 1); // a quarter of its time has passed
  assert.equal(inStep(uneven, shallow, 1.5), 2.5);
});

test("a film that leaves layers out still counts them", () => {
  const [film, whole] = films({ times: evenTimes(5), n_layers: 200 }, { times: evenTimes(5) });
  assert.deepEqual(
    [0, 3, 4].map((frame) => layerOf(film, frame)),
    [0, 150, 200],
  );
  assert.equal(layerOf(whole, 3), 3);
});

test("a fold of any film marks the quarters of a frame of the first one that show it", () => {
  const folded = [0b00000100]; // the second frame
  const [first, second] = films({ times: evenTimes(3) }, { times: evenTimes(3), folded });
  assert.deepEqual(foldedQuarters([first, second]), [false, false, true, true, true, true, false, false]);
  const [deep] = films({ times: evenTimes(5) });
  const marked = foldedQuarters([deep, second]);
  assert.equal(marked.length, 16);
  assert.deepEqual([marked[3], marked[4], marked[11], marked[12]], [false, true, true, false]);
});
