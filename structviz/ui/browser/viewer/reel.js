// The reel: it leaves the slices on a shelf of the page, under the name that their bytes begin with.
const shelf = (globalThis.structvizSlices ??= new Map());
const CAPACITY = 8;

export default function ({ data }) {
  if (!data) return;
  const bytes = data instanceof Uint8Array ? data : new Uint8Array(data);
  const name = new TextDecoder().decode(bytes.subarray(0, 20));
  if (shelf.has(name)) return;
  shelf.set(name, bytes.slice(20));
  while (shelf.size > CAPACITY) shelf.delete(shelf.keys().next().value);
  globalThis.dispatchEvent(new CustomEvent("structviz-slices", { detail: name }));
}
