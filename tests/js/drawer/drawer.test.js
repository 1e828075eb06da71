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

test("the page's own link is marked, and the row moves until it is in the middle", (t) => {
  t.after(() => Reflect.deleteProperty(globalThis, "document"));
  const link = (address, left) => ({
    getAttribute: (name) => (name === "href" ? address : null),
    current: null,
    getBoundingClientRect: () => ({ left, width: 60 }),
    setAttribute(name, value) {
      assert.equal(name, "aria-current");
      this.current = value;
    },
    removeAttribute(name) {
      assert.equal(name, "aria-current");
      this.current = null;
    },
  });
  const links = [link("", 20), link("flow", 300), link("/lecture/stability", 500)];
  const row = {
    scrollLeft: 10,
    getBoundingClientRect: () => ({ left: 20, width: 340 }),
    querySelectorAll: (selector) => (selector === "a" ? links : []),
  };
  const find = (selector) => (selector === ".st-key-phone_page_links" ? row : null);
  Object.assign(globalThis, {
    document: { querySelector: find },
    MouseEvent: class extends Event {},
  });
  t.after(() => Reflect.deleteProperty(globalThis, "MouseEvent"));
  const marked = () => links.map(({ current }) => current);
  drawer({ data: { page: "stability" } });
  assert.deepEqual(marked(), [null, null, "page"]);
  assert.equal(row.scrollLeft, 10 + 530 - 190);
  drawer({ data: { page: "" } });
  assert.deepEqual(marked(), ["page", null, null], "the page before is no longer marked");
});
