// A convolutional denoiser in WebGPU: the image goes to the device, all layers run there, and the answer comes back.
import { readSafetensors } from "./safetensors.js";
import { GROUP, STRIP, shaderOf, WORKGROUP } from "./shader.js";

/** @typedef {import("./denoiser.js").Shape} Shape */
/** @typedef {import("./shader.js").GpuLayer} GpuLayer */
/** @typedef {any} Device A GPUDevice, and what it makes; TypeScript does not know WebGPU yet. */

// https://www.w3.org/TR/webgpu/#buffer-usage
const [MAP_READ, COPY_SRC, COPY_DST, STORAGE] = [1, 4, 8, 128];
const READ = 1; // mode of a map

/** @param {number} channels */
const groups = (channels) => Math.ceil(channels / GROUP);

/**
 * A network on the graphics device of this browser; null where there is none, or only a program that plays one.
 *
 * @param {Shape} shape
 * @param {Uint8Array} weights A safetensors file, which a `Denoiser` has found to be of this shape.
 * @param {number} side Pixels of the images.
 * @param {{ gpu?: any, software?: boolean }} [options] Whether a device that is a program will do.
 */
export async function gpuDenoiser(shape, weights, side, { gpu = gpuOf(globalThis), software = false } = {}) {
  const adapter = await gpu?.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter || ((adapter.info ?? adapter).isFallbackAdapter && !software)) return null;
  const device = await adapter.requestDevice();
  try {
    const layers = layersOf(shape);
    const codes = layers.map((layer) => shaderOf(layer, side));
    /** @type {Map<string, Promise<Device>>} */
    const compiled = new Map();
    for (const code of codes) {
      if (compiled.has(code)) continue;
      const compute = { module: device.createShaderModule({ code }) };
      compiled.set(code, device.createComputePipelineAsync({ layout: "auto", compute }));
    }
    const pipelines = await Promise.all(codes.map((code) => compiled.get(code)));
    const scopes = ["validation", "out-of-memory"];
    for (const scope of scopes) device.pushErrorScope(scope);
    const made = new GpuDenoiser(device, layers, pipelines, weights, side);
    for (const error of await Promise.all(scopes.map(() => device.popErrorScope()))) {
      if (error) throw new Error(error.message);
    }
    return made;
  } catch (error) {
    device.destroy();
    throw error;
  }
}

/** @param {any} scope */
const gpuOf = ({ navigator }) => navigator?.gpu;

export class GpuDenoiser {
  /**
   * @param {Device} device It belongs to this network, and ends with it.
   * @param {GpuLayer[]} layers
   * @param {Device[]} pipelines One for each layer.
   * @param {Uint8Array} weights
   * @param {number} side
   */
  constructor(device, layers, pipelines, weights, side) {
    this.device = device;
    this.bytes = 4 * side * side;
    device.onuncapturederror = () => this.end();
    const make = (/** @type {number} */ size, /** @type {number} */ usage) => device.createBuffer({ size, usage });
    const filled = (/** @type {Float32Array} */ values) => {
      const buffer = make(values.byteLength, STORAGE | COPY_DST);
      device.queue.writeBuffer(buffer, 0, values);
      return buffer;
    };
    const stack = this.bytes * GROUP * Math.max(...layers.map(({ outputs }) => outputs));
    const stacks = [make(stack, STORAGE), make(stack, STORAGE)];
    this.image = make(this.bytes, STORAGE | COPY_DST);
    this.answer = make(this.bytes, STORAGE | COPY_SRC);
    this.read = make(this.bytes, MAP_READ | COPY_DST);
    const tensors = readSafetensors(weights);
    this.passes = layers.map((layer, k) => {
      const { values, shape } = tensors[`layers.${k}.weight`];
      const bias = new Float32Array(GROUP * layer.outputs);
      bias.set(tensors[`layers.${k}.bias`].values);
      const buffers = [
        layer.first ? this.image : stacks[k % 2],
        filled(matrices(values, shape)),
        filled(bias),
        layer.last ? this.answer : stacks[1 - (k % 2)],
        ...(layer.last && layer.residual ? [this.image] : []),
      ];
      const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
      const group = device.createBindGroup({ layout: pipelines[k].getBindGroupLayout(0), entries });
      const [strips, rows] = WORKGROUP;
      const size = [Math.ceil(side / STRIP / strips), Math.ceil(side / rows), layer.outputs];
      return { pipeline: pipelines[k], group, size };
    });
  }

  /**
   * Φ(y); one run at a time.
   *
   * @param {Float32Array} y
   * @returns {Promise<Float32Array>} Rejected when the device is lost.
   */
  async run(y) {
    const { device, read } = this;
    device.queue.writeBuffer(this.image, 0, y);
    const commands = device.createCommandEncoder();
    const pass = commands.beginComputePass();
    for (const { pipeline, group, size } of this.passes) {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(...size);
    }
    pass.end();
    commands.copyBufferToBuffer(this.answer, 0, read, 0, this.bytes);
    device.queue.submit([commands.finish()]);
    await read.mapAsync(READ);
    const x = new Float32Array(read.getMappedRange().slice(0));
    read.unmap();
    return x;
  }

  end() {
    this.device.destroy();
  }
}

/**
 * @param {Shape} shape
 * @returns {GpuLayer[]}
 */
function layersOf({ width, dilations, kernel_size: kernel, residual, activation }) {
  const last = dilations.length - 1;
  return dilations.map((dilation, k) => ({
    inputs: k ? groups(width) : 1,
    outputs: k < last ? groups(width) : 1,
    kernel,
    dilation,
    activation: k < last ? activation : "none",
    first: k === 0,
    last: k === last,
    residual,
  }));
}

/**
 * Weights as matrices of four outputs and four inputs, column by column, with zeros where there are no channels.
 *
 * @param {Float32Array} values Output, input, row, column.
 * @param {number[]} shape
 */
export function matrices(values, [outputs, inputs, rows, columns]) {
  const taps = rows * columns;
  const found = new Float32Array(GROUP * GROUP * groups(outputs) * groups(inputs) * taps);
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      const block = (Math.floor(o / GROUP) * groups(inputs) + Math.floor(i / GROUP)) * taps;
      const within = GROUP * (i % GROUP) + (o % GROUP);
      for (let t = 0; t < taps; t++) found[GROUP * GROUP * (block + t) + within] = values[(o * inputs + i) * taps + t];
    }
  }
  return found;
}
