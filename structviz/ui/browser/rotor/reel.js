// A reel: it unpacks what the server sent and leaves it where the rotors of the page find it.
const shelf = (globalThis.structvizReels ??= new Map());
const CAPACITY = 40;

function put(id, reel) {
  shelf.delete(id);
  shelf.set(id, reel);
  while (shelf.size > CAPACITY) shelf.delete(shelf.keys().next().value);
  globalThis.dispatchEvent(new CustomEvent("structviz-reel", { detail: id }));
}

// One byte for each pixel, frame after frame: what the colour table is applied to.
async function frames(head, webp) {
  const bitmap = await createImageBitmap(new Blob([webp], { type: "image/webp" }));
  const canvas = document.createElement("canvas");
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0);
  const sheet = context.getImageData(0, 0, bitmap.width, bitmap.height).data;
  const { frames: n, side, columns } = head;
  const values = new Uint8Array(n * side * side);
  for (let k = 0, to = 0; k < n; k++) {
    const left = (k % columns) * side;
    const top = Math.floor(k / columns) * side;
    for (let y = 0; y < side; y++) {
      let from = 4 * ((top + y) * bitmap.width + left);
      for (let x = 0; x < side; x++, from += 4) values[to++] = sheet[from];
    }
  }
  bitmap.close();
  return values;
}

export default function ({ data }) {
  if (!data) return;
  const bytes = data instanceof Uint8Array ? data : new Uint8Array(data);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  if (shelf.has(head.id)) return;
  const body = bytes.subarray(4 + length);
  if (!body.length) put(head.id, head);
  else frames(head, body).then((values) => put(head.id, { ...head, values }));
}
