// What made the file: the record that every file has in its head, in plain sight for those who ask.
import { find, setText } from "../runtime/elements.js";

/** Shows the record, if the file has one; see structviz/provenance. */
export function showRecord() {
  const record = document.querySelector("#provenance");
  if (!record) return;
  const { citation, ...rest } = JSON.parse(record.textContent ?? "{}");
  const made = find(document, ".made");
  setText(find(made, "pre"), `${JSON.stringify(rest, null, 1)}\n\n${citation ?? ""}`);
  made.hidden = false;
}
