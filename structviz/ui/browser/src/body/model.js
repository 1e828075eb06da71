// A free rigid body in steps of Lie-group and other methods: the formulas of structviz/ode/{so3,lie_group,rigid_body}.py. Its momentum
// π in axes of space stays, so Ω = I⁻¹Rᵀπ and Ṙ = RΩ̂ for the attitude R, nine numbers row by row.
import { step } from "../layers/steps.js";

/** @typedef {number[]} Vector */
/** @typedef {number[]} Matrix Nine numbers, row by row. */
/** @typedef {"exponential" | "cayley" | "projection" | "ambient"} Space */
/** @typedef {{ name: string, title: string, space: Space, tableau: import("../layers/steps.js").Tableau }} Method */
/** @typedef {{ inertia: Vector, momentum: Vector }} Body */
/**
 * @typedef {object} Kept Largest values within each part of the way.
 * @property {number[]} off ‖RᵀR − I‖
 * @property {number[]} determinant |det R − 1|
 * @property {number[]} energy |E/E₀ − 1|
 * @property {number[]} length ||m|/|m₀| − 1|
 */

const [ITERATIONS, CLOSE, ROUNDING] = [100, 1e-16, 1e-13]; // of the implicit midpoint rule
const SQUARINGS = 8; // of a matrix whose first eigenvector is wanted
export const IDENTITY = [1, 0, 0, 0, 1, 0, 0, 0, 1];

/** @param {Vector} a @param {Vector} b */
const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
/** @param {Vector} a @param {Vector} b */
const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

/** @param {Matrix} A @param {Matrix} B */
export function product(A, B) {
  const C = new Array(9);
  for (let i = 0; i < 9; i++) {
    const row = i - (i % 3);
    const column = i % 3;
    C[i] = A[row] * B[column] + A[row + 1] * B[column + 3] + A[row + 2] * B[column + 6];
  }
  return C;
}

/** @param {Matrix} R @param {Vector} v R v */
export const times = (R, v) => [0, 3, 6].map((i) => R[i] * v[0] + R[i + 1] * v[1] + R[i + 2] * v[2]);

/** @param {Matrix} R */
export const determinant = (R) => dot(R.slice(0, 3), cross(R.slice(3, 6), R.slice(6)));

/** @param {Vector} v The skew matrix v̂. */
export const hat = ([x, y, z]) => [0, -z, y, z, 0, -x, -y, x, 0];

/** @param {number} x sin x / x */
const sinc = (x) => (Math.abs(x) < 1e-8 ? 1 : Math.sin(x) / x);

/** @param {Vector} v The rotation about v by the angle ‖v‖, after Rodrigues. */
export function exponential(v) {
  const angle = Math.sqrt(dot(v, v));
  const V = hat(v);
  const square = product(V, V);
  const [one, two] = [sinc(angle), sinc(angle / 2) ** 2 / 2];
  return IDENTITY.map((entry, i) => entry + one * V[i] + two * square[i]);
}

/** @param {Vector} u @param {Vector} omega The velocity of u where R = R₀ exp(û) turns with Ω. */
function pulled(u, omega) {
  const squared = dot(u, u);
  const half = Math.sqrt(squared) / 2;
  const c = squared < 1e-3 ? 1 / 12 + squared / 720 + squared ** 2 / 30240 : (1 - half / Math.tan(half)) / squared;
  const across = cross(u, omega);
  const twice = cross(u, across);
  return omega.map((value, i) => value + across[i] / 2 + c * twice[i]);
}

/** @param {Vector} v The rotation (I − v̂/2)⁻¹(I + v̂/2). */
function cayley(v) {
  const V = hat(v);
  const square = product(V, V);
  return IDENTITY.map((entry, i) => entry + (V[i] + square[i] / 2) / (1 + dot(v, v) / 4));
}

/** @param {Vector} u @param {Vector} omega The velocity of u where R = R₀ cay(û) turns with Ω. */
function pulledCayley(u, omega) {
  const across = cross(u, omega);
  return omega.map((value, i) => value + across[i] / 2 + (dot(u, omega) / 4) * u[i]);
}

/** @type {Record<string, [(u: Vector) => Matrix, (u: Vector, omega: Vector) => Vector]>} */
const CHARTS = { exponential: [exponential, pulled], cayley: [cayley, pulledCayley] };

/**
 * The closest rotation: that of the unit quaternion q for which qᵀKq is largest, with K linear in the matrix. High
 * powers of K + cI leave q alone.
 *
 * @param {Matrix} M
 */
export function nearestRotation(M) {
  const [a, b, c, d, e, f, g, h, i] = M;
  const size = Math.hypot(...M);
  let K = [
    [a + e + i, h - f, c - g, d - b],
    [h - f, a - e - i, b + d, c + g],
    [c - g, b + d, e - a - i, f + h],
    [d - b, c + g, f + h, i - a - e],
  ].map((row, j) => row.map((entry, k) => entry + (j === k ? 2 * size : 0)));
  for (let n = 0; n < SQUARINGS; n++) {
    const largest = Math.max(...K.flat().map(Math.abs));
    const scaled = K.map((row) => row.map((entry) => entry / largest));
    K = scaled.map((row) => [0, 1, 2, 3].map((k) => row.reduce((sum, entry, j) => sum + entry * scaled[j][k], 0)));
  }
  const longest = K.reduce((one, other, j) => (other[j] > K[one][one] ? j : one), 0);
  const length = Math.hypot(...K[longest]);
  const [w, x, y, z] = K[longest].map((entry) => entry / length);
  const V = hat([x, y, z]);
  const square = product(V, V);
  return IDENTITY.map((entry, j) => entry + 2 * (w * V[j] + square[j]));
}

/** @param {Body} body @param {Matrix} R The momentum m = Rᵀπ in axes of the body. */
export const momentumOf = ({ momentum: [a, b, c] }, R) => [0, 1, 2].map((j) => R[j] * a + R[j + 3] * b + R[j + 6] * c);

/** @param {Body} body @param {Matrix} R */
const velocity = (body, R) => momentumOf(body, R).map((value, i) => value / body.inertia[i]);

/** @param {Body} body @param {Matrix} R RΩ̂ */
const slope = (body, R) => product(R, hat(velocity(body, R)));

/**
 * One step of length h.
 *
 * @param {Body} body
 * @param {Method} method
 * @param {number} h
 * @param {Matrix} R
 * @returns {Matrix}
 */
export function advance(body, { name, space, tableau }, h, R) {
  if (name === "implicit-midpoint") return midpoint(body, h, R);
  if (!(space in CHARTS)) {
    const there = step(tableau, (M) => slope(body, M), h, R);
    return space === "projection" && there.every(Number.isFinite) ? nearestRotation(there) : there;
  }
  const [chart, pull] = CHARTS[space];
  const along = (/** @type {Vector} */ u) => pull(u, velocity(body, product(R, chart(u))));
  return product(R, chart(step(tableau, along, h, [0, 0, 0])));
}

/**
 * R⁺ = R + h MΩ̂ with M = (R + R⁺)/2 and Ω = I⁻¹Mᵀπ; nan where no solution is found. With M = R (I − hΩ̂/2)⁻¹ that is
 * R⁺ = R cay(hΩ̂), for IΩ + h/2 Ω × IΩ = Rᵀπ: three equations for Newton's method, which begins with the velocity at R
 * and halves what brings the two sides no closer.
 *
 * @param {Body} body
 * @param {number} h
 * @param {Matrix} R
 */
function midpoint(body, h, R) {
  const m = momentumOf(body, R);
  const [one, two, three] = body.inertia;
  let step = velocity(body, R);
  let found = step;
  let trial = found;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < ITERATIONS; i++) {
    const L = trial.map((value, j) => body.inertia[j] * value);
    const across = cross(trial, L);
    const off = L.map((value, j) => value + (h / 2) * across[j] - m[j]);
    const size = Math.max(...off.map(Math.abs));
    if (size < least) {
      const [x, y, z] = trial;
      const half = h / 2;
      [found, least] = [trial, size];
      step = solved(
        [one, half * (L[2] - two * z), half * (three * y - L[1])],
        [half * (one * z - L[2]), two, half * (L[0] - three * x)],
        [half * (L[1] - one * y), half * (two * x - L[0]), three],
        off,
      );
    } else step = step.map((value) => value / 2);
    if (!(Math.max(...step.map(Math.abs)) > CLOSE * Math.max(...found.map(Math.abs)))) break;
    trial = found.map((value, j) => value + step[j]);
  }
  if (!(least <= ROUNDING * Math.max(...m.map(Math.abs)))) return R.map(() => Number.NaN);
  return product(R, cayley(found.map((value) => h * value)));
}

/**
 * What makes three linear equations zero, by Cramer's rule.
 *
 * @param {Vector} first @param {Vector} second @param {Vector} third The rows.
 * @param {Vector} off What the two sides lack.
 */
function solved(first, second, third, off) {
  const columns = [cross(second, third), cross(third, first), cross(first, second)];
  const determinant = dot(first, columns[0]);
  return [0, 1, 2].map((k) => -columns.reduce((sum, column, j) => sum + off[j] * column[k], 0) / determinant);
}

/** @param {Body} body @param {Matrix} R Twice the energy. */
function energyOf(body, R) {
  const m = momentumOf(body, R);
  return dot(m, velocity(body, R));
}

/** @param {Matrix} R ‖RᵀR − I‖ in the spectral norm, as in Python: the largest eigenvalue, without its sign. */
export function offRotations(R) {
  const transposed = [0, 3, 6, 1, 4, 7, 2, 5, 8].map((i) => R[i]);
  const E = product(transposed, R).map((entry, i) => entry - IDENTITY[i]);
  // The eigenvalues of a symmetric matrix E = mI + pB are m + 2p cos(φ + 2πk/3) with cos 3φ = det B / 2.
  const m = (E[0] + E[4] + E[8]) / 3;
  const deviator = E.map((entry, i) => entry - m * IDENTITY[i]);
  const p = Math.sqrt(deviator.reduce((sum, entry) => sum + entry * entry, 0) / 6);
  if (p === 0) return Math.abs(m);
  const cosine = determinant(deviator.map((entry) => entry / p)) / 2;
  const angle = Math.acos(Math.min(1, Math.max(-1, cosine))) / 3;
  const ends = [angle, angle + (2 * Math.PI) / 3].map((at) => Math.abs(m + 2 * p * Math.cos(at)));
  const found = Math.max(...ends);
  return Number.isNaN(found) ? Number.POSITIVE_INFINITY : found;
}

/** The attitudes after 0, 1, 2, … steps, nine numbers each, and the largest errors within equal parts of the way. */
export class Tumbling {
  /**
   * @param {Body} body
   * @param {Method} method
   * @param {number} h
   * @param {number} n Steps.
   * @param {number} parts
   * @param {Float64Array} [room] For the attitudes, of others that are no longer wanted.
   */
  constructor(body, method, h, n, parts, room) {
    this.body = body;
    this.method = method;
    this.h = h;
    this.n = n;
    this.parts = parts;
    this.attitudes = room?.length === 9 * (n + 1) ? room : new Float64Array(9 * (n + 1));
    this.attitudes.set(IDENTITY);
    /** @type {Kept} */
    this.kept = { off: [0], determinant: [0], energy: [0], length: [0] };
    this.energy = energyOf(body, IDENTITY);
    this.length = Math.hypot(...body.momentum);
    this.R = IDENTITY;
    this.done = 0;
    this.lost = n + 1; // the first step after which it is not finite
  }

  /** @param {number} steps Takes so many, or those that are left. */
  run(steps) {
    const { body, method, h, n, kept } = this;
    for (const last = Math.min(n, this.done + steps); this.done < last; ) {
      const k = ++this.done;
      if (this.lost > n) this.R = advance(body, method, h, this.R);
      if (this.lost > n && !this.R.every(Number.isFinite)) this.lost = k;
      this.attitudes.set(this.R, 9 * k);
      const part = 1 + Math.floor(((k - 1) * this.parts) / n);
      keep(kept.off, part, offRotations(this.R));
      keep(kept.determinant, part, Math.abs(determinant(this.R) - 1));
      keep(kept.energy, part, Math.abs(energyOf(body, this.R) / this.energy - 1));
      keep(kept.length, part, Math.abs(Math.hypot(...momentumOf(body, this.R)) / this.length - 1));
    }
    return this;
  }
}

/** @param {number[]} values @param {number} part @param {number} error */
function keep(values, part, error) {
  values[part] = Math.max(values[part] ?? 0, Number.isNaN(error) ? Number.POSITIVE_INFINITY : error);
}
