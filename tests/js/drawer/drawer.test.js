import assert from "node:assert/strict";
import { test } from "node:test";
import drawer from "../../../structviz/ui/browser/src/drawer/drawer.js";

test("the page beside the drawer is pressed when another page is shown, and only then", (t) => {
  const pressed = [];
  const main = { dispatchEvent: ({ type, bubbles }) => pressed.push([type, bubbles]) };
  t.after(() => {
    for (const name of ["document", "MouseEvent"]) Reflect.deleteProperty(globalThis, name);
  });
  Object.assign(globalThis, {
    document: { querySelector: (selector) => (selector === "[data-testid=stMain]" ? main : null) },
    MouseEvent: class extends Event {},
  });
  const show = (page) => drawer({ data: { page } });
  show("ct");
  show("ct");
  assert.deepEqual(pressed, [], "neither when the app opens nor when a page runs again");
  show("flow");
  assert.deepEqual(pressed, [["mousedown", true]]);
});

test("the row of links moves so far that its own link is in the middle", (t) => {
  t.after(() => Reflect.deleteProperty(globalThis, "document"));
  const link = { getBoundingClientRect: () => ({ left: 500, width: 60 }) };
  const row = {
    scrollLeft: 10,
    getBoundingClientRect: () => ({ left: 20, width: 340 }),
    querySelector: (selector) => (selector === "a[aria-current]" ? link : null),
  };
  const find = (selector) => (selector === ".st-key-phone_page_links" ? row : null);
  Object.assign(globalThis, { document: { querySelector: find } });
  drawer({ data: { page: "stability" } });
  assert.equal(row.scrollLeft, 10 + 530 - 190);
});
