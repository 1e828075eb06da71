// Bodies that tumble on a page that stands alone: film_page.html holds what they are, and the page computes their steps.
import { Bodies } from "../body/bodies.js";
import { find } from "../runtime/elements.js";

const data = JSON.parse(find(document, "#bodies").textContent ?? "");
new Bodies(document).update({ data, parentElement: document, setStateValue: () => {} });
