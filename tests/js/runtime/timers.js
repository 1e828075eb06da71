/**
 * Timers that go off when `tick(milliseconds)` is called, until the test is over.
 *
 * @param {{ after: (restore: () => void) => void }} t
 */
export function fakeTimers(t) {
  const { setTimeout, clearTimeout } = globalThis;
  t.after(() => Object.assign(globalThis, { setTimeout, clearTimeout }));
  let [now, next] = [0, 1];
  const timers = new Map();
  globalThis.setTimeout = /** @type {any} */ (
    (callback, delay) => {
      timers.set(next, { callback, at: now + delay });
      return next++;
    }
  );
  globalThis.clearTimeout = (timer) => timers.delete(timer);
  return function tick(milliseconds) {
    now += milliseconds;
    for (const [timer, { callback, at }] of timers) {
      if (at > now) continue;
      timers.delete(timer);
      callback();
    }
  };
}
