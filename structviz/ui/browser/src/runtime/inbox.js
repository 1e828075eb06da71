// The inbox of the page: payloads from the server, each in a channel, for all components of the page.

const CAPACITY = 64_000_000; // bytes of payloads to which nobody listens

/** @typedef {(payload: Uint8Array) => void} Listener */

export class Inbox {
  /** @param {number} [capacity] Bytes; beyond it the oldest payloads go to whose channel nobody listens. */
  constructor(capacity = CAPACITY) {
    this.capacity = capacity;
    /** @type {Map<string, Uint8Array>} Oldest first. */
    this.payloads = new Map();
    /** @type {Map<string, Set<Listener>>} */
    this.listeners = new Map();
  }

  /**
   * Keeps a payload and tells the listeners of its channel, unless the same bytes are there already.
   *
   * @param {string} channel
   * @param {Uint8Array} payload Kept as it is, not copied.
   */
  put(channel, payload) {
    const before = this.payloads.get(channel);
    const arrives = !before || !equal(before, payload);
    this.payloads.delete(channel);
    this.payloads.set(channel, arrives ? payload : before);
    if (!arrives) return;
    this.forget(channel);
    for (const listener of [...(this.listeners.get(channel) ?? [])]) listener(payload);
  }

  /**
   * The payload of a channel, if it has come.
   *
   * @param {string} channel
   */
  get(channel) {
    return this.payloads.get(channel);
  }

  /**
   * Calls `listener` with what is in a channel now, if anything, and with whatever comes.
   *
   * @param {string} channel
   * @param {Listener} listener
   * @returns {() => void} Ends the subscription.
   */
  subscribe(channel, listener) {
    const listeners = this.listeners.get(channel) ?? new Set();
    this.listeners.set(channel, listeners.add(listener));
    const payload = this.payloads.get(channel);
    if (payload) listener(payload);
    return () => {
      listeners.delete(listener);
      if (!listeners.size && this.listeners.get(channel) === listeners) this.listeners.delete(channel);
    };
  }

  /** @param {string} newest */
  forget(newest) {
    let idle = 0;
    for (const [channel, payload] of this.payloads) if (!this.listeners.has(channel)) idle += payload.length;
    for (const [channel, payload] of this.payloads) {
      if (idle <= this.capacity) return;
      if (channel === newest || this.listeners.has(channel)) continue;
      this.payloads.delete(channel);
      idle -= payload.length;
    }
  }
}

/** @param {Uint8Array} a @param {Uint8Array} b */
function equal(a, b) {
  if (a.length !== b.length) return false;
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return false;
  return true;
}

/** The one inbox of this page: every bundle has its own copy of this file, and the first one makes it. */
export function pageInbox() {
  const page = /** @type {{ structvizInbox?: Inbox }} */ (/** @type {unknown} */ (globalThis));
  page.structvizInbox ??= new Inbox();
  return page.structvizInbox;
}
