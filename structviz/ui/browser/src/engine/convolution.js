// Convolutions of planes in one block of memory: in WebAssembly where the browser has its SIMD, in JavaScript elsewhere.
import { bytesOf } from "../runtime/numbers.js";
import { KERNEL } from "./kernel_bytes.js";

/**
 * @typedef {object} Layer Where a convolution finds its numbers: places and strides in floats, not in bytes.
 * @property {number} input The first pixel of its first row above the border.
 * @property {number} weights In groups of four outputs, as kernel.ts has it.
 * @property {number} bias
 * @property {number} output The first pixel.
 * @property {number} inputs Channels.
 * @property {number} outputs Channels, a multiple of 4.
 * @property {number} rows
 * @property {number} columns
 * @property {number} stride From row to row.
 * @property {number} plane From channel to channel.
 * @property {number} side Of the kernel.
 * @property {number} dilation
 * @property {0 | 1 | 2} activation None, ReLU, SiLU.
 */

/** @typedef {{ numbers: Float32Array, isCompiled: boolean, convolve: (layer: Layer) => void }} Convolver */

const PAGE = 65_536; // bytes

/** @type {WebAssembly.Module | null | undefined} */
let compiled;

/** The compiled kernel; null where the browser has no SIMD in WebAssembly. */
function kernelModule() {
  if (compiled === undefined) {
    const bytes = bytesOf(KERNEL);
    const can = typeof WebAssembly === "object" && WebAssembly.validate(bytes);
    compiled = can ? new WebAssembly.Module(bytes) : null;
  }
  return compiled;
}

/**
 * Memory for so many floats, and the convolution that works in it.
 *
 * @param {number} floats
 * @param {{ simd?: boolean }} [options] Without SIMD it computes in JavaScript.
 * @returns {Convolver}
 */
export function convolver(floats, { simd = true } = {}) {
  const module = simd ? kernelModule() : null;
  if (!module) {
    const numbers = new Float32Array(floats);
    return { numbers, isCompiled: false, convolve: (layer) => convolvePlainly(numbers, layer) };
  }
  const memory = new WebAssembly.Memory({ initial: Math.ceil((4 * floats) / PAGE) });
  const { convolve } = new WebAssembly.Instance(module, { env: { memory } }).exports;
  const run = /** @type {(...numbers: number[]) => void} */ (convolve);
  return {
    numbers: new Float32Array(memory.buffer),
    isCompiled: true,
    convolve: (l) =>
      run(
        ...[l.input, l.weights, l.bias, l.output].map((place) => 4 * place),
        ...[l.inputs, l.outputs, l.rows, l.columns, 4 * l.stride, 4 * l.plane, l.side, l.dilation, l.activation],
      ),
  };
}

/**
 * The same in JavaScript, four outputs and two pixels at a time.
 *
 * @param {Float32Array} numbers
 * @param {Layer} layer
 */
function convolvePlainly(numbers, layer) {
  const { input, weights, bias, output, inputs, outputs, rows, columns, stride, plane, side, dilation } = layer;
  for (let o = 0; o < outputs; o += 4) {
    const first = weights + o * inputs * side * side;
    const [b0, b1, b2, b3] = numbers.subarray(bias + o, bias + o + 4);
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x += 2) {
        let [s0, s1, s2, s3, t0, t1, t2, t3] = [b0, b1, b2, b3, b0, b1, b2, b3];
        let w = first;
        for (let i = 0; i < inputs; i++) {
          for (let v = 0; v < side; v++) {
            let at = input + i * plane + (y + v * dilation) * stride + x;
            for (let u = 0; u < side; u++) {
              const [p, q] = [numbers[at], numbers[at + 1]];
              s0 += numbers[w] * p;
              t0 += numbers[w] * q;
              s1 += numbers[w + 1] * p;
              t1 += numbers[w + 1] * q;
              s2 += numbers[w + 2] * p;
              t2 += numbers[w + 2] * q;
              s3 += numbers[w + 3] * p;
              t3 += numbers[w + 3] * q;
              w += 4;
              at += dilation;
            }
          }
        }
        const to = output + o * plane + y * stride + x;
        for (const [k, [s, t]] of [
          [s0, t0],
          [s1, t1],
          [s2, t2],
          [s3, t3],
        ].entries()) {
          numbers[to + k * plane] = activated(s, layer.activation);
          numbers[to + k * plane + 1] = activated(t, layer.activation);
        }
      }
    }
  }
}

/**
 * @param {number} u
 * @param {0 | 1 | 2} activation
 */
function activated(u, activation) {
  if (activation === 1) return Math.max(u, 0);
  return activation === 2 ? u / (1 + Math.exp(-u)) : u;
}
