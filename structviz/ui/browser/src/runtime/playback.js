// A button and a scrubber that lead through something with an end, such as the layers of a network: the clock stops
// there, and starts again at the beginning.
import { button, setAttributes, setText } from "./elements.js";
import { PlayButton } from "./play_button.js";

export class Playback {
  /**
   * @param {object} options
   * @param {Element} options.bar Where the button comes, before all else.
   * @param {HTMLInputElement} options.scrubber
   * @param {string} options.play On the button while it stands still.
   * @param {() => number} options.last The end; the beginning is 0.
   * @param {(at: number, passed: number, still: boolean) => number} options.onwards Where it goes on after so many
   *   milliseconds; `still` where motion is reduced, as for `Clock`.
   * @param {() => void} options.moved Called when `at` has changed.
   * @param {() => void} [options.rested] Called when it has stopped, or the visitor has put it somewhere.
   * @param {number} [options.step] Milliseconds from step to step where motion is reduced.
   */
  constructor({ bar, scrubber, play, last, onwards, moved, rested = () => {}, step }) {
    this.at = 0;
    this.last = last;
    this.onwards = onwards;
    this.moved = moved;
    this.scrubber = scrubber;
    scrubber.oninput = () => {
      this.play(false);
      this.at = Number(scrubber.value);
      moved();
      rested();
    };
    const made = button(bar, play, () => {});
    bar.prepend(made);
    const starts = () => {
      if (this.at >= this.last()) this.at = 0;
    };
    const advance = (/** @type {number} */ passed, /** @type {boolean} */ still) => this.advance(passed, still);
    this.button = new PlayButton(made, { play, advance, starts, rested, step });
  }

  get playing() {
    return this.button.playing;
  }

  /** @param {boolean} plays */
  play(plays) {
    this.button.play(plays);
  }

  /** @param {number} passed @param {boolean} still */
  advance(passed, still) {
    this.at = Math.min(this.last(), this.onwards(this.at, passed, still));
    if (this.at >= this.last()) this.play(false);
    this.moved();
  }

  /** @param {string} words On the button while it stands still. */
  label(words) {
    this.button.words.play = words;
    this.button.draw();
  }

  /** @param {string} words Where it is, for who listens. @param {Element} label Says it to who looks. */
  show(words, label) {
    setAttributes(this.scrubber, { max: this.last(), "aria-valuetext": words });
    this.scrubber.value = String(Math.round(this.at));
    setText(label, words);
  }

  destroy() {
    this.button.destroy();
  }
}
