// What moves the points, as handles beside the pictures; the fields of the sidebar say the same.
import { html, setText } from "../runtime/elements.js";
import { same } from "../runtime/numbers.js";

const REST = { drag: 300, choose: 0 }; // milliseconds before a change is reported

/** @typedef {number | string} Value */
/**
 * @typedef {object} Described A handle, as structviz/ui/kit/handles.py describes it.
 * @property {string} name
 * @property {string} label
 * @property {string} title What the field of the sidebar is called.
 * @property {string} prefix Of its values.
 * @property {[Value, string][]} [options] What can be chosen, with titles; else it is a number.
 * @property {boolean} [slides] Whether the options are in an order that a hand can slide along.
 * @property {number} [low]
 * @property {number} [high]
 * @property {number} [step]
 */

export class Handles {
  /**
   * @param {HTMLElement} parent
   * @param {(name: string, value: Value, delay: number) => void} changed With the time after which it is to be reported.
   */
  constructor(parent, changed) {
    this.element = html("div", { class: "handles", role: "group", "aria-label": "What moves the points" }, parent);
    this.changed = changed;
    /** @type {Described[]} */
    this.described = [];
    /** @type {Record<string, (value: Value) => void>} */
    this.writes = {};
  }

  /**
   * Makes the handles, unless they are there, and shows what they stand at.
   *
   * @param {Described[]} described
   * @param {Record<string, Value>} state
   */
  show(described, state) {
    if (!same(described, this.described)) {
      this.described = described;
      this.element.replaceChildren();
      this.writes = Object.fromEntries(described.map((one) => [one.name, this.make(one)]));
    }
    for (const [name, write] of Object.entries(this.writes)) write(state[name]);
  }

  /** @param {Described} one */
  make(one) {
    const { name, label, title, prefix, options } = one;
    const handle = html("label", { class: "handle", title }, this.element);
    const words = html("span", { class: "words" }, handle);
    html("span", {}, words, label);
    if (options && !one.slides) {
      const select = html("select", { "data-testid": `player-${name}` }, handle);
      for (const [, text] of options) html("option", {}, select, text);
      select.onchange = () => this.changed(name, options[select.selectedIndex][0], REST.choose);
      return (/** @type {Value} */ value) => {
        select.selectedIndex = options.findIndex(([option]) => option === value);
      };
    }
    const output = html("output", { "aria-live": "off" }, words); // the slider itself says it
    const limits = options
      ? { min: 0, max: options.length - 1, step: 1 }
      : { min: one.low ?? 0, max: one.high ?? 1, step: one.step ?? 0.01 };
    const input = html("input", { type: "range", ...limits, "data-testid": `player-${name}` }, handle);
    const chosen = () => (options ? options[Number(input.value)][0] : Number(input.value));
    const write = (/** @type {Value} */ value) => {
      const place = options ? options.findIndex(([option]) => option === value) : value;
      const text = prefix + (options ? (options[Number(place)]?.[1] ?? "") : Number(Number(value).toFixed(2)));
      if (input.value !== String(place)) input.value = String(place);
      input.setAttribute("aria-valuetext", text);
      setText(output, text);
    };
    input.oninput = () => {
      write(chosen());
      this.changed(name, chosen(), REST.drag);
    };
    return write;
  }
}
