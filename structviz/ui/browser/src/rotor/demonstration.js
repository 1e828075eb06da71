// The demonstration: once in a visit the image turns by itself, so that one sees what the turn does before touching
// anything. Any touch or key stops it, wherever it is. Those who want less motion get a button that goes there at once.

const FIRST = 1000; // milliseconds during which the image stands upright, to be seen
const FULL_TURN = 13_000; // milliseconds that a full turn would take

export class Demonstration {
  /**
   * @param {object} needs
   * @param {import("./turn.js").Turn} needs.turn
   * @param {HTMLElement} needs.button For those who want less motion.
   * @param {() => void} needs.ended Called when the image has turned, as far as it came.
   * @param {() => boolean} needs.wantsLessMotion
   * @param {EventTarget} [needs.page] Where touches and keys are heard.
   */
  constructor({ turn, button, ended, wantsLessMotion, page = document }) {
    this.turn = turn;
    this.button = button;
    this.ended = ended;
    this.wantsLessMotion = wantsLessMotion;
    this.page = page;
    /** @type {number | null} Where to, in degrees; null before it is offered, and once it is over. */
    this.target = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.listeners = new AbortController();
  }

  destroy() {
    clearTimeout(this.timer);
    this.listeners.abort();
  }

  /**
   * Takes place as soon as there is something to see.
   *
   * @param {number} target In degrees.
   */
  offer(target) {
    if (this.target !== null || this.listeners.signal.aborted) return;
    this.target = target;
    const options = { signal: this.listeners.signal, capture: true };
    this.page.addEventListener("pointerdown", (event) => this.stop(event), options);
    this.page.addEventListener("keydown", (event) => this.stop(event), options);
    this.button.onclick = () => {
      this.turn.go(target);
      this.finish();
    };
  }

  /**
   * Call it whenever the pictures are drawn.
   *
   * @param {boolean} ready Whether the image can turn.
   */
  proceed(ready) {
    if (this.target === null || !ready) return;
    if (this.wantsLessMotion()) {
      this.button.textContent = `Turn to ${this.target}°`;
      this.button.hidden = false;
    } else this.timer ??= setTimeout(() => this.start(), FIRST);
  }

  start() {
    if (this.target !== null) this.turn.play({ until: this.target, fullTurn: FULL_TURN, arrived: () => this.finish() });
  }

  /** @param {Event} event The button is no reason to stop: it is the other way to go there. */
  stop(event) {
    const path = event.composedPath();
    if (path.includes(this.button)) return;
    const moved = this.turn.pause();
    this.close();
    // Who follows a link leaves the page; a report would call the visitor back.
    const leaves = path.some((element) => /** @type {Partial<HTMLElement>} */ (element).tagName === "A");
    if (moved && !leaves) this.ended();
  }

  finish() {
    this.close();
    this.ended();
  }

  close() {
    this.destroy();
    this.target = null;
    this.button.hidden = true;
  }
}
