// Colours of the page's theme, for canvases, which cannot use CSS variables. Streamlit sets --st-* variables; a page
// that stands alone sets them itself.
import { html } from "./elements.js";
import { same } from "./numbers.js";

/**
 * @typedef {object} Colours Each as #rrggbb.
 * @property {string} text
 * @property {string} background
 * @property {string} primary
 * @property {string} border
 * @property {boolean} dark Whether the background is dark.
 */

/**
 * Whether a colour is dark rather than light.
 *
 * @param {string} colour #rrggbb
 */
export function isDark(colour) {
  return [1, 3, 5].reduce((sum, at) => sum + parseInt(colour.slice(at, at + 2), 16), 0) < 384;
}

/**
 * A colour as #rrggbb, from what a browser computes: rgb(…) or rgba(…), whole numbers or not.
 *
 * @param {string} computed
 */
export function hexadecimal(computed) {
  const channels = (computed.match(/[\d.]+/g) ?? ["0", "0", "0"]).slice(0, 3);
  return `#${channels.map((value) => Math.round(Number(value)).toString(16).padStart(2, "0")).join("")}`;
}

/**
 * A colour with an opacity.
 *
 * @param {string} colour #rrggbb
 * @param {number} opacity
 */
export function faded(colour, opacity) {
  return `rgba(${[1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)).join()},${opacity})`;
}

/**
 * A colour as it is in an element of this root: names, variables and all.
 *
 * @param {HTMLElement} root
 * @param {string} colour
 */
export function resolved(root, colour) {
  const probe = html("i", { hidden: "" }, root);
  probe.style.color = colour;
  const found = hexadecimal(getComputedStyle(probe).color);
  probe.remove();
  return found;
}

export class Theme {
  /**
   * @param {HTMLElement} root
   * @param {(colours: Colours) => void} onChange Called when a colour has changed, not for those at the start.
   */
  constructor(root, onChange) {
    this.root = root;
    this.onChange = onChange;
    this.colours = this.read();
    this.query = matchMedia("(prefers-color-scheme: dark)");
    this.listener = () => this.refresh();
    this.query.addEventListener("change", this.listener);
  }

  /** @returns {Colours} */
  read() {
    const text = resolved(this.root, "var(--st-text-color)");
    return {
      text,
      background: resolved(this.root, "var(--st-background-color)"),
      primary: resolved(this.root, "var(--st-primary-color)"),
      border: resolved(this.root, "var(--st-border-color)"),
      dark: !isDark(text), // where the text is light; the background may be transparent
    };
  }

  /** Call it with every update of the component: Streamlit updates it when the theme changes. */
  refresh() {
    const colours = this.read();
    if (same(colours, this.colours)) return;
    this.colours = colours;
    this.onChange(colours);
  }

  destroy() {
    this.query.removeEventListener("change", this.listener);
  }
}
