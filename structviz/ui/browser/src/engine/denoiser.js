// A convolutional denoiser, as structviz.nets.ConvDenoiser, and the average of one over quarter turns.
import { convolver } from "./convolution.js";
import { readSafetensors } from "./safetensors.js";
import { quarterTurn } from "./spline.js";

/** @typedef {import("./convolution.js").Layer} Layer */

/**
 * @typedef {object} Shape The settings of a ConvDenoiser.
 * @property {number} width
 * @property {number[]} dilations
 * @property {number} kernel_size
 * @property {boolean} residual
 * @property {string} activation
 */

const ACTIVATIONS = /** @type {Record<string, 1 | 2>} */ ({ relu: 1, silu: 2 });
const GROUP = 4; // outputs that are computed together
const STEP = 8; // pixels that are computed together

/** @param {number} n @param {number} step */
const roundedUp = (n, step) => step * Math.ceil(n / step);

export class Denoiser {
  /**
   * @param {Shape} shape
   * @param {Uint8Array} weights A safetensors file.
   * @param {number} side Pixels of the images.
   * @param {{ simd?: boolean }} [options]
   */
  constructor(shape, weights, side, options) {
    const { dilations, kernel_size: kernel, width } = shape;
    const activation = ACTIVATIONS[shape.activation];
    if (!activation) throw new RangeError(`The nonlinearity must be relu or silu; got ${shape.activation}.`);
    const tensors = readSafetensors(weights);
    this.side = side;
    this.residual = shape.residual;
    this.border = Math.max(...dilations) * (kernel >> 1);
    this.stride = roundedUp(roundedUp(side, STEP) + 2 * this.border, 4);
    this.plane = this.stride * (side + 2 * this.border);
    /** @type {Layer[]} */
    this.layers = [];

    // Two stacks of planes, of which each layer reads one and writes the other; then weights and biases.
    const stack = this.plane * roundedUp(width, GROUP) + STEP;
    this.stacks = [0, stack];
    const depth = dilations.length;
    const kernels = depth * roundedUp(width, GROUP) * (width * kernel * kernel + 1);
    this.convolver = convolver(2 * stack + kernels, options);
    const { numbers } = this.convolver;
    let free = 2 * stack;
    for (const [k, dilation] of dilations.entries()) {
      const [inputs, channels] = [k ? width : 1, k < depth - 1 ? width : 1];
      const outputs = roundedUp(channels, GROUP);
      const { values, shape: found } = tensors[`layers.${k}.weight`];
      if (`${found}` !== `${[channels, inputs, kernel, kernel]}`)
        throw new RangeError(`Layer ${k} has ${found} weights.`);
      const taps = inputs * kernel * kernel;
      for (let o = 0; o < channels; o++) {
        const to = free + GROUP * taps * Math.floor(o / GROUP) + (o % GROUP);
        for (let t = 0; t < taps; t++) numbers[to + GROUP * t] = values[o * taps + t];
      }
      const bias = free + outputs * taps;
      numbers.set(tensors[`layers.${k}.bias`].values, bias);
      const reach = dilation * (kernel >> 1);
      this.layers.push({
        input: this.stacks[k % 2] + (this.border - reach) * (this.stride + 1),
        weights: free,
        bias,
        output: this.stacks[1 - (k % 2)] + this.border * (this.stride + 1),
        inputs,
        outputs,
        rows: side,
        columns: roundedUp(side, STEP),
        stride: this.stride,
        plane: this.plane,
        side: kernel,
        dilation,
        activation: k < depth - 1 ? activation : 0,
      });
      free = bias + outputs;
    }
  }

  /**
   * Φ(y).
   *
   * @param {Float32Array} y
   */
  run(y) {
    const { side, stride, border, residual, convolver } = this;
    const { numbers } = convolver;
    const inside = border * (stride + 1);
    for (let row = 0; row < side; row++) {
      numbers.set(y.subarray(row * side, (row + 1) * side), this.stacks[0] + inside + row * stride);
    }
    for (const [k, layer] of this.layers.entries()) {
      this.extend(this.stacks[k % 2], layer.inputs);
      convolver.convolve(layer);
    }
    const from = this.stacks[this.layers.length % 2] + inside;
    const x = new Float32Array(side * side);
    for (let row = 0; row < side; row++)
      x.set(numbers.subarray(from + row * stride, from + row * stride + side), row * side);
    if (residual) for (let k = 0; k < x.length; k++) x[k] = y[k] - x[k];
    return x;
  }

  /** What runs it. */
  get where() {
    return this.convolver.isCompiled ? "WebAssembly" : "JavaScript";
  }

  /**
   * Continues planes beyond their border: the pixels there are those of the border.
   *
   * @param {number} stack
   * @param {number} channels
   */
  extend(stack, channels) {
    const { side, stride, border, plane } = this;
    const { numbers } = this.convolver;
    for (let c = 0; c < channels; c++) {
      const first = stack + c * plane;
      for (let row = border; row < border + side; row++) {
        const at = first + row * stride;
        numbers.fill(numbers[at + border], at, at + border);
        numbers.fill(numbers[at + border + side - 1], at + border + side, at + side + 2 * border);
      }
      const [top, bottom] = [first + border * stride, first + (border + side - 1) * stride];
      for (let k = 0; k < border; k++) {
        numbers.copyWithin(first + k * stride, top, top + stride);
        numbers.copyWithin(bottom + (k + 1) * stride, bottom, bottom + stride);
      }
    }
  }
}

/**
 * The average of what a denoiser makes of the four turned images, each turned back.
 *
 * @param {(y: Float32Array) => Promise<Float32Array>} denoise
 * @param {Float32Array} y
 * @param {number} side
 */
export async function quarterTurnAverage(denoise, y, side) {
  const mean = new Float32Array(y.length);
  for (let q = 0; q < 4; q++) {
    const back = quarterTurn(await denoise(quarterTurn(y, side, q)), side, -q);
    for (let k = 0; k < mean.length; k++) mean[k] += back[k] / 4;
  }
  return mean;
}
