// Packets as structviz/figures/packet.py writes them.

/**
 * @param {object} head
 * @param {Record<string, Uint8Array | Uint16Array | Int16Array | Float32Array | Float64Array>} arrays
 * @param {Record<string, number[]>} [shapes] Of those that are no lists.
 */
export function packed(head, arrays, shapes = {}) {
  const entries = {};
  let end = 0;
  for (const [name, values] of Object.entries(arrays)) {
    end += -end & 7;
    const dtype = values.constructor.name.replace("Array", "").toLowerCase();
    entries[name] = { dtype, shape: shapes[name] ?? [values.length], offset: end };
    end += values.byteLength;
  }
  let text = JSON.stringify({ ...head, arrays: entries });
  while ((4 + new TextEncoder().encode(text).length) % 8) text += " ";
  const encoded = new TextEncoder().encode(text);
  const packet = new Uint8Array(4 + encoded.length + end);
  new DataView(packet.buffer).setUint32(0, encoded.length, true);
  packet.set(encoded, 4);
  for (const [name, values] of Object.entries(arrays)) {
    packet.set(new Uint8Array(values.buffer), 4 + encoded.length + entries[name].offset);
  }
  return packet;
}
