// The wire format of all binary data: a JSON head and named arrays. structviz/figures/packet.py describes and writes it.

const TYPES = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
};
const ALIGNMENT = 8;

/** @typedef {Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array} TypedArray */
/** @typedef {{ dtype: keyof typeof TYPES, shape: number[], offset: number }} ArrayHead */
/** @typedef {{ head: any, arrays: Record<string, any> }} Packet `arrays` has a typed array for each name. */

/**
 * The head and the arrays of a packet. The arrays share the memory of `bytes` wherever it is aligned.
 *
 * @param {Uint8Array} bytes
 * @returns {Packet}
 */
export function unpack(bytes) {
  const aligned = bytes.byteOffset % ALIGNMENT ? bytes.slice() : bytes;
  const { buffer, byteOffset, byteLength } = aligned;
  const start = 4 + new DataView(buffer, byteOffset, byteLength).getUint32(0, true);
  if (start > byteLength) throw new RangeError(`A packet of ${byteLength} bytes cannot have a head of ${start - 4}.`);
  const head = JSON.parse(new TextDecoder().decode(aligned.subarray(4, start)));
  /** @type {Record<string, any>} */
  const arrays = {};
  for (const [name, { dtype, shape, offset }] of /** @type {[string, ArrayHead][]} */ (Object.entries(head.arrays))) {
    const length = shape.reduce((product, n) => product * n, 1);
    const Type = TYPES[dtype];
    if (start + offset + length * Type.BYTES_PER_ELEMENT > byteLength) {
      throw new RangeError(`The packet ends before its array ${name} does.`);
    }
    arrays[name] = new Type(/** @type {ArrayBuffer} */ (buffer), byteOffset + start + offset, length);
  }
  return { head, arrays };
}

/**
 * Like `unpack`, for a packet that may be deflated.
 *
 * @param {Uint8Array} bytes
 * @returns {Promise<Packet>}
 */
export async function inflated(bytes) {
  const { head, arrays } = unpack(bytes);
  if (!arrays.deflated) return { head, arrays };
  const stream = new Blob([arrays.deflated]).stream().pipeThrough(new DecompressionStream("deflate"));
  const arranged = new Uint8Array(await new Response(stream).arrayBuffer());
  const { planes } = head;
  const n = arranged.length / planes;
  const packet = new Uint8Array(arranged.length);
  for (let plane = 0, from = 0; plane < planes; plane++) {
    for (let to = plane, end = from + n; from < end; from++, to += planes) packet[to] = arranged[from];
  }
  return unpack(packet);
}
