import assert from "node:assert/strict";
import { test } from "node:test";
import { AngleSource } from "../../../structviz/ui/browser/src/rotor/angle_source.js";

// Node has had one since its version 21.
if (!("navigator" in globalThis)) Object.assign(globalThis, { navigator: { hardwareConcurrency: 2 } });

const STATE = { degrees: 90, level: 0.2, seed: 0 };

/** @param {boolean} runs */
function sourceOf(runs) {
  let films = 0;
  const makeWorker = () => assert.fail("no packet has come");
  const source = new AngleSource({ runs, makeWorker, rests: () => true, changed: () => {}, wanted: () => films++ });
  const columns = ["equivariant", "truth"].map((name) => ({ name, title: name, film: `film ${name}`, errors: null }));
  const engine = { script: "no script", image: "no image", networks: [] };
  const data = { columns, engine, baseline: null, tables: { image: ["", 0, 1] } };
  source.update(/** @type {any} */ (data));
  return { source, columns: /** @type {any[]} */ (columns), films: () => films };
}

test("where the engine runs, its last frame is what is shown, and no film is asked for", () => {
  const { source, columns, films } = sourceOf(true);
  assert.equal(films(), 0);
  assert.equal(source.frames, 360);
  assert.ok(!source.ready && !source.isOf(STATE));
  assert.equal(source.nearest(95), 95, "before there is a frame");
  const shown = { values: new Uint8Array([7]), psnr: 20 };
  source.live.frame = { state: STATE, columns: { equivariant: /** @type {any} */ (shown) } };
  assert.equal(source.nearest(95), 90);
  assert.ok(source.isOf(STATE) && !source.isOf({ ...STATE, seed: 1 }));
  assert.equal(source.known(columns[0], 95), shown);
  source.destroy();
});

test("where it cannot run, films are asked for and tell how many frames a turn has", () => {
  const { source, columns, films } = sourceOf(false);
  assert.equal(films(), 1);
  assert.equal(source.engine, null);
  assert.equal(source.frames, 72, "until a film says otherwise");
  assert.ok(!source.ready);
  const film = { frames: 4, values: new Uint8Array([0, 1, 2, 3]), psnr: [10, 11, 12, 13], ssim: null };
  for (const entry of source.films.channels.values()) entry.film = film;
  assert.equal(source.frames, 4);
  assert.ok(source.ready && source.isOf(STATE));
  assert.equal(source.nearest(95), 95);
  assert.deepEqual(source.known(columns[0], 270), { values: new Uint8Array([3]), psnr: 13, ssim: undefined });
  assert.deepEqual(
    source.series("straight").map(({ name, values }) => [name, values]),
    [["equivariant", film.psnr]],
  );
  source.destroy();
});
