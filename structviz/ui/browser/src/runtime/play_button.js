// A button that starts a clock and stops it.
import { Clock } from "./clock.js";
import { setPressed, setText } from "./elements.js";

export class PlayButton {
  /**
   * @param {HTMLElement} button In a component. Its words stand in a `span`, if it holds an icon too.
   * @param {object} options
   * @param {string} options.play On the button while it stands still.
   * @param {string} [options.stop] On the button while it plays.
   * @param {(passed: number, still: boolean) => void} options.advance As for `Clock`.
   * @param {() => void} [options.starts] Called before it starts.
   * @param {() => void} [options.rested] Called when it has stopped.
   * @param {number} [options.step] Milliseconds from step to step where motion is reduced.
   */
  constructor(button, { play, stop = "Stop", advance, starts = () => {}, rested = () => {}, step }) {
    this.button = button;
    this.words = { play, stop };
    this.starts = starts;
    this.rested = rested;
    this.clock = new Clock(advance, { element: button.closest(".component") ?? button, step });
    button.onclick = () => this.play(!this.playing);
    this.draw();
  }

  get playing() {
    return this.clock.playing;
  }

  /** @param {boolean} plays */
  play(plays) {
    if (plays === this.playing) return;
    if (plays) {
      this.starts();
      this.clock.play();
    } else this.clock.pause();
    this.draw();
    if (!plays) this.rested();
  }

  draw() {
    setPressed(this.button, this.playing);
    setText(this.button.querySelector("span") ?? this.button, this.playing ? this.words.stop : this.words.play);
  }

  destroy() {
    this.clock.destroy();
  }
}
