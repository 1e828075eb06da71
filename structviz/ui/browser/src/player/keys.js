// What keys do with the films.
import { onKeys } from "../runtime/keyboard.js";

/**
 * @param {import("./film_player.js").FilmPlayer} player
 * @returns {() => void} Ends it.
 */
export function listenToKeys(player) {
  const onScrubber = (/** @type {number} */ by) => (/** @type {KeyboardEvent} */ event) => {
    // Elsewhere these keys scroll the page.
    if (event.target !== player.toolbar.scrubber) return false;
    return player.step(by);
  };
  // A handle beside the pictures takes the keys by which it moves.
  const unlessHandle = (/** @type {() => boolean | void} */ act) => (/** @type {KeyboardEvent} */ event) =>
    isHandle(player, event.target) ? false : act();
  return onKeys(player.root, {
    // A button is pressed by this key, and a list is opened.
    " ": (event) =>
      event.target instanceof HTMLButtonElement || event.target instanceof HTMLSelectElement ? false : player.toggle(),
    ArrowRight: unlessHandle(() => player.step(1)),
    ArrowLeft: unlessHandle(() => player.step(-1)),
    ArrowUp: onScrubber(1),
    ArrowDown: onScrubber(-1),
    PageUp: onScrubber(5),
    PageDown: onScrubber(-5),
    Home: unlessHandle(() => player.jump(0)),
    End: unlessHandle(() => player.jump(player.films[0].last)),
  });
}

/**
 * @param {import("./film_player.js").FilmPlayer} player
 * @param {EventTarget | null} target
 */
function isHandle(player, target) {
  const isField = target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
  return isField && target !== player.toolbar.scrubber;
}
