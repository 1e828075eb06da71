// The brush: the browser holds what is drawn, and the server hears of it when a stroke is over.
import { draggable, stopsOf } from "../runtime/drag.js";
import { find, findAll, setAttribute, setPressed, setText, svg } from "../runtime/elements.js";
import { onKeys } from "../runtime/keyboard.js";
import { mount } from "../runtime/mount.js";
import { same, signed } from "../runtime/numbers.js";
import { Reports } from "../runtime/reports.js";
import { Drawing, moved } from "./drawing.js";
import { Sheet, symbolPath } from "./sheet.js";

/** @typedef {import("./drawing.js").Place} Place */
/** @typedef {import("./drawing.js").Point} Point */

/**
 * @typedef {object} Data What structviz/ui/browser/brush.py passes.
 * @property {Point[]} points
 * @property {number} half_width
 * @property {string[]} colours Of the classes.
 * @property {string[]} symbols Of the classes.
 * @property {number} limit
 * @property {number} seen
 */

const REST = 150; // milliseconds after a stroke until the server hears of it
const FAR = 4; // steps that the cursor makes with Shift

class Brush {
  /**
   * @param {HTMLElement} root
   * @param {Data} data
   */
  constructor(root, { colours, symbols, limit, half_width }) {
    this.root = root;
    this.undoButton = find(root, ".undo");
    this.clearButton = find(root, ".clear");
    this.total = find(root, ".total");
    this.shares = findAll(root, ".share > span");
    this.outside = find(root, ".outside");
    this.limit = find(root, ".limit");
    this.said = find(root, ".said");
    this.tool = { label: 0, erases: false };
    this.keepsFinger = false; // whether a finger on the sheet draws in every direction, instead of scrolling up and down
    /** @param {Event} event */
    this.onPointerAnywhere = (event) => {
      if (!event.composedPath().includes(root)) this.keepFinger(false);
    };
    document.addEventListener("pointerdown", this.onPointerAnywhere);
    /** @type {Place} Where the cursor of the keyboard is. */
    this.cursor = [0, 0];
    this.drawing = new Drawing({ limit, halfWidth: half_width });
    this.reports = new Reports({ isBusy: () => this.drawing.stroke !== null });
    this.sheet = new Sheet(root, symbols);
    this.sheet.setHalfWidth(half_width);
    colours.forEach((colour, label) => {
      root.style.setProperty(`--class-${label}`, colour);
    });
    for (const shape of findAll(root, "svg.shape")) {
      shape.setAttribute("viewBox", "-1.3 -1.3 2.6 2.6");
      svg("path", { d: symbolPath(symbols[Number(shape.dataset.label)]) }, shape);
    }
    this.listenToTools();
    this.listenToPointer();
    this.listenToKeys();
  }

  destroy() {
    document.removeEventListener("pointerdown", this.onPointerAnywhere);
    this.reports.destroy();
  }

  // ---- the server

  /**
   * @param {Data} data
   * @param {(name: string, value: unknown) => void} setStateValue
   */
  update(data, setStateValue) {
    this.data = data;
    this.reports.update(setStateValue, data.seen);
    this.takePoints();
    this.draw();
  }

  takePoints() {
    if (!this.data || !this.reports.accepts()) return;
    const { points, half_width } = this.data;
    if (half_width !== this.drawing.halfWidth) {
      this.drawing.halfWidth = half_width;
      this.cursor = [0, 0];
      this.sheet.setHalfWidth(half_width);
    }
    if (this.reports.isNews("points", points) && !same(points, this.drawing.points)) this.drawing.replace(points);
  }

  report() {
    const value = () => {
      this.said.textContent = this.total.textContent + this.shares.map((share) => share.textContent).join(" +");
      return { points: this.drawing.points };
    };
    this.reports.later("drawing", value, REST);
  }

  // ---- what the visitor does

  listenToTools() {
    for (const button of findAll(this.root, "[data-tool]")) {
      button.addEventListener("click", () => {
        const { tool } = button.dataset;
        if (tool === "erase") this.tool.erases = !this.tool.erases;
        else this.tool = { label: Number(tool), erases: false };
        this.sheet.hidePen();
        this.draw();
      });
    }
    this.undoButton.addEventListener("click", () => this.undo());
    this.clearButton.addEventListener("click", () => {
      if (this.drawing.clear()) this.report();
      this.draw();
    });
  }

  listenToPointer() {
    const { sheet, drawing } = this;
    draggable(
      sheet.element,
      {
        start: (event) => {
          event.preventDefault();
          if (event.pointerType !== "mouse") this.keepFinger(true);
          const options = { preventScroll: true, focusVisible: false };
          sheet.element.focus(options);
          sheet.hideCursor();
          this.cursor = sheet.placeOf(event);
          this.beginStroke(this.cursor);
          this.showPen(event);
        },
        move: (event) => {
          for (const stop of stopsOf(event)) drawing.extend(sheet.placeOf(stop));
          this.draw();
          this.showPen(event);
        },
        end: (event) => {
          this.finishStroke();
          if (event.pointerType === "touch") sheet.hidePen();
        },
        hover: (event) => {
          if (event.pointerType !== "touch") this.showPen(event);
        },
        leave: () => sheet.hidePen(),
      },
      { sideways: true, whole: () => this.keepsFinger },
    );
  }

  /**
   * A finger that taps on the sheet wants to draw; one that touches the page beside the brush wants to go on.
   *
   * @param {boolean} keeps
   */
  keepFinger(keeps) {
    this.keepsFinger = keeps;
    this.sheet.element.classList.toggle("keeps-finger", keeps);
  }

  listenToKeys() {
    const { sheet } = this;
    /** @param {Place} direction */
    const move = (direction) => (/** @type {KeyboardEvent} */ event) => {
      this.cursor = moved(this.cursor, direction, this.drawing.halfWidth, event.shiftKey ? FAR : 1);
      this.said.textContent = this.cursor.map((x) => signed(Number(x.toFixed(2)))).join(", ");
      sheet.showCursor(this.cursor);
    };
    const click = (/** @type {KeyboardEvent} */ event) => {
      sheet.showCursor(this.cursor);
      if (this.drawing.stroke || event.repeat) return;
      this.beginStroke(this.cursor);
      this.finishStroke();
    };
    onKeys(sheet.element, {
      "Ctrl+z": (event) => (event.shiftKey ? false : this.undo()),
      ArrowLeft: move([-1, 0]),
      ArrowRight: move([1, 0]),
      ArrowUp: move([0, 1]),
      ArrowDown: move([0, -1]),
      Enter: click,
      " ": click,
    });
    sheet.element.addEventListener("focus", () => {
      if (sheet.element.matches(":focus-visible")) sheet.showCursor(this.cursor);
    });
    sheet.element.addEventListener("blur", () => sheet.hideCursor());
  }

  /** @param {Place} place */
  beginStroke(place) {
    this.reports.hold("drawing"); // half a stroke is nothing to report
    this.drawing.begin(place, this.tool);
    this.draw();
  }

  finishStroke() {
    if (this.drawing.finish() || this.reports.pending) this.report();
    this.takePoints();
    this.draw();
  }

  undo() {
    if (this.drawing.undo()) this.report();
    this.draw();
  }

  // ---- pictures and words

  /**
   * What a click would do here, and the eraser also while it is at work.
   *
   * @param {PointerEvent} event
   */
  showPen(event) {
    const { sheet } = this;
    const { label, erases } = this.drawing.stroke ?? this.tool;
    if (erases) sheet.showEraser(sheet.placeOf(event));
    else if (this.drawing.stroke) sheet.hidePen();
    else sheet.showGhost(sheet.placeOf(event), label);
  }

  draw() {
    const { drawing, tool } = this;
    const { points, limit, outside } = drawing;
    this.sheet.draw(points);
    const pressed = tool.erases ? "erase" : String(tool.label);
    for (const button of findAll(this.root, "[data-tool]")) setPressed(button, button.dataset.tool === pressed);
    this.sheet.element.classList.toggle("erases", tool.erases);
    setAttribute(this.undoButton, "aria-disabled", !drawing.canUndo);
    setAttribute(this.clearButton, "aria-disabled", !points.length);
    setText(this.total, `${points.length} ${points.length === 1 ? "point" : "points"}:`);
    this.shares.forEach((share, label) => {
      setText(share, ` ${drawing.count(label)}`);
    });
    setText(this.outside, outside ? `${outside} outside the picture` : "");
    setText(
      this.limit,
      drawing.isFull ? `The sheet is full: it holds ${limit} points. Erase some to draw others.` : "",
    );
  }
}

export default mount((parent) => {
  /** @type {Brush | null} */
  let brush = null;
  return {
    update({ data, setStateValue }) {
      if (!data) return;
      brush ??= new Brush(find(parent, ".brush"), data);
      brush.update(data, setStateValue);
    },
    destroy: () => brush?.destroy(),
  };
});
