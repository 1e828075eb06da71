// What stands below the slices: window, unit, iterates, zoom, differences, profile.
import { find, findAll, html, setAttribute, setPressed, setText } from "../runtime/elements.js";
import { clamp } from "../runtime/numbers.js";
import { widthWithUnit, withUnit } from "./slices.js";

const LEVELS = [-0.1, 0.7]; // of the middle of a window, in 1/cm
const WIDTHS = [0.01, 1]; // in 1/cm

/** @typedef {import("./data.js").ViewState} ViewState */
/** @typedef {import("./data.js").ViewerData} ViewerData */

/**
 * @typedef {object} Actions What the controls do.
 * @property {(part: Partial<ViewState>) => void} change
 * @property {(iterate: number) => void} seek
 * @property {() => void} toggle Play or stop the iterates.
 * @property {() => void} toggleDifferences
 * @property {() => void} toggleProfile
 */

export class Toolbar {
  /**
   * @param {HTMLElement} root
   * @param {ViewerData} data
   * @param {Actions} actions
   */
  constructor(root, data, actions) {
    this.root = root;
    this.data = data;
    const input = (/** @type {string} */ selector) => /** @type {HTMLInputElement} */ (find(root, selector));
    this.level = input("input.level");
    this.width = input("input.width");
    this.zoom = input("input.zoom");
    this.iterate = input("input.iterate");
    this.play = /** @type {HTMLButtonElement} */ (find(root, ".play"));
    this.differences = find(root, ".differences");
    this.profile = find(root, ".profiled");
    this.units = findAll(root, "[data-unit]");
    this.windows = this.buildWindows(actions);
    const [least, most] = data.limits;
    Object.assign(this.level, { min: Math.max(least, LEVELS[0]), max: Math.min(most, LEVELS[1]) });
    Object.assign(this.width, { min: WIDTHS[0], max: WIDTHS[1] });
    this.level.oninput = this.width.oninput = () => actions.change(this.readWindow());
    this.zoom.oninput = () => actions.change({ zoom: Number(this.zoom.value) });
    this.iterate.oninput = () => actions.seek(Number(this.iterate.value));
    this.play.onclick = actions.toggle;
    this.differences.onclick = actions.toggleDifferences;
    this.profile.onclick = actions.toggleProfile;
    for (const button of this.units) {
      button.onclick = () => actions.change({ unit: /** @type {ViewState["unit"]} */ (button.dataset.unit) });
    }
  }

  /** @param {Actions} actions */
  buildWindows({ change }) {
    const parent = find(this.root, ".windows");
    return Object.entries(this.data.windows).map(([name, [low, high]]) => {
      const button = html("button", { type: "button", "data-window": name }, parent, name);
      button.onclick = () => change({ low, high });
      return { button, low, high };
    });
  }

  /** The window that the sliders say. */
  readWindow() {
    const [level, width] = [Number(this.level.value), Number(this.width.value)];
    const [least, most] = this.data.limits;
    return { low: Math.max(level - width / 2, least), high: Math.min(level + width / 2, most) };
  }

  /**
   * Shows the state of every control.
   *
   * @param {ViewState} view
   * @param {number} last The last iterate.
   * @param {boolean} playing
   */
  draw(view, last, playing) {
    const { unit, low, high } = view;
    const { water } = this.data;
    const [level, width] = [(low + high) / 2, high - low];
    this.level.value = String(level);
    this.width.value = String(width);
    this.zoom.value = String(view.zoom);
    setText(find(this.root, ".level-value"), withUnit(level, unit, water));
    setText(find(this.root, ".width-value"), widthWithUnit(width, unit, water));
    this.drawIterate(view.iterate, last);
    setPressed(this.play, playing);
    setPressed(this.differences, view.differences);
    setPressed(this.profile, view.profile !== null);
    for (const button of this.units) setPressed(button, button.dataset.unit === unit);
    for (const window of this.windows) {
      setPressed(window.button, Math.abs(window.low - low) < 5e-4 && Math.abs(window.high - high) < 5e-4);
    }
  }

  /**
   * @param {number | null} iterate
   * @param {number} last
   */
  drawIterate(iterate, last) {
    const k = iterate === null ? last : clamp(iterate, 0, last);
    this.iterate.max = String(last);
    this.iterate.value = String(k);
    this.iterate.disabled = this.play.disabled = !last;
    const words = k === last ? "result" : `step ${k} of ${last}`;
    setText(find(this.root, ".iterate-value"), last ? words : "");
    setAttribute(this.root, "data-iterate", k);
  }
}
