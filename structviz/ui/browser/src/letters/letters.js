// An invisible component that tells the server how large letters are at the root of the page, if it knows another size.
// Figures that the server lays out in pixels grow with them.

/** How large letters are now, in pixels. */
function rootSize() {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
}

/** @param {{ data: { known: number }, setStateValue: (name: string, value: unknown) => void }} component */
export default function letters({ data, setStateValue }) {
  let { known } = data;
  const tell = () => {
    const size = rootSize();
    if (size === known) return;
    known = size;
    setStateValue("pixels", size);
  };
  // The size changes with the window, and when a style sheet comes: an element as wide as a letter changes with both.
  const letter = document.createElement("i");
  letter.style.cssText = "position: absolute; width: 1rem; visibility: hidden";
  document.body.append(letter);
  const watch = new ResizeObserver(tell);
  watch.observe(letter);
  return () => {
    watch.disconnect();
    letter.remove();
  };
}
