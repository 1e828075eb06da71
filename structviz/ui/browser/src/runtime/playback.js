// A button and a scrubber that lead through something with an end, such as the layers of a network: the clock stops
// there, and starts again at the beginning.
import { Clock } from "./clock.js";
import { button, setAttributes, setPressed, setText } from "./elements.js";

export class Playback {
  /**
   * @param {Element} root On the screen while it plays.
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
  constructor(root, { bar, scrubber, play, last, onwards, moved, rested = () => {}, step }) {
    this.at = 0;
    this.words = play;
    this.last = last;
    this.onwards = onwards;
    this.moved = moved;
    this.rested = rested;
    this.scrubber = scrubber;
    scrubber.oninput = () => {
      this.play(false);
      this.at = Number(scrubber.value);
      moved();
      rested();
    };
    this.button = button(bar, play, () => this.play(!this.playing));
    bar.prepend(this.button);
    setPressed(this.button, false);
    this.clock = new Clock((passed, still) => this.advance(passed, still), { element: root, step });
  }

  get playing() {
    return this.clock.playing;
  }

  /** @param {boolean} plays */
  play(plays) {
    if (plays === this.playing) return;
    if (plays && this.at >= this.last()) this.at = 0;
    if (plays) this.clock.play();
    else this.clock.pause();
    setPressed(this.button, plays);
    setText(this.button, plays ? "Stop" : this.words);
    if (!plays) this.rested();
  }

  /** @param {number} passed @param {boolean} still */
  advance(passed, still) {
    this.at = Math.min(this.last(), this.onwards(this.at, passed, still));
    if (this.at >= this.last()) this.play(false);
    this.moved();
  }

  /** @param {string} words Where it is, for who listens. @param {Element} label Says it to who looks. */
  show(words, label) {
    setAttributes(this.scrubber, { max: this.last(), "aria-valuetext": words });
    this.scrubber.value = String(Math.round(this.at));
    setText(label, words);
  }

  destroy() {
    this.clock.destroy();
  }
}
