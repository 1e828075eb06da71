import assert from "node:assert/strict";
import { test } from "node:test";
import { lensPlace } from "../../../structviz/ui/browser/src/rotor/lens.js";
import { differencePlaces, outsideDisc, packedColours } from "../../../structviz/ui/browser/src/rotor/palette.js";

test("colours are pixels in the order of ImageData", () => {
  const table = new Uint8Array(768);
  table.set([10, 20, 30], 3);
  assert.deepEqual([...new Uint8Array(packedColours(table).buffer, 4, 4)], [10, 20, 30, 255]);
});

test("no difference has the middle colour, and large ones the outermost", () => {
  const places = differencePlaces({ low: 0, high: 1 }, { low: -0.5, high: 0.5 });
  assert.equal(places[255], 128);
  assert.equal(places[0], 0);
  assert.equal(places[510], 255);
  assert.ok(places[255 + 64] > places[255 + 32]);
});

test("the disc touches the middle of every side, and leaves out the corners", () => {
  const side = 5;
  const outside = outsideDisc(side);
  for (const k of [2, 10, 14, 22, 12]) assert.equal(outside[k], 0);
  for (const k of [0, 4, 20, 24]) assert.equal(outside[k], 1);
});

test("the lens stands about the pointer, but inside the picture", () => {
  assert.equal(lensPlace(0.5), 27);
  assert.equal(lensPlace(0), 0);
  assert.equal(lensPlace(1), 54);
});
