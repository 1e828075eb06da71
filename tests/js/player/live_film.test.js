// Films that are computed here are those of structviz.studies.flow: every shipped network, every integrator.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { readSafetensors } from "../../../structviz/ui/browser/src/engine/safetensors.js";
import { liveFilm } from "../../../structviz/ui/browser/src/player/live_film.js";

const TOLERANCE = 1e-5;

const { integrators, noise, points, cases } = JSON.parse(
  readFileSync(new URL("numbers.json", import.meta.url), "utf8"),
);

/** @param {any} one The weights of a case, from the file that ships or from the case itself. */
function weightsOf(one) {
  if (one.weights) {
    const { A, b, normal, offset } = one.weights;
    return { A: Float32Array.from(A), b: Float32Array.from(b), normal, offset };
  }
  const file = new URL(`../../../pretrained/${one.name}.safetensors`, import.meta.url);
  const { A, b, normal, offset } = readSafetensors(new Uint8Array(readFileSync(file)));
  return { A: A.values, b: b.values, normal: [...normal.values], offset: offset.values[0] };
}

/** @param {any} one */
export function filmOf(one) {
  const { A, b, normal, offset } = weightsOf(one);
  const { places, shifts, labels } = points[one.points];
  const moving = {
    network: { ...one.network, A, b },
    normal,
    offset,
    heading: one.heading,
    takes: one.takes,
    places: Float64Array.from(places),
    shifts: Float64Array.from(shifts),
    unit: one.unit,
    labels: Uint8Array.from(labels),
  };
  return liveFilm(moving, { ...one.state, noise }, integrators);
}

/**
 * @param {ArrayLike<number>} found
 * @param {number[]} expected
 * @param {string} what
 */
function close(found, expected, what) {
  assert.equal(found.length, expected.length, what);
  expected.forEach((value, i) => {
    const [most, size] = [TOLERANCE * Math.max(1, Math.abs(value)), Math.abs(found[i] - value)];
    assert.ok(size <= most || found[i] === value, `${what} ${i}: ${found[i]} instead of ${value}`);
  });
}

/** @param {number[]} vector @param {number} radius Cut to a length, as the player draws it. */
function drawnIn(vector, radius) {
  const length = Math.hypot(...vector);
  return length > radius ? vector.map((value) => (value * radius) / length) : vector;
}

for (const one of cases) {
  const { found, state } = one;
  test(`${one.name ?? `${one.network.sigma}, ${one.network.scheme}`}: ${JSON.stringify(state)}`, () => {
    const film = filmOf(one);
    const middle = Math.floor(found.frames / 2);
    const size = film.n * film.dim;
    assert.equal(film.title, found.title);
    assert.equal(film.caption, found.caption);
    assert.deepEqual([film.layers, film.last + 1, film.times.length], [found.layers, found.frames, found.frames]);
    close([film.window, film.times[film.last]], [found.window, found.time], "window and time");
    for (const [name, frame] of /** @type {const} */ ([
      ["middle", middle],
      ["last", film.last],
    ])) {
      close(film.positions.subarray(frame * size, (frame + 1) * size), found[name], name);
    }
    const { values, columns, rows } = film.mesh;
    const at = (middle * rows * columns + 3 * columns + 20) * film.dim;
    close(values.subarray(at, at + film.dim), drawnIn(found.node, 16 * film.window), "node");
    if (film.dim === 2) assert.deepEqual([film.folds[middle], film.folds[film.last]], found.folds);
    if (found.arrow.length) {
      const arrow = middle * film.anchors.length + 200;
      close(film.arrows.subarray(arrow, arrow + 2), drawnIn(found.arrow, 2 * film.speed), "arrow");
    }
    if (found.decisions.length) {
      film.decide?.(middle, true);
      const [, wide] = film.pixels;
      const places = [4, 17, 30, 43].flatMap((row) => [5, 18, 31, 44].map((column) => row * wide + column));
      places.forEach((place, i) => {
        const value = film.decisions[middle * wide * wide + place];
        assert.ok(Math.abs(value - 255 * found.decisions[i]) < 0.51, `decision ${i}`);
      });
    }
  });
}

test("a film with nothing of Python's beside it: a decision is computed once, when it is looked at", () => {
  const film = filmOf(cases.find((/** @type {any} */ one) => one.network.dim === 2));
  assert.ok(film.decisions.every((value) => value === 0));
  film.decide?.(film.last, true);
  const size = film.pixels[0] * film.pixels[1];
  assert.ok(film.decisions.subarray(film.last * size).some((value) => value > 0));
  assert.ok(film.decisions.subarray(0, film.last * size).every((value) => value === 0));
});

test("coarse decisions are those in full in the middle of every nine pixels, and close to them between", () => {
  const one = cases.find((/** @type {any} */ { name }) => name === "flow/resnet-halfmoon2d");
  const [coarse, fine] = [filmOf(one), filmOf(one)];
  coarse.decide?.(0, false);
  fine.decide?.(0, true);
  const side = fine.pixels[0];
  const first = coarse.decisions.slice(0, side * side);
  let sum = 0;
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const apart = Math.abs(first[row * side + column] - fine.decisions[row * side + column]);
      if (row % 3 === 1 && column % 3 === 1) assert.ok(apart <= 1, `row ${row}, column ${column}: ${apart}`);
      sum += apart;
    }
  }
  const mean = sum / side ** 2;
  assert.ok(mean > 0 && mean < 8, String(mean));
  coarse.decide?.(0, true);
  assert.deepEqual(coarse.decisions, fine.decisions);
});
