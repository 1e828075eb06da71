// Closes Streamlit's drawer on a phone when the visitor goes to another page: left open, it covers the page that was asked
// for. Streamlit closes it itself where the page beside it is pressed, so that is what happens here. The row of links above
// a page moves so far that its own link is in sight.

/** @type {string | null} The page that was shown last. */
let before = null;

/** @param {{ data: { page: string } }} component */
export default ({ data }) => {
  const row = document.querySelector(".st-key-phone_page_links");
  const link = row?.querySelector("a[aria-current]")?.getBoundingClientRect();
  const sight = row?.getBoundingClientRect();
  if (row && link && sight) row.scrollLeft += link.left + link.width / 2 - (sight.left + sight.width / 2);
  const isOther = before !== null && before !== data.page;
  before = data.page;
  if (isOther)
    document.querySelector("[data-testid=stMain]")?.dispatchEvent(new MouseEvent("mousedown", { bubbles: true }));
};
