// Bodies that tumble on a page that stands alone: frame.html holds what they are, and the page computes their steps.
import { Bodies } from "../body/bodies.js";
import { showRecord } from "../frame/made.js";
import { find } from "../runtime/elements.js";

const data = JSON.parse(find(document, "#bodies").textContent ?? "");
new Bodies(document).update({ data, parentElement: document, setStateValue: () => {} });
showRecord();
