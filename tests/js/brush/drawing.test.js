import assert from "node:assert/strict";
import { test } from "node:test";
import { Drawing, distance, moved } from "../../../structviz/ui/browser/src/brush/drawing.js";

const FIRST = { label: 0, erases: false };
const SECOND = { label: 1, erases: false };
const ERASER = { label: 0, erases: true };

/** Without chance, points lie on the way. */
const made = (options) => new Drawing({ limit: 1000, halfWidth: 1, random: () => 0, ...options });

function stroke(drawing, tool, ...places) {
  drawing.begin(places[0], tool);
  for (const place of places.slice(1)) drawing.extend(place);
  return drawing.finish();
}

test("a click sets one point, with four decimals and never minus zero", () => {
  const drawing = made();
  assert.ok(stroke(drawing, SECOND, [0.123456, -0.00001]));
  assert.deepEqual(drawing.points, [[0.1235, 0, 1]]);
  assert.ok(Object.is(drawing.points[0][1], 0));
});

test("a stroke sprays points at even distances, however it is cut into events", () => {
  const [whole, inParts] = [made(), made()];
  stroke(whole, FIRST, [-0.7, 0], [0.7, 0]);
  stroke(inParts, FIRST, [-0.7, 0], ...Array.from({ length: 70 }, (_, k) => [-0.7 + 0.02 * (k + 1), 0]));
  const places = Array.from({ length: 21 }, (_, k) => Math.round(1e4 * (-0.7 + 0.07 * k)) / 1e4 + 0);
  assert.deepEqual(
    whole.points.map(([x]) => x),
    places,
  );
  assert.deepEqual(inParts.points.map(([x]) => x).slice(0, 20), places.slice(0, 20));
});

test("chance moves sprayed points a little off the way", () => {
  const drawing = made({ random: () => 0.25 }); // a quarter turn, half of the way out
  stroke(drawing, FIRST, [0, 0], [0.1, 0]);
  assert.deepEqual(drawing.points[1], [0.07, 0.011, 0]);
});

test("points of one stroke keep their distance, those of two need not", () => {
  const drawing = made();
  stroke(drawing, FIRST, [0, 0], [0.5, 0], [0, 0]);
  const once = drawing.points.length;
  for (const [k, a] of drawing.points.entries()) {
    for (const b of drawing.points.slice(0, k)) assert.ok(Math.hypot(a[0] - b[0], a[1] - b[1]) >= 0.045 - 1e-4);
  }
  stroke(drawing, FIRST, [0, 0], [0.5, 0]);
  assert.equal(drawing.points.length, once + 8);
});

test("nothing is set outside the sheet, and what lies there is counted", () => {
  const drawing = made();
  stroke(drawing, FIRST, [0.9, 0], [1.3, 0]);
  assert.ok(drawing.points.every(([x]) => x <= 1));
  drawing.replace([
    [5, 0, 1],
    [0, 0, 0],
    [0, -1, 0],
  ]);
  assert.deepEqual([drawing.outside, drawing.count(0), drawing.count(1)], [1, 2, 1]);
});

test("a full sheet takes no more points", () => {
  const drawing = made({ limit: 3 });
  stroke(drawing, FIRST, [-0.9, 0], [0.9, 0]);
  assert.equal(drawing.points.length, 3);
  assert.ok(drawing.isFull);
  assert.ok(!stroke(drawing, FIRST, [0, 0.5]), "a stroke that adds nothing changes nothing");
  stroke(drawing, ERASER, [-0.9, 0]);
  assert.ok(!drawing.isFull);
});

test("the eraser takes what lies within its radius of the whole way", () => {
  const drawing = made();
  drawing.replace([
    [0, 0.059, 0],
    [0, 0.061, 0],
    [0.5, 0, 1],
    [0.57, 0, 1],
  ]);
  assert.ok(stroke(drawing, ERASER, [-0.5, 0], [0.5, 0]));
  assert.deepEqual(drawing.points, [
    [0, 0.061, 0],
    [0.57, 0, 1],
  ]);
  assert.ok(!stroke(drawing, ERASER, [-0.5, -0.5], [0.5, -0.5]));
});

test("distance to a segment is to its nearest point, also if it is a point", () => {
  assert.equal(distance([0, 3], [-1, 0], [1, 0]), 3);
  assert.equal(distance([4, 4], [-1, 0], [1, 0]), 5);
  assert.equal(distance([3, 4], [0, 0], [0, 0]), 5);
});

test("strokes and clearing can be undone one by one, and what changed nothing is no step", () => {
  const drawing = made();
  const states = [drawing.points];
  stroke(drawing, FIRST, [0, 0]);
  states.push(drawing.points);
  stroke(drawing, ERASER, [0.9, 0.9]);
  stroke(drawing, SECOND, [-0.5, -0.5], [0.5, -0.5]);
  states.push(drawing.points);
  assert.ok(drawing.clear());
  assert.ok(!drawing.clear());
  for (const state of states.reverse()) {
    assert.ok(drawing.undo());
    assert.deepEqual(drawing.points, state);
  }
  assert.ok(!drawing.undo());
});

test("a hundred steps can be undone", () => {
  const drawing = made();
  for (let k = 0; k < 105; k++) stroke(drawing, FIRST, [k / 200, 0]);
  let steps = 0;
  while (drawing.undo()) steps++;
  assert.deepEqual([steps, drawing.points.length], [100, 5]);
});

test("neither undo nor clearing disturbs a stroke", () => {
  const drawing = made();
  stroke(drawing, FIRST, [0, 0]);
  drawing.begin([0.5, 0.5], FIRST);
  assert.ok(!drawing.undo());
  assert.ok(!drawing.clear());
  assert.equal(drawing.points.length, 2);
});

test("other points cannot be undone", () => {
  const drawing = made();
  stroke(drawing, FIRST, [0, 0]);
  drawing.replace([]);
  assert.ok(!drawing.canUndo);
});

test("the cursor goes in steps, from between them to the next, and no farther than the edge", () => {
  assert.deepEqual(moved([0, 0], [1, 0], 2), [0.1, 0]);
  assert.deepEqual(moved([0, 0], [0, -1], 2, 4), [0, -0.4]);
  assert.deepEqual(moved([0.03, 0], [1, 0], 1), [0.1, 0]);
  assert.deepEqual(moved([0.9, -1], [1, -1], 1, 4), [1, -1]);
});
