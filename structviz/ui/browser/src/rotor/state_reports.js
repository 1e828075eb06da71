// What the server hears of angle and noise: one report for all that the hand has done before it rests, since each costs
// the server a run of the page.

/** @typedef {"turn" | "noise"} Part */

export class StateReports {
  /**
   * @param {import("../runtime/reports.js").Reports} reports
   * @param {() => { degrees: number, level?: number, seed?: number }} state The whole state.
   * @param {() => void} announce Called before each report.
   */
  constructor(reports, state, announce) {
    this.reports = reports;
    this.state = state;
    this.announce = announce;
    /** @type {Set<Part>} What the server has still to hear of. */
    this.moved = new Set();
  }

  /**
   * @param {Part} part What the hand has moved.
   * @param {number} delay Milliseconds that it has to rest.
   */
  later(part, delay) {
    this.moved.add(part);
    for (const one of this.moved) this.reports.drop(one);
    this.reports.later(part, () => this.make(), delay);
  }

  /**
   * Only what has moved: the page's own widgets may have newer values of the rest. But the whole state while the server
   * has not answered the last report: its widgets still hold older values, which travel with the next report and would
   * bring back what was before.
   */
  make() {
    this.announce();
    const { seen, count } = this.reports;
    const { degrees, ...noise } = this.state();
    const [isOpen, moved] = [seen < count, new Set(this.moved)];
    this.moved.clear();
    return { ...(isOpen || moved.has("turn") ? { degrees } : {}), ...(isOpen || moved.has("noise") ? noise : {}) };
  }
}
