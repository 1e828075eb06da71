// A sheet on which a visitor draws a digit: the browser holds it, and the server hears of it when a stroke is over.
import { draggable, placeOn, stopsOf } from "../runtime/drag.js";
import { context2d, find, setAttribute, setText } from "../runtime/elements.js";
import { onKeys } from "../runtime/keyboard.js";
import { mount } from "../runtime/mount.js";
import { Reports } from "../runtime/reports.js";
import { Ink, SIDE } from "./ink.js";

/** @typedef {import("./ink.js").Place} Place */
/** @typedef {{ seen: number }} Data What structviz/ui/browser/sketch.py passes. */

const REST = 300; // milliseconds after a stroke until the server hears of it: a digit may have another one
const STEP = 1 / SIDE; // of the pen with a key

class Sketch {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.sheet = /** @type {HTMLCanvasElement} */ (find(root, ".sheet"));
    this.cursorMark = find(root, ".cursor");
    this.undoButton = find(root, ".undo");
    this.clearButton = find(root, ".clear");
    this.said = find(root, ".said");
    this.invitation = find(root, ".invitation");
    this.ink = new Ink();
    this.keepsFinger = false; // whether a finger on the sheet draws in every direction, instead of scrolling up and down
    /** @type {Place} Where the pen of the keyboard is. */
    this.cursor = [0.5, 0.5];
    this.reports = new Reports({ isBusy: () => this.ink.pen !== null });
    /** @param {Event} event */
    this.onPointerAnywhere = (event) => {
      if (!event.composedPath().includes(root)) this.keepFinger(false);
    };
    document.addEventListener("pointerdown", this.onPointerAnywhere);
    this.undoButton.addEventListener("click", () => this.undo());
    this.clearButton.addEventListener("click", () => {
      if (this.ink.clear()) this.report();
      this.draw();
    });
    this.listenToPointer();
    this.listenToKeys();
    this.draw();
  }

  destroy() {
    document.removeEventListener("pointerdown", this.onPointerAnywhere);
    this.reports.destroy();
  }

  /**
   * @param {Data} data
   * @param {(name: string, value: unknown) => void} setStateValue
   */
  update(data, setStateValue) {
    this.reports.update(setStateValue, data.seen);
  }

  report() {
    this.reports.later("sketch", () => ({ pixels: this.ink.text }), REST);
  }

  /** @param {boolean} keeps */
  keepFinger(keeps) {
    this.keepsFinger = keeps;
    this.sheet.classList.toggle("keeps-finger", keeps);
  }

  listenToPointer() {
    const { sheet } = this;
    /** @param {import("../runtime/drag.js").Spot} spot @returns {Place} */
    const placeOf = (spot) => {
      const { x, y } = placeOn(spot, sheet);
      return [x, y];
    };
    draggable(
      sheet,
      {
        start: (event) => {
          event.preventDefault();
          if (event.pointerType !== "mouse") this.keepFinger(true);
          sheet.focus(/** @type {FocusOptions} */ ({ preventScroll: true, focusVisible: false }));
          this.cursorMark.classList.remove("shown");
          this.reports.hold("sketch");
          this.ink.begin(placeOf(event));
          this.draw();
        },
        move: (event) => {
          for (const stop of stopsOf(event)) this.ink.extend(placeOf(stop));
          this.draw();
        },
        end: (event) => {
          this.cursor = placeOf(event);
          if (this.ink.finish()) this.report();
          this.draw();
        },
      },
      { sideways: true, whole: () => this.keepsFinger },
    );
  }

  listenToKeys() {
    /** @param {number} dx @param {number} dy */
    const move = (dx, dy) => (/** @type {KeyboardEvent} */ event) => {
      const from = this.cursor;
      const within = (/** @type {number} */ x) => Math.min(1 - STEP / 2, Math.max(STEP / 2, x));
      this.cursor = [within(from[0] + dx * STEP), within(from[1] + dy * STEP)];
      if (event.shiftKey) {
        this.ink.begin(from);
        this.ink.extend(this.cursor);
        this.ink.finish();
        this.report();
        this.draw();
      }
      this.showCursor();
    };
    const dot = () => {
      this.ink.begin(this.cursor);
      this.ink.finish();
      this.report();
      this.draw();
    };
    onKeys(this.sheet, {
      "Ctrl+z": (event) => (event.shiftKey ? false : this.undo()),
      ArrowLeft: move(-1, 0),
      ArrowRight: move(1, 0),
      ArrowUp: move(0, -1),
      ArrowDown: move(0, 1),
      Enter: dot,
      " ": dot,
    });
    this.sheet.addEventListener("focus", () => {
      if (this.sheet.matches(":focus-visible")) this.showCursor();
    });
    this.sheet.addEventListener("blur", () => this.cursorMark.classList.remove("shown"));
  }

  showCursor() {
    const [x, y] = this.cursor;
    this.cursorMark.style.left = `${100 * x}%`;
    this.cursorMark.style.top = `${100 * y}%`;
    this.cursorMark.classList.add("shown");
    this.said.textContent = `Column ${Math.ceil(SIDE * x)}, row ${Math.ceil(SIDE * y)}`;
  }

  undo() {
    if (this.ink.undo()) this.report();
    this.draw();
  }

  draw() {
    const { ink, sheet } = this;
    const rgba = new Uint8ClampedArray(4 * SIDE * SIDE).fill(255);
    ink.pixels.forEach((value, k) => {
      rgba.fill(value, 4 * k, 4 * k + 3);
    });
    context2d(sheet).putImageData(new ImageData(rgba, SIDE, SIDE), 0, 0);
    setAttribute(this.undoButton, "aria-disabled", !ink.canUndo);
    setAttribute(this.clearButton, "aria-disabled", ink.isEmpty);
    setText(this.invitation, "Draw here");
    this.invitation.classList.toggle("shown", ink.isEmpty);
  }
}

export default mount((parent) => {
  /** @type {Sketch | null} */
  let sketch = null;
  return {
    update({ data, setStateValue }) {
      if (!data) return;
      sketch ??= new Sketch(find(parent, ".sketch"));
      sketch.update(data, setStateValue);
    },
    destroy: () => sketch?.destroy(),
  };
});
