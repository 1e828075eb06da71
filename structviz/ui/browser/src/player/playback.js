// The playback: which frame is shown, and the clock that goes on from it. All frames are those of the first film.
import { Clock } from "../runtime/clock.js";
import { clamp } from "../runtime/numbers.js";
import { frameAtShare, shareAt, snap } from "./film.js";

const DURATION = 6000; // milliseconds that a film takes at speed 1
const HOLD = 1500; // milliseconds that it stays at its end
const STEP = 500; // milliseconds from step to step where motion is reduced

/**
 * Where a film is after some time: evenly along its time, or, in steps, at least one frame further.
 *
 * @param {number[]} times
 * @param {number} x Frame.
 * @param {number} passed Milliseconds at speed 1.
 * @param {boolean} inSteps
 */
export function advanced(times, x, passed, inSteps) {
  const there = frameAtShare(times, shareAt(times, x) + passed / DURATION);
  return inSteps ? Math.max(Math.floor(x) + 1, Math.round(there)) : there;
}

/**
 * The frame `by` layers away; from between two frames, the next one counts as the first.
 *
 * @param {number} x
 * @param {number} by
 */
export function stepped(x, by) {
  return (by > 0 ? Math.floor(snap(x)) : Math.ceil(snap(x))) + by;
}

export class Playback {
  /**
   * @param {object} needs
   * @param {() => { times: number[], last: number }} needs.film The first one.
   * @param {() => void} needs.moved Called when another frame is shown.
   * @param {() => void} needs.changed Called when it starts or stops to play.
   * @param {(passed: number, still: boolean) => void} needs.ticked Called for each frame of the clock, before it moves
   *   on, with milliseconds; `still` where motion is reduced.
   * @param {() => void} needs.waited Called instead of `moved` while it stays at its end.
   * @param {Element} [needs.element] Must be on the screen while it plays.
   * @param {import("../runtime/clock.js").Host} [needs.host]
   */
  constructor({ film, moved, changed, ticked, waited, element, host }) {
    this.film = film;
    this.moved = moved;
    this.changed = changed;
    this.ticked = ticked;
    this.waited = waited;
    this.x = 0;
    this.speed = 1;
    this.held = 0; // milliseconds spent at the end
    this.clock = new Clock((passed, still) => this.advance(passed, still), { element, host, step: STEP });
  }

  destroy() {
    this.clock.destroy();
  }

  get playing() {
    return this.clock.playing;
  }

  /** @param {number} x */
  go(x) {
    this.x = clamp(Number.isFinite(x) ? x : 0, 0, this.film().last);
    this.held = 0;
    this.moved();
  }

  play() {
    if (this.playing) return;
    if (this.x >= this.film().last) this.go(0);
    this.clock.play();
    this.changed();
  }

  pause() {
    if (!this.playing) return;
    this.clock.pause();
    this.changed();
  }

  /**
   * @param {number} passed
   * @param {boolean} still
   */
  advance(passed, still) {
    const { times, last } = this.film();
    this.ticked(passed, still);
    if (this.x < last) this.go(advanced(times, this.x, this.speed * passed, still));
    else if (this.held + passed < HOLD) {
      this.held += passed;
      this.waited();
    } else this.go(0);
  }
}
