// The turn: the angle at which the image stands, and the clock that turns it.
import { Clock } from "../runtime/clock.js";
import { nearestFrame } from "./dial.js";

const FULL_TURN = 6000; // milliseconds that a full turn takes when it plays
const STILL_STEP = 15; // degrees of each step where motion is reduced

/**
 * @typedef {object} Way How it plays.
 * @property {number} [until] The angle in degrees at which it stops; without one, it goes on.
 * @property {number} [fullTurn] Milliseconds that a full turn takes.
 * @property {() => void} [arrived] Called when it has stopped by itself.
 */

export class Turn {
  /**
   * @param {object} needs
   * @param {() => number} needs.frames How many frames a full turn has now.
   * @param {() => void} needs.changed Called when the angle is another, or when it starts or stops to play.
   * @param {Element} [needs.element] Must be on the screen while it plays.
   * @param {import("../runtime/clock.js").Host} [needs.host]
   */
  constructor({ frames, changed, element, host }) {
    this.degrees = 0;
    this.frames = frames;
    this.changed = changed;
    this.playedFrom = { degrees: 0, passed: 0 };
    /** @type {Way} */
    this.way = {};
    this.clock = new Clock((passed, still) => this.advance(passed, still), { element, host });
  }

  destroy() {
    this.clock.destroy();
  }

  get playing() {
    return this.clock.playing;
  }

  /** The last angle before a full turn. */
  get last() {
    return 360 - 360 / this.frames();
  }

  /** @param {number} degrees The nearest frame of the films is shown. */
  go(degrees) {
    const there = nearestFrame(degrees, this.frames());
    if (there === this.degrees) return;
    this.degrees = there;
    this.changed();
  }

  /** @param {Way} [way] */
  play(way = {}) {
    this.way = way;
    this.playedFrom = { degrees: this.degrees, passed: 0 };
    this.clock.play();
    this.changed();
  }

  /** @returns Whether it has played until now. */
  pause() {
    if (!this.playing) return false;
    this.clock.pause();
    this.changed();
    return true;
  }

  /**
   * @param {number} passed
   * @param {boolean} still
   */
  advance(passed, still) {
    if (still) this.playedFrom = { degrees: this.degrees + STILL_STEP, passed: 0 };
    else this.playedFrom.passed += passed;
    const { until = Infinity, fullTurn = FULL_TURN, arrived } = this.way;
    const degrees = this.playedFrom.degrees + (360 * this.playedFrom.passed) / fullTurn;
    this.go(Math.min(degrees, until));
    if (degrees < until) return;
    this.pause();
    arrived?.();
  }
}
