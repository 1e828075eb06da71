// The one animation clock. It stands still while the page is hidden or the element is off the screen, and for those
// who want less motion it moves in steps.

const LONGEST = 250; // milliseconds that one frame may count for, so that nothing leaps after a pause of the page
const STEP = 1000; // milliseconds from step to step where motion is reduced

/**
 * @typedef {object} Host What the clock needs of the browser; tests replace it.
 * @property {(callback: (now: number) => void) => number} requestFrame
 * @property {(handle: number) => void} cancelFrame
 * @property {() => boolean} isHidden
 * @property {() => boolean} wantsLessMotion
 * @property {(element: Element, listener: (visible: boolean) => void) => () => void} watchVisibility
 */

/** @type {Host} */
const BROWSER = {
  requestFrame: (callback) => requestAnimationFrame(callback),
  cancelFrame: (handle) => cancelAnimationFrame(handle),
  isHidden: () => document.hidden,
  wantsLessMotion,
  watchVisibility: (element, listener) => {
    const observer = new IntersectionObserver((entries) => listener(Boolean(entries.at(-1)?.isIntersecting)));
    observer.observe(element);
    return () => observer.disconnect();
  },
};

/** Whether the visitor asks for less motion, now: the setting may change while the page is open. */
export function wantsLessMotion() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

export class Clock {
  /**
   * @param {(passed: number, still: boolean) => void} advance Called for each frame with the milliseconds since the
   *   last one. Where motion is reduced, `still` is true and the call comes once every `step` milliseconds.
   * @param {{ element?: Element, step?: number, longest?: number, host?: Host }} [options] `element` must be on the screen.
   */
  constructor(advance, { element, step = STEP, longest = LONGEST, host = BROWSER } = {}) {
    this.advance = advance;
    this.step = step;
    this.longest = longest;
    this.host = host;
    this.visible = true;
    this.waited = 0; // milliseconds since the last step
    /** @type {number | null} */
    this.last = null; // when the last frame was
    /** @type {number | null} */
    this.handle = null;
    this.unwatch = element && host.watchVisibility(element, (visible) => (this.visible = visible));
  }

  get playing() {
    return this.handle !== null;
  }

  play() {
    if (this.playing) return;
    this.last = null;
    this.waited = 0;
    this.request();
  }

  pause() {
    if (this.handle !== null) this.host.cancelFrame(this.handle);
    this.handle = null;
  }

  destroy() {
    this.pause();
    this.unwatch?.();
  }

  request() {
    this.handle = this.host.requestFrame((now) => this.tick(now));
  }

  /** @param {number} now */
  tick(now) {
    const passed = Math.min(this.longest, now - (this.last ?? now));
    this.last = now;
    this.request(); // before `advance`, which may pause
    if (!this.visible || this.host.isHidden()) return;
    if (!this.host.wantsLessMotion()) return this.advance(passed, false);
    this.waited += passed;
    if (this.waited < this.step) return;
    this.waited -= this.step;
    this.advance(this.step, true);
  }
}
