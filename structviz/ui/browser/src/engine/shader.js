// A convolution of a denoiser in WGSL. Channels lie in groups of four: a pixel of a group is one vector.

/**
 * @typedef {object} GpuLayer
 * @property {number} inputs Groups of channels.
 * @property {number} outputs Groups of channels.
 * @property {number} kernel Side of the kernel.
 * @property {number} dilation
 * @property {string} activation "none", "relu" or "silu".
 * @property {boolean} first Whether it reads the image.
 * @property {boolean} last Whether it writes an image.
 * @property {boolean} residual Whether the last layer finds the noise, which is subtracted from the image.
 */

export const GROUP = 4; // channels of a vector
export const STRIP = 4; // pixels of a row that one invocation computes
export const WORKGROUP = [4, 16]; // strips, rows

const ACTIVATIONS = /** @type {Record<string, string>} */ ({
  none: "u",
  relu: "max(u, vec4f())",
  // Where exp would overflow, the value is 0 in either case.
  silu: "u / (1 + exp(min(-u, vec4f(80))))",
});

/**
 * The shader of a layer; equal layers have equal ones.
 *
 * @param {GpuLayer} layer
 * @param {number} side Pixels of the images.
 */
export function shaderOf(layer, side) {
  const { inputs, kernel, dilation, activation, first, last, residual } = layer;
  const strip = Array.from({ length: STRIP }, (_, k) => k);
  const pixel = first ? "vec4f(source[at], 0, 0, 0)" : `source[group * ${side * side} + at]`;
  const value = last ? (residual ? "noisy[to] - u.x" : "u.x") : ACTIVATIONS[activation];
  return `
@group(0) @binding(0) var<storage, read> source: array<${first ? "f32" : "vec4f"}>;
@group(0) @binding(1) var<storage, read> weights: array<mat4x4f>;
@group(0) @binding(2) var<storage, read> bias: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> found: array<${last ? "f32" : "vec4f"}>;
${last && residual ? "@group(0) @binding(4) var<storage, read> noisy: array<f32>;" : ""}

fn pixel(group: i32, row: i32, x: i32) -> vec4f {
  let at = row + clamp(x, 0, ${side - 1});
  return ${pixel};
}

fn put(u: vec4f, x: i32, to: i32) {
  if (x < ${side}) { found[to] = ${value}; }
}

@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let x = i32(id.x) * ${STRIP};
  let y = i32(id.y);
  let o = i32(id.z);
  if (x >= ${side} || y >= ${side}) { return; }
  ${strip.map((k) => `var s${k} = bias[o];`).join(" ")}
  var w = o * ${inputs * kernel * kernel};
  for (var i = 0; i < ${inputs}; i++) {
    for (var v = ${-(kernel >> 1)}; v <= ${kernel >> 1}; v++) {
      let row = clamp(y + v * ${dilation}, 0, ${side - 1}) * ${side};
      for (var u = ${-(kernel >> 1)}; u <= ${kernel >> 1}; u++) {
        let at = x + u * ${dilation};
        let m = weights[w];
        ${strip.map((k) => `s${k} += m * pixel(i, row, at + ${k});`).join(" ")}
        w++;
      }
    }
  }
  let to = o * ${side * side} + y * ${side} + x;
  ${strip.map((k) => `put(s${k}, x + ${k}, to + ${k});`).join(" ")}
}`;
}
