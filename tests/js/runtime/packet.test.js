import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { inflated, unpack } from "../../../structviz/ui/browser/src/runtime/packet.js";
import { packed } from "./packets.js";

const ARRAYS = {
  bytes: new Uint8Array([1, 2, 255]),
  numbers: new Float32Array([0.5, -2]),
  long: new Float64Array([Math.PI]),
};

test("head and arrays come back", () => {
  const { head, arrays } = unpack(packed({ title: "größer" }, ARRAYS));
  assert.equal(head.title, "größer");
  for (const [name, values] of Object.entries(ARRAYS)) assert.deepEqual(arrays[name], values);
});

test("a packet may begin anywhere in memory", () => {
  const packet = packed({}, ARRAYS);
  const larger = new Uint8Array(packet.length + 3);
  larger.set(packet, 3);
  assert.deepEqual(unpack(larger.subarray(3)).arrays.long, ARRAYS.long);
});

test("arrays share the memory of an aligned packet", () => {
  const packet = packed({}, ARRAYS);
  assert.equal(unpack(packet).arrays.long.buffer, packet.buffer);
});

test("a packet that ends too early is refused", () => {
  assert.throws(() => unpack(packed({}, ARRAYS).slice(0, -1)), RangeError);
  assert.throws(() => unpack(packed({}, ARRAYS).subarray(0, -1)), RangeError); // other bytes follow in memory
  assert.throws(() => unpack(new Uint8Array([200, 0, 0, 0, 123, 125])), RangeError);
});

test("a packet that Python wrote comes back", async () => {
  const { head, arrays } = unpack(await readFile(new URL("packet.bin", import.meta.url)));
  assert.equal(head.title, "größer");
  assert.equal(head.none, null);
  const types = [Uint8Array, Int8Array, Uint16Array, Int16Array, Uint32Array, Int32Array, Float32Array, Float64Array];
  assert.deepEqual(
    Object.values(arrays),
    types.map((Type) => new Type([1, 2, 3, 4, 5, 6])),
  );
  assert.deepEqual(head.arrays.int8.shape, [2, 3]);
});

test("a packet that Python deflated comes back, in planes or as it was", async () => {
  for (const planes of [1, 4]) {
    const { head, arrays } = await inflated(await readFile(new URL(`deflated_${planes}.bin`, import.meta.url)));
    assert.equal(head.title, "größer");
    assert.deepEqual([...arrays.x], planes === 1 ? Array(300).fill(0.1).map(Math.fround) : thirds());
    assert.deepEqual([...arrays.y], [1, 2, 3]);
  }
  assert.deepEqual((await inflated(packed({}, ARRAYS))).arrays.long, ARRAYS.long, "one that was not is read too");
});

const thirds = () => Array.from({ length: 300 }, (_, k) => Math.fround(Math.sin(k)));
