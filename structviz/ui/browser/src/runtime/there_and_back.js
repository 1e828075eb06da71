// The way from the first layer, 0, to the last one, 1, and back, 2: with a button, a scrubber and arrow keys.
import { button, find } from "./elements.js";
import { clamp } from "./numbers.js";
import { PlayButton } from "./play_button.js";

const STEP = 700; // milliseconds from layer to layer where motion is reduced

/** @type {Record<string, number>} By how many layers an arrow key goes on. */
const KEYS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };

/**
 * Where the way goes on from `at`: it stops at the last layer, and at the first one again.
 *
 * @param {number} at
 * @param {number} layers
 * @param {number | null} share Of the way to the last layer; null goes to the next layer instead.
 */
export function onwards(at, layers, share) {
  const next = share === null ? (Math.floor(at * layers + 1e-9) + 1) / layers : at + share;
  return at < 1 ? Math.min(next, 1) : Math.min(next, 2);
}

export class ThereAndBack {
  /**
   * @param {Element} root Holds `.controls`, where the button comes, and the scrubber `.at`.
   * @param {object} options
   * @param {number} options.oneWay Milliseconds from the first layer to the last one.
   * @param {number} options.hold Milliseconds for which it stays at the last one.
   * @param {() => number} options.layers
   * @param {() => void} options.moved Called when `at` has changed.
   * @param {() => void} options.rested Called when the visitor has stopped it, or has put it somewhere.
   */
  constructor(root, { oneWay, hold, layers, moved, rested }) {
    this.oneWay = oneWay;
    this.hold = hold;
    this.layers = layers;
    this.moved = moved;
    this.at = 0;
    this.waited = 0;
    const starts = () => {
      if (this.at >= 2) this.at = 0;
    };
    const advance = (/** @type {number} */ passed, /** @type {boolean} */ still) => this.advance(passed, still);
    const made = button(find(root, ".controls"), "", () => {});
    this.button = new PlayButton(made, { play: "Play", stop: "Pause", advance, starts, step: STEP });
    made.addEventListener("click", () => {
      if (!this.playing) rested();
    });
    this.scrubber = /** @type {HTMLInputElement} */ (find(root, ".at"));
    const put = (/** @type {number} */ at) => {
      this.play(false);
      this.go(at);
      rested();
    };
    this.scrubber.oninput = () => put(Number(this.scrubber.value));
    this.scrubber.onkeydown = (event) => {
      const by = KEYS[event.key];
      if (!by) return;
      event.preventDefault();
      put(clamp(this.nearest(by), 0, 2));
    };
  }

  get playing() {
    return this.button.playing;
  }

  /** @param {number} [by] The place of the nearest layer, or of one that comes so many layers later. */
  nearest(by = 0) {
    const layers = this.layers();
    return (Math.round(this.at * layers) + by) / layers;
  }

  /** @param {boolean} plays */
  play(plays) {
    this.button.play(plays);
  }

  /** @param {number} at */
  go(at) {
    this.at = at;
    this.moved();
  }

  /** @param {number} passed @param {boolean} still */
  advance(passed, still) {
    if (this.at === 1 && this.waited < this.hold) {
      this.waited += passed;
      return;
    }
    this.waited = 0;
    this.go(onwards(this.at, this.layers(), still ? null : passed / this.oneWay));
    if (this.at >= 2) this.play(false);
  }

  destroy() {
    this.button.destroy();
  }
}
