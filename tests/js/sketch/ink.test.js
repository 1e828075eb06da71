import assert from "node:assert/strict";
import { test } from "node:test";
import { Ink, SIDE } from "../../../structviz/ui/browser/src/sketch/ink.js";

const at = (ink, column, row) => ink.pixels[SIDE * row + column];

test("a stroke is white along its way, shaded beside it and black elsewhere", () => {
  const ink = new Ink();
  ink.begin([0.25, 0.5]);
  ink.extend([0.75, 0.5]);
  assert.ok(ink.finish());
  assert.equal(at(ink, 14, 13), 255);
  assert.equal(at(ink, 14, 14), 255);
  assert.ok(at(ink, 14, 15) > 0 && at(ink, 14, 15) < 255);
  assert.equal(at(ink, 14, 17), 0);
  assert.equal(at(ink, 2, 14), 0);
});

test("what is reported are rows from the top, two digits for each pixel", () => {
  const ink = new Ink();
  ink.begin([0.5 / SIDE, 1.5 / SIDE]);
  assert.equal(ink.text.length, 2 * SIDE * SIDE);
  assert.equal(ink.text.slice(2 * SIDE, 2 * SIDE + 2), "ff");
});

test("undo takes a stroke back, and what was cleared", () => {
  const ink = new Ink();
  assert.ok(!ink.undo());
  assert.ok(!ink.clear());
  ink.begin([0.5, 0.5]);
  ink.finish();
  const drawn = ink.text;
  assert.ok(ink.clear());
  assert.ok(ink.isEmpty);
  assert.ok(ink.undo());
  assert.equal(ink.text, drawn);
  assert.ok(ink.undo());
  assert.ok(ink.isEmpty && !ink.canUndo);
});
