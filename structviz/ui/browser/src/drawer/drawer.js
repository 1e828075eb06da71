// Closes Streamlit's drawer on a phone when the visitor goes to another page: left open, it covers the page that was asked
// for. Streamlit closes it itself where the page beside it is pressed, so that is what happens here.

/** @type {string | null} The page that was shown last. */
let before = null;

/** @param {{ data: { page: string } }} component */
export default ({ data }) => {
  const isOther = before !== null && before !== data.page;
  before = data.page;
  if (isOther)
    document.querySelector("[data-testid=stMain]")?.dispatchEvent(new MouseEvent("mousedown", { bubbles: true }));
};
