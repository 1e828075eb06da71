// The convolution of a denoiser in WebAssembly SIMD, written in AssemblyScript. build.js makes kernel_bytes.js of it.

/** Pixels of a row that are computed together; rows of the output have room for a multiple of them. */
const STEP: i32 = 8;

/**
 * A convolution of planes, and the nonlinearity after it.
 *
 * Planes lie one after another. The caller has continued the input beyond its border, and `input` points to the first
 * pixel of its first row above the border. Weights lie as output / 4, input, row, column, output % 4.
 */
export function convolve(
  input: usize,
  weights: usize,
  bias: usize,
  output: usize,
  inputs: i32,
  outputs: i32,
  rows: i32,
  columns: i32,
  stride: i32, // bytes from row to row
  plane: i32, // bytes from channel to channel
  side: i32, // of the kernel
  dilation: i32,
  activation: i32, // 0: none, 1: ReLU, 2: SiLU
): void {
  const line = dilation * stride;
  const right = dilation << 2;
  const block = (inputs * side * side) << 4;
  for (let y = 0; y < rows; y++) {
    for (let o = 0; o < outputs; o += 4) {
      const first = weights + (o >> 2) * block;
      const b0 = v128.load32_splat(bias + (o << 2));
      const b1 = v128.load32_splat(bias + (o << 2), 4);
      const b2 = v128.load32_splat(bias + (o << 2), 8);
      const b3 = v128.load32_splat(bias + (o << 2), 12);
      for (let x = 0; x < columns; x += STEP) {
        let s0 = b0;
        let t0 = b0;
        let s1 = b1;
        let t1 = b1;
        let s2 = b2;
        let t2 = b2;
        let s3 = b3;
        let t3 = b3;
        let w = first;
        let above = input + y * stride + (x << 2);
        for (let i = 0; i < inputs; i++) {
          let row = above;
          for (let v = 0; v < side; v++) {
            let at = row;
            for (let u = 0; u < side; u++) {
              const p = v128.load(at);
              const q = v128.load(at, 16);
              const w0 = v128.load32_splat(w);
              s0 = add(s0, w0, p);
              t0 = add(t0, w0, q);
              const w1 = v128.load32_splat(w, 4);
              s1 = add(s1, w1, p);
              t1 = add(t1, w1, q);
              const w2 = v128.load32_splat(w, 8);
              s2 = add(s2, w2, p);
              t2 = add(t2, w2, q);
              const w3 = v128.load32_splat(w, 12);
              s3 = add(s3, w3, p);
              t3 = add(t3, w3, q);
              w += 16;
              at += right;
            }
            row += line;
          }
          above += plane;
        }
        let to = output + y * stride + (x << 2) + o * plane;
        put(to, s0, t0, activation);
        to += plane;
        put(to, s1, t1, activation);
        to += plane;
        put(to, s2, t2, activation);
        to += plane;
        put(to, s3, t3, activation);
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function add(sum: v128, weight: v128, pixels: v128): v128 {
  return f32x4.add(sum, f32x4.mul(weight, pixels));
}

// @ts-ignore: decorator
@inline
function put(to: usize, s: v128, t: v128, activation: i32): void {
  if (activation == 1) {
    const zero = f32x4.splat(0);
    v128.store(to, f32x4.max(s, zero));
    v128.store(to, f32x4.max(t, zero), 16);
  } else if (activation == 2) {
    v128.store(to, silu(s));
    v128.store(to, silu(t), 16);
  } else {
    v128.store(to, s);
    v128.store(to, t, 16);
  }
}

/** u / (1 + exp(−u)). */
function silu(u: v128): v128 {
  return f32x4.div(u, f32x4.add(f32x4.splat(1), exp(f32x4.neg(u))));
}

/** exp(x) to 2 units in the last place: a power of two, times a polynomial of what is left (Cephes, expf). */
function exp(x: v128): v128 {
  const inside = f32x4.min(f32x4.max(x, f32x4.splat(-87)), f32x4.splat(88));
  const n = f32x4.nearest(f32x4.mul(inside, f32x4.splat(1.44269504088896341)));
  const r = f32x4.sub(f32x4.sub(inside, f32x4.mul(n, f32x4.splat(0.693359375))), f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  let p = f32x4.splat(1.9875691500e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(5.0000001201e-1));
  p = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(p, r), r), r), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(p, power);
}
