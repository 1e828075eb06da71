import assert from "node:assert/strict";
import { test } from "node:test";
import { bearing, isAcross, nearestFrame, sectorPath, turnedBy } from "../../../structviz/ui/browser/src/rotor/dial.js";

/** @type {any} An element of the page, as far as a pointer needs it. */
const square = { getBoundingClientRect: () => ({ left: 100, top: 200, width: 50, height: 50 }) };
const at = (clientX, clientY) => bearing(/** @type {any} */ ({ clientX, clientY }), square);

test("a pointer has an angle, counter-clockwise from the right, unless it is at the centre", () => {
  assert.equal(at(150, 225), 0);
  assert.equal(at(125, 200), 90);
  assert.equal(at(100, 225), 180);
  assert.equal(at(125, 250), -90);
  assert.equal(at(126, 225), null);
});

test("one turns the short way round", () => {
  assert.equal(turnedBy(170, -170), 20);
  assert.equal(turnedBy(-170, 170), -20);
  assert.equal(turnedBy(10, 40), 30);
});

test("angles go to the nearest frame, from 0 up to 360", () => {
  assert.equal(nearestFrame(92, 72), 90);
  assert.equal(nearestFrame(93, 72), 95);
  assert.equal(nearestFrame(358, 72), 0);
  assert.equal(nearestFrame(-90, 72), 270);
  assert.equal(nearestFrame(94, 36), 90);
});

test("a sector runs counter-clockwise from its lower to its higher angle, from the top", () => {
  assert.equal(sectorPath(30, 60, 10), "M0 0L-5.00 -8.66A10 10 0 0 0 -8.66 -5.00Z");
  assert.equal(sectorPath(-22.5, 22.5, 10), "M0 0L3.83 -9.24A10 10 0 0 0 -3.83 -9.24Z");
  assert.match(sectorPath(-100, 100, 10), /A10 10 0 1 0/);
});

test("a way leads across an element where it goes along the line to its centre", () => {
  const leads = (clientX, clientY, dx, dy) => isAcross({ clientX, clientY }, { dx, dy }, square);
  assert.ok(leads(145, 225, -10, 2));
  assert.ok(!leads(145, 225, 2, -10));
  assert.ok(!leads(125, 205, 10, 0));
  assert.ok(leads(125, 205, 1, 10));
  assert.ok(!leads(110, 210, 7, -7), "at right angles to a slanting line");
  assert.ok(leads(125, 225, 0, 10), "from the centre every way leads off it");
});
