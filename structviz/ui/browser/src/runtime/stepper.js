// The buttons "one step" and "play" of whatever goes on step by step, and the clock behind them.
import { Clock } from "./clock.js";
import { button, setPressed, setText } from "./elements.js";

export class Stepper {
  /**
   * @param {Element} parent
   * @param {{ step: string, play: string }} words On the two buttons.
   * @param {{ step: () => boolean, rest: () => void }} handlers `step` goes on, and says whether it can go on further;
   *   `rest` is called when the visitor has stopped, or has taken one step.
   */
  constructor(parent, words, { step, rest }) {
    this.words = words.play;
    this.rest = rest;
    this.clock = new Clock(() => step() || this.play(false), { element: parent.closest(".component") ?? parent });
    const once = () => {
      this.play(false);
      step();
      rest();
    };
    button(parent, words.step, once);
    this.button = button(parent, words.play, () => this.play(!this.playing));
    setPressed(this.button, false);
  }

  get playing() {
    return this.clock.playing;
  }

  /** @param {boolean} plays */
  play(plays) {
    if (plays === this.playing) return;
    if (plays) this.clock.play();
    else this.clock.pause();
    setPressed(this.button, plays);
    setText(this.button, plays ? "Stop" : this.words);
    if (!plays) this.rest();
  }

  destroy() {
    this.clock.destroy();
  }
}
