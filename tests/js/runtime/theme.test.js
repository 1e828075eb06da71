import assert from "node:assert/strict";
import { test } from "node:test";
import { faded, hexadecimal, isDark } from "../../../structviz/ui/browser/src/runtime/theme.js";

test("colours that a browser computes become hexadecimal", () => {
  assert.equal(hexadecimal("rgb(26, 31, 38)"), "#1a1f26");
  assert.equal(hexadecimal("rgba(255, 0.4, 9.6, 0.5)"), "#ff000a");
});

test("a colour is dark or light, and can be faded", () => {
  assert.ok(isDark("#1a1f26"));
  assert.ok(!isDark("#e8ecf1"));
  assert.equal(faded("#ff000a", 0.25), "rgba(255,0,10,0.25)");
});
