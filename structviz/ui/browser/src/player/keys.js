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
  return onKeys(player.root, {
    // A button is pressed by this key.
    " ": (event) => (event.target instanceof HTMLButtonElement ? false : player.toggle()),
    ArrowRight: () => player.step(1),
    ArrowLeft: () => player.step(-1),
    ArrowUp: onScrubber(1),
    ArrowDown: onScrubber(-1),
    PageUp: onScrubber(5),
    PageDown: onScrubber(-5),
    Home: () => player.jump(0),
    End: () => player.jump(player.films[0].last),
  });
}
