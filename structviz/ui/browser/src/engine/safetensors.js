// Weights as they lie in a file: https://github.com/huggingface/safetensors#format

/** @typedef {{ shape: number[], values: Float32Array }} Tensor */

/**
 * The tensors of a file, by name.
 *
 * @param {Uint8Array} bytes
 * @returns {Record<string, Tensor>}
 */
export function readSafetensors(bytes) {
  const { buffer, byteOffset, byteLength } = bytes;
  const length = Number(new DataView(buffer, byteOffset).getBigUint64(0, true));
  const start = 8 + length;
  if (start > byteLength) throw new RangeError(`A file of ${byteLength} bytes cannot have a head of ${length}.`);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(8, start)));
  /** @type {Record<string, Tensor>} */
  const tensors = {};
  for (const [name, { dtype, shape, data_offsets: offsets }] of Object.entries(head)) {
    if (name === "__metadata__") continue;
    if (dtype !== "F32") throw new TypeError(`Weights must be F32, but ${name} is ${dtype}.`);
    const [from, to] = [start + offsets[0], start + offsets[1]];
    if (to > byteLength) throw new RangeError(`The file ends before its tensor ${name} does.`);
    tensors[name] = { shape, values: new Float32Array(new Uint8Array(bytes.subarray(from, to)).buffer) };
  }
  return tensors;
}
