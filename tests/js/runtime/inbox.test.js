import assert from "node:assert/strict";
import { test } from "node:test";
import inboxComponent from "../../../structviz/ui/browser/src/inbox/inbox.js";
import { Inbox, pageInbox } from "../../../structviz/ui/browser/src/runtime/inbox.js";
import { packed } from "./packets.js";

const bytes = (length, value = 0) => new Uint8Array(length).fill(value);

test("a listener hears what is there and what comes, until it ends its subscription", () => {
  const inbox = new Inbox();
  const heard = [];
  inbox.put("a", bytes(1, 1));
  const end = inbox.subscribe("a", (payload) => heard.push(payload[0]));
  inbox.put("a", bytes(1, 2));
  inbox.put("b", bytes(1, 3));
  end();
  inbox.put("a", bytes(1, 4));
  assert.deepEqual(heard, [1, 2]);
  assert.equal(inbox.get("a")?.[0], 4);
});

test("equal bytes are no news, and the payload stays the same object", () => {
  const inbox = new Inbox();
  let calls = 0;
  const first = bytes(3, 7);
  inbox.put("a", first);
  inbox.subscribe("a", () => calls++);
  inbox.put("a", bytes(3, 7));
  assert.equal(calls, 1);
  assert.equal(inbox.get("a"), first);
  inbox.put("a", bytes(4, 7));
  assert.equal(calls, 2);
});

test("the oldest payloads go first, but never one to which somebody listens, nor the newest", () => {
  const inbox = new Inbox(10);
  inbox.subscribe("held", () => {});
  inbox.put("held", bytes(100));
  inbox.put("a", bytes(5));
  inbox.put("b", bytes(5));
  inbox.put("a", bytes(5)); // renewed
  inbox.put("c", bytes(5));
  assert.deepEqual([...inbox.payloads.keys()].sort(), ["a", "c", "held"]);
  inbox.put("large", bytes(50));
  assert.deepEqual([...inbox.payloads.keys()].sort(), ["held", "large"]);
});

test("the component puts a copy of the payload into the page's inbox", () => {
  const packet = packed({ channel: "film" }, { payload: bytes(4, 9) });
  inboxComponent({ data: packet });
  packet.fill(0);
  assert.deepEqual(pageInbox().get("film"), bytes(4, 9));
  inboxComponent({ data: undefined });
});
