// Plays the films of a page that stands alone: frame.html holds them, and says how to show them.

import { showRecord } from "../frame/made.js";
import { readFilms } from "../player/film.js";
import { FilmPlayer } from "../player/film_player.js";
import { find } from "../runtime/elements.js";
import { bytesOf } from "../runtime/numbers.js";

/** @param {string} selector */
const contentOf = (selector) => find(document, selector).textContent ?? "";

const root = find(document, ".player");
new FilmPlayer(root, readFilms(bytesOf(contentOf("#films"))), JSON.parse(contentOf("#options")));
// The keys work at once, without an outline round everything.
const options = { preventScroll: true, focusVisible: false };
root.focus(options);
showRecord();
