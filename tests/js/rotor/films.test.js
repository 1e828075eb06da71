import assert from "node:assert/strict";
import { test } from "node:test";
import { Films, frameAt, framesOf } from "../../../structviz/ui/browser/src/rotor/films.js";
import { seriesOf } from "../../../structviz/ui/browser/src/rotor/series.js";
import { pageInbox } from "../../../structviz/ui/browser/src/runtime/inbox.js";
import { packed } from "../runtime/packets.js";

test("a sheet is cut into its frames, row after row", () => {
  // Three frames of 2 × 2 pixels, two in a row; the last place is empty.
  const grey = [
    [1, 2, 5, 6],
    [3, 4, 7, 8],
    [9, 10, 0, 0],
    [11, 12, 0, 0],
  ];
  const rgba = grey.flat().flatMap((value) => [value, 99, 99, 255]);
  const values = framesOf(rgba, 4, { frames: 3, side: 2, columns: 2 });
  assert.deepEqual([...values], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
});

test("every angle has a frame, and a full turn is the first", () => {
  assert.equal(frameAt(72, 90), 18);
  assert.equal(frameAt(72, 357.4), 71);
  assert.equal(frameAt(72, 357.6), 0);
});

test("only the channels that are wanted are heard", async () => {
  let arrivals = 0;
  const films = new Films(() => arrivals++);
  pageInbox().put("early", packed({ errors: [0.5] }, {}));
  films.want(["early", "late", null]);
  assert.deepEqual(films.errors("early"), [0.5]);
  assert.equal(films.errors("late"), undefined);
  pageInbox().put("late", packed({ errors: [0.1] }, {}));
  assert.deepEqual(films.errors("late"), [0.1]);
  films.want(["late"]);
  assert.equal(films.errors("early"), undefined);
  pageInbox().put("early", packed({ errors: [0.7] }, {}));
  assert.equal(arrivals, 2);
  films.destroy();
  assert.equal(films.errors("late"), undefined);
});

test("curves of errors have the interpolation beside the networks, those of PSNR have the noisy image", () => {
  const column = (name) => ({
    name,
    title: name,
    colour: "#000",
    film: `f-${name}`,
    errors: `e-${name}`,
    differs: true,
  });
  /** @type {any} */
  const columns = ["noisy", "ordinary", "local-1", "truth"].map(column);
  /** @type {any} */
  const valuesOf = (name, error) => `${error ? "e" : "f"}-${name}`;
  const shown = (view) => seriesOf(columns, view, valuesOf).map(({ name, style, values }) => [name, style, values]);
  assert.deepEqual(shown("polar"), [
    ["noisy", "quiet", "f-noisy"],
    ["ordinary", "", "f-ordinary"],
    ["local-1", "dashed", "f-local-1"],
  ]);
  assert.deepEqual(shown("error"), [
    ["interpolation", "dashed", "e-interpolation"],
    ["ordinary", "", "e-ordinary"],
    ["local-1", "dashed", "e-local-1"],
  ]);
});
