import assert from "node:assert/strict";
import { test } from "node:test";
import { Reports } from "../../../structviz/ui/browser/src/runtime/reports.js";
import { fakeTimers } from "./timers.js";

function made(options) {
  const reports = new Reports(options);
  const sent = [];
  const update = (seen) => reports.update((name, value) => sent.push([name, value]), seen);
  update(0);
  return { reports, sent, update };
}

test("values are accepted only once all reports have arrived", () => {
  const { reports, sent, update } = made();
  assert.ok(reports.accepts());
  reports.send("turn", { degrees: 5 });
  reports.send("view", { curves: "polar" });
  assert.deepEqual(sent, [
    ["turn", { degrees: 5, count: 1 }],
    ["view", { curves: "polar", count: 2 }],
  ]);
  update(1);
  assert.ok(!reports.accepts(), "an answer to the first report is old");
  update(2);
  assert.ok(reports.accepts());
});

test("nothing is accepted while a report waits or a hand is on", (t) => {
  const tick = fakeTimers(t);
  let busy = false;
  const { reports, sent, update } = made({ isBusy: () => busy });
  let degrees = 1;
  reports.later("turn", () => ({ degrees }), 100);
  assert.ok(!reports.accepts());
  tick(60);
  reports.later("turn", () => ({ degrees }), 100);
  degrees = 2;
  tick(60);
  assert.deepEqual(sent, [], "each new one starts the wait again");
  tick(40);
  assert.deepEqual(sent, [["turn", { degrees: 2, count: 1 }]]);
  update(1);
  assert.ok(reports.accepts());
  busy = true;
  assert.ok(!reports.accepts());
});

test("a report that is held back stays pending, and one that is sent or dropped does not", (t) => {
  const tick = fakeTimers(t);
  const { reports, sent } = made();
  reports.hold("drawing");
  assert.ok(!reports.pending, "there is nothing to hold back");
  reports.later("drawing", () => ({}), 10);
  reports.hold("drawing");
  tick(100);
  assert.deepEqual(sent, []);
  assert.ok(reports.pending);
  reports.send("drawing", {});
  assert.ok(!reports.pending);
  reports.later("drawing", () => ({}), 10);
  reports.destroy();
  tick(100);
  assert.equal(sent.length, 1);
});

test("numbers go on where an earlier mount of the component stopped", () => {
  const reports = new Reports();
  const sent = [];
  reports.update((_name, /** @type {any} */ { count }) => void sent.push(count), 41);
  assert.ok(reports.accepts());
  reports.send("turn", {});
  assert.deepEqual(sent, [42]);
});

test("the largest count that anyone may have sent does not lock the component", () => {
  const reports = new Reports();
  reports.update(() => {}, 2 ** 53);
  reports.send("turn", {});
  reports.update(() => {}, 2 ** 53);
  assert.ok(reports.accepts());
});

test("a value is news until it is taken, whatever its identity", () => {
  const { reports } = made();
  assert.ok(reports.isNews("view", { low: 0 }));
  assert.ok(!reports.isNews("view", { low: 0 }));
  assert.ok(reports.isNews("view", { low: 1 }));
  assert.ok(reports.isNews("other", { low: 1 }));
});

test("the first value of a name is always taken, later ones only when they may be", () => {
  let busy = true;
  const { reports, update } = made({ isBusy: () => busy });
  assert.ok(reports.takes("frame", 3));
  assert.ok(!reports.takes("frame", 4), "something plays");
  busy = false;
  assert.ok(reports.takes("frame", 4), "a value that was refused is still news");
  assert.ok(!reports.takes("frame", 4), "it was taken before");
  reports.send("seek", { frame: 5 });
  assert.ok(!reports.takes("frame", 6), "the server has not heard of the report");
  update(1);
  assert.ok(reports.takes("frame", 6));
});

test("what a visitor holds is not moved, and letting go is told", () => {
  const seen = [];
  const { reports } = made({ rested: () => seen.push(`rested, held: ${reports.held}`) });
  const { start, move, end } = reports.holding(
    (to) => seen.push(to),
    () => seen.push(`start, held: ${reports.held}`),
  );
  start();
  assert.ok(!reports.accepts());
  move([1, 2]);
  end();
  assert.ok(reports.accepts());
  assert.deepEqual(seen, ["start, held: false", [1, 2], "rested, held: false"]);
});

test("the state is said once, when the report goes", (t) => {
  const tick = fakeTimers(t);
  const said = [];
  let frame = 1;
  const { reports, sent } = made({ speak: () => said.push(frame) });
  reports.later("seek", () => ({ frame }));
  frame = 2;
  tick(299);
  assert.deepEqual(said, []);
  reports.later("seek", () => ({ frame }));
  tick(300);
  assert.deepEqual(said, [2]);
  assert.deepEqual(sent, [["seek", { frame: 2, count: 1 }]]);
});
