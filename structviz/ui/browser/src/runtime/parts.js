// Symbols of a formula and the parts of a picture that they mean: all elements with the same `data-part` light up
// together.
import { findAll } from "./elements.js";

/** @param {ParentNode} root With all its symbols and pictures in place. */
export function linkParts(root) {
  const parts = findAll(root, "[data-part]");
  const light = (/** @type {string | undefined} */ part) => {
    for (const element of parts) element.classList.toggle("lit", element.dataset.part === part);
  };
  for (const element of parts) {
    element.onpointerenter = () => light(element.dataset.part);
    element.onpointerleave = () => light("");
  }
}
