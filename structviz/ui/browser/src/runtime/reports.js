// The handshake with the server: one rule for all components.
//
// A component reports what the visitor does, and each report carries a number. The server sends back, as `seen`, the
// largest number that has reached it. A value from the server is older than the visitor's last action as long as a
// report is waiting or has not been seen. Such a value must not move anything under the visitor's hand.

import { same } from "./numbers.js";

/** @typedef {(name: string, value: unknown) => void} Send */

const REST = 300; // milliseconds of rest before the server hears of it

export class Reports {
  /**
   * @param {object} [options]
   * @param {() => boolean} [options.isBusy] Whether the visitor plays something now, or holds it without `holding`.
   * @param {() => void} [options.rested] Called when the visitor lets go of something.
   * @param {() => void} [options.speak] Called before each report that has waited, to say the state in words.
   */
  constructor({ isBusy = () => false, rested = () => {}, speak = () => {} } = {}) {
    this.isBusy = isBusy;
    this.rested = rested;
    this.speak = speak;
    this.held = false;
    this.count = 0;
    this.seen = 0;
    /** @type {Send} */
    this.setStateValue = () => {};
    /** @type {Map<string, ReturnType<typeof setTimeout> | null>} Reports that wait; null if held back. */
    this.waiting = new Map();
    /** @type {Map<string, unknown>} What was taken from the server last, by name. */
    this.taken = new Map();
  }

  /**
   * Call it with every update of the component, before `accepts`.
   *
   * @param {Send} setStateValue
   * @param {number} seen The largest number of a report that has reached the server.
   */
  update(setStateValue, seen) {
    this.setStateValue = setStateValue;
    this.seen = seen;
  }

  /**
   * Whether values from the server may be taken: all reports have arrived, none waits, and the visitor's hand is off.
   *
   * @param {number} [seen] Instead of that of the last update.
   */
  accepts(seen = this.seen) {
    return seen >= this.count && !this.pending && !this.held && !this.isBusy();
  }

  /**
   * Whether a value differs from the one that was taken last under this name; it is then taken.
   * Ask only if `accepts` is true: a value that is not accepted now is still news later.
   *
   * @param {string} name
   * @param {unknown} value Anything that JSON can express.
   */
  isNews(name, value) {
    if (this.taken.has(name) && same(this.taken.get(name), value)) return false;
    this.taken.set(name, structuredClone(value));
    return true;
  }

  /**
   * Whether a value from the server is news that may be taken now; it is then taken. The first one always is.
   *
   * @param {string} name
   * @param {unknown} value
   */
  takes(name, value) {
    return (!this.taken.has(name) || this.accepts()) && this.isNews(name, value);
  }

  /**
   * Handlers of something that the visitor holds: nothing from the server is taken until he lets go.
   *
   * @template T
   * @param {(to: T) => void} move
   * @param {() => void} [start] Called first.
   */
  holding(move, start = () => {}) {
    return {
      start: () => {
        start();
        this.held = true;
      },
      move,
      end: () => {
        this.held = false;
        this.rested();
      },
    };
  }

  /** Whether a report waits to be sent. */
  get pending() {
    return this.waiting.size > 0;
  }

  /**
   * Reports at once.
   *
   * @param {string} name Of the component's state.
   * @param {Record<string, unknown>} value
   */
  send(name, value) {
    this.drop(name);
    this.count = Math.max(this.count, this.seen) + 1;
    this.setStateValue(name, { ...value, count: this.count });
  }

  /**
   * Reports after `delay` milliseconds, unless another report of the same name comes first.
   *
   * @param {string} name
   * @param {() => Record<string, unknown>} makeValue Called when the time has come.
   * @param {number} [delay]
   */
  later(name, makeValue, delay = REST) {
    this.drop(name);
    const report = () => {
      this.speak();
      this.send(name, makeValue());
    };
    this.waiting.set(name, setTimeout(report, delay));
  }

  /**
   * Keeps a waiting report pending but does not send it, as during a new stroke; call `later` when it is over.
   *
   * @param {string} name
   */
  hold(name) {
    if (!this.waiting.has(name)) return;
    this.drop(name);
    this.waiting.set(name, null);
  }

  /**
   * Forgets a waiting report.
   *
   * @param {string} name
   */
  drop(name) {
    clearTimeout(this.waiting.get(name) ?? undefined);
    this.waiting.delete(name);
  }

  /** Forgets all waiting reports: a component that goes reports nothing more. */
  destroy() {
    for (const name of [...this.waiting.keys()]) this.drop(name);
  }
}
