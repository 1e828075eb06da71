// Scrolls to a section that a preset has opened, far below its button, and stays there while the section fills, until the
// visitor does something.
import { wantsLessMotion } from "../runtime/clock.js";

const PATIENCE = 15000; // milliseconds for which a section may take to fill

/** @type {Map<string, number>} How often the page has scrolled to each section. */
const seen = new Map();

/** @param {{ data: { section: string, count: number }, parentElement: Element | ShadowRoot }} component */
export default ({ data, parentElement }) => {
  if (data.count === seen.get(data.section)) return;
  seen.set(data.section, data.count);
  const host = parentElement instanceof ShadowRoot ? parentElement.host : parentElement;
  const section = /** @type {HTMLElement} */ (host.closest("[data-testid=stExpander]") ?? host);
  section.style.scrollMarginTop = "4rem"; // the header of the page
  const behavior = wantsLessMotion() ? "auto" : "smooth";
  const growth = new ResizeObserver(() => section.scrollIntoView({ block: "start", behavior }));
  growth.observe(section);
  const stop = () => growth.disconnect();
  for (const type of ["wheel", "touchmove", "pointerdown", "keydown"])
    addEventListener(type, stop, { capture: true, once: true, passive: true });
  setTimeout(stop, PATIENCE);
};
