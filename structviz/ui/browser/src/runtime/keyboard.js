// Keys of a component: a table from key to what it does.

/** @typedef {(event: KeyboardEvent) => boolean | void} KeyHandler False lets the browser do what it always does. */

/**
 * The name under which a key stands in a table: "ArrowLeft", " ", "Ctrl+z" (also for Command), "Alt+Home". Shift is
 * left to the handler.
 *
 * @param {KeyboardEvent} event
 */
export function keyName(event) {
  const modifiers = `${event.ctrlKey || event.metaKey ? "Ctrl+" : ""}${event.altKey ? "Alt+" : ""}`;
  return modifiers + (modifiers && event.key.length === 1 ? event.key.toLowerCase() : event.key);
}

/**
 * Handles the keys of a table while the focus is in `element`; all others are left alone.
 *
 * @param {Element} element
 * @param {Record<string, KeyHandler>} keys
 * @returns {() => void} Removes the listener.
 */
export function onKeys(element, keys) {
  const listener = (/** @type {Event} */ event) => {
    const pressed = /** @type {KeyboardEvent} */ (event);
    const name = keyName(pressed);
    if (Object.hasOwn(keys, name) && keys[name](pressed) !== false) event.preventDefault();
  };
  element.addEventListener("keydown", listener);
  return () => element.removeEventListener("keydown", listener);
}
