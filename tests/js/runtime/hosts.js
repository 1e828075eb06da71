/** A browser whose frames come when `frame(now)` is called. */
export function fakeHost() {
  /** @type {{ hidden: boolean, less: boolean, callback: any, visibility: any }} */
  const host = { hidden: false, less: false, callback: null, visibility: null };
  return Object.assign(host, {
    requestFrame: (callback) => {
      host.callback = callback;
      return 0; // a handle like any other
    },
    cancelFrame: () => (host.callback = null),
    isHidden: () => host.hidden,
    wantsLessMotion: () => host.less,
    watchVisibility: (_element, listener) => {
      host.visibility = listener;
      return () => (host.visibility = null);
    },
    frame: (now) => host.callback?.(now),
  });
}
