// One report for what the hand does in one go.
import assert from "node:assert/strict";
import { test } from "node:test";
import { StateReports } from "../../../structviz/ui/browser/src/rotor/state_reports.js";
import { Reports } from "../../../structviz/ui/browser/src/runtime/reports.js";

/** @param {import("node:test").TestContext} t */
function started(t) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const reports = new Reports();
  /** @type {[string, unknown][]} */
  const sent = [];
  reports.update((name, value) => sent.push([name, value]), 0);
  const state = { degrees: 30, level: 0.2, seed: 3 };
  return {
    reports,
    sent,
    state,
    told: new StateReports(
      reports,
      () => state,
      () => {},
    ),
  };
}

test("a turn and a level that follow each other are one report, after the hand has rested", (t) => {
  const { sent, state, told } = started(t);
  told.later("turn", 500);
  t.mock.timers.tick(400);
  state.level = 0.3;
  told.later("noise", 300);
  t.mock.timers.tick(299);
  assert.deepEqual(sent, []);
  t.mock.timers.tick(1000);
  assert.deepEqual(sent, [["noise", { degrees: 30, level: 0.3, seed: 3, count: 1 }]]);
});

test("what has not moved is not told, and what was told once is not told again", (t) => {
  const { reports, sent, told } = started(t);
  told.later("turn", 500);
  t.mock.timers.tick(500);
  reports.update((name, value) => sent.push([name, value]), 1);
  told.later("noise", 300);
  t.mock.timers.tick(300);
  assert.deepEqual(sent, [
    ["turn", { degrees: 30, count: 1 }],
    ["noise", { level: 0.2, seed: 3, count: 2 }],
  ]);
});

test("the whole state is told while the server has not answered", (t) => {
  const { sent, told } = started(t);
  told.later("turn", 500);
  t.mock.timers.tick(500);
  told.later("turn", 500);
  t.mock.timers.tick(500);
  assert.deepEqual(sent[1], ["turn", { degrees: 30, level: 0.2, seed: 3, count: 2 }]);
});
