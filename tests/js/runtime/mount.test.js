import assert from "node:assert/strict";
import { test } from "node:test";
import { pageInbox } from "../../../structviz/ui/browser/src/runtime/inbox.js";
import { mount } from "../../../structviz/ui/browser/src/runtime/mount.js";
import { packed } from "./packets.js";

function made(channel) {
  const calls = [];
  let created = 0;
  const component = mount(() => {
    created++;
    return { update: ({ data }) => calls.push(data), destroy: () => calls.push("destroyed") };
  });
  const parentElement = {};
  const run = () => component({ data: { channel }, parentElement, setStateValue: () => {} });
  return { calls, run, created: () => created, send: (head) => pageInbox().put(channel, packed(head, {})) };
}

test("a component is made once, and updated as soon as its data come", () => {
  const { calls, run, created, send } = made("a");
  run();
  assert.deepEqual(calls, []);
  send({ x: 1 });
  run();
  send({ x: 2 });
  assert.equal(created(), 1);
  assert.deepEqual(
    calls.map(({ x }) => x),
    [1, 1, 2],
  );
  assert.equal(calls[0], calls[1], "the same data are the same object");
});

test("data that are there already are taken at once", () => {
  const { calls, run, send } = made("b");
  send({ x: 1 });
  run();
  assert.equal(calls[0].x, 1);
});

test("a component that has left hears nothing more", () => {
  const { calls, run, send } = made("c");
  const leave = run();
  send({ x: 1 });
  leave();
  send({ x: 2 });
  assert.deepEqual(calls.slice(1), ["destroyed"]);
});
