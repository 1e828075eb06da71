// What components in the page have in common: HTML of their own, data from the server and reports to it, words for
// those who listen, and parts that light up together.
import { find, findAll, setText } from "./elements.js";
import { Reports } from "./reports.js";

/** @typedef {{ destroy: () => void }} Destroyed */

/** A component; each one says what it takes, how it is drawn and what it reports. */
export class Component {
  /**
   * @param {ParentNode} parent
   * @param {string} name Class of its element.
   */
  constructor(parent, name) {
    this.root = find(parent, `.${name}`);
    /** @type {any} What the server has sent last. */
    this.data = null;
    /** @type {Destroyed[]} */
    this.attached = [];
    const speak = () => this.write({ said: this.spoken });
    this.reports = this.attach(new Reports({ isBusy: () => this.isBusy, rested: () => this.rest(), speak }));
    const light = (/** @type {Event} */ { target }) => this.light(/** @type {Element} */ (target));
    this.root.addEventListener("pointerover", light);
    this.root.addEventListener("pointerleave", () => this.light(null));
  }

  /** Whether the visitor plays something now, or holds it without `Reports.holding`. */
  get isBusy() {
    return false;
  }

  /** What is on the screen, for those who listen. */
  get spoken() {
    return "";
  }

  /** @param {import("./mount.js").ComponentArguments} component */
  update({ data, setStateValue }) {
    const before = this.data;
    this.data = data;
    this.reports.update(setStateValue, data.seen);
    this.take(data, before);
    this.draw();
  }

  /** Takes from the server what is news. @param {any} _data @param {any} _before Null the first time. */
  take(_data, _before) {}

  draw() {}

  /** The visitor has come to rest: the server hears of it. */
  rest() {}

  /**
   * A point of a plane that one drags; nothing from the server is taken meanwhile.
   *
   * @param {import("./plane.js").Plane} plane
   * @param {string} label
   * @param {number} longest How far it goes, each way.
   * @param {(to: import("./plane.js").Point) => void} move
   * @param {() => void} [start] Called first.
   * @returns Puts it somewhere.
   */
  handle(plane, label, longest, move, start) {
    return plane.handle(label, longest, this.reports.holding(move, start));
  }

  /**
   * Something that ends with the component.
   *
   * @template {Destroyed} T
   * @param {T} part
   */
  attach(part) {
    this.attached.push(part);
    return part;
  }

  destroy() {
    for (const part of this.attached) part.destroy();
  }

  /** @param {Record<string, string>} words Texts of elements, by their classes. */
  write(words) {
    for (const [name, text] of Object.entries(words)) setText(find(this.root, `.${name}`), text);
  }

  /** Symbols and pictures with the same `data-part` mean the same. @param {Element | null} target One of them. */
  light(target) {
    const part = target?.closest("[data-part]")?.getAttribute("data-part");
    for (const element of findAll(this.root, "[data-part]"))
      element.classList.toggle("lit", element.dataset.part === part);
  }
}
