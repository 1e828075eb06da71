// Closes Streamlit's drawer on a phone when the visitor goes to another page: left open, it covers the page that was asked
// for. Streamlit closes it itself where the page beside it is pressed, so that is what happens here. The row of links above
// a page moves so far that its own link is in sight.

/** @type {string | null} The page that was shown last. */
let before = null;

/** @param {{ data: { page: string } }} component */
export default ({ data }) => {
  const row = document.querySelector(".st-key-phone_page_links");
  if (row) showOwnLink(row, data.page);
  const isOther = before !== null && before !== data.page;
  before = data.page;
  if (isOther)
    document.querySelector("[data-testid=stMain]")?.dispatchEvent(new MouseEvent("mousedown", { bubbles: true }));
};

/**
 * Mark the link of the page that is shown, which Streamlit does with a colour alone, and move it into sight.
 *
 * @param {Element} row
 * @param {string} page its path, empty for the first page
 */
function showOwnLink(row, page) {
  for (const link of row.querySelectorAll("a")) {
    // As it is written: that of the first page is empty, and leads a browser to the page that is open.
    const isOwn = link.getAttribute("href")?.split("/").at(-1) === page;
    if (!isOwn) {
      link.removeAttribute("aria-current");
      continue;
    }
    link.setAttribute("aria-current", "page");
    const { left, width } = link.getBoundingClientRect();
    const sight = row.getBoundingClientRect();
    row.scrollLeft += left + width / 2 - (sight.left + sight.width / 2);
  }
}
