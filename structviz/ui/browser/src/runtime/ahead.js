// While a hand moves, the picture is ahead of the page, whose words still tell of what was before: screen.css makes them
// pale until the page has followed.

/** @param {boolean} ahead */
export function setAhead(ahead) {
  document.documentElement.toggleAttribute("data-ahead", ahead);
}
