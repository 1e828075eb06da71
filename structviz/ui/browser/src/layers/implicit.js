// The stage of an implicit method: an equation for each point, solved by Newton's method as in structviz/ode/implicit.py.

const ITERATIONS = 100;
const TOLERANCE = Math.sqrt(Number.EPSILON);
const ROUGH = Math.sqrt(TOLERANCE);

/**
 * Solves k = σ(A(z + hk) + b) for one point after the other. All memory is taken once: this runs some hundred thousand
 * times for one film.
 */
export class StageSolver {
  /**
   * @param {number} dim
   * @param {(u: number) => number} sigma
   * @param {(s: number, u: number) => number} slope σ′(u) from σ(u) and u.
   * @param {{ A: Float64Array, b: Float64Array }} weights A row by row.
   * @param {number} h
   */
  constructor(dim, sigma, slope, { A, b }, h) {
    this.dim = dim;
    this.sigma = sigma;
    this.slope = slope;
    this.A = A;
    this.b = b;
    this.h = h;
    // No |σ′| exceeds 1: then there is one solution, whatever one starts from.
    this.contracts = Math.abs(h) * lengthOf(A, 0, A.length) < 1;
    this.k = new Float64Array(dim);
    this.trial = new Float64Array(dim);
    this.step = new Float64Array(dim);
    this.velocity = new Float64Array(dim);
    this.correction = new Float64Array(dim);
    this.J = new Float64Array(dim * dim);
    this.rows = new Float64Array(dim * (dim + 1));
  }

  /**
   * The slope of a point; not numbers where none is found. `J` is then the Jacobian there.
   *
   * @param {Float64Array} y Holds the point from index `at` on.
   * @param {number} at
   * @param {Float64Array} near Holds at the same index what may be close to it.
   * @returns {Float64Array} Valid until the next call.
   */
  slopeAt(y, at, near) {
    const { dim, h, k, trial, correction } = this;
    for (let i = 0; i < dim; i++) k[i] = trial[i] = this.contracts ? near[at + i] : 0;
    // Where there is one solution only, a rough one and a last step are nearly always enough: the last step tells.
    let enough = this.contracts ? ROUGH : TOLERANCE;
    for (;;) {
      this.search(y, at, enough);
      const apart = Math.abs(h) * this.newton(y, at, trial);
      const scale = lengthOf(y, at, dim) + Math.abs(h) * lengthOf(trial, 0, dim);
      const isFound = !(Math.abs(h) * lengthOf(correction, 0, dim) > TOLERANCE * scale || apart > ROUGH * scale);
      if (isFound || enough === TOLERANCE) {
        for (let i = 0; i < dim; i++) trial[i] = isFound ? trial[i] + correction[i] : Number.NaN;
        return trial;
      }
      enough = TOLERANCE;
    }
  }

  /**
   * Goes on from `trial` until a step is short.
   *
   * @param {Float64Array} y
   * @param {number} at
   * @param {number} enough
   */
  search(y, at, enough) {
    const { dim, h, k, trial, step, correction } = this;
    step.fill(0);
    let least = Number.POSITIVE_INFINITY;
    for (let n = 0; n < ITERATIONS; n++) {
      const size = this.newton(y, at, trial);
      // A step that does not bring the two sides closer to each other is halved.
      if (size < least) {
        least = size;
        k.set(trial);
        step.set(correction);
      } else for (let i = 0; i < dim; i++) step[i] /= 2;
      for (let i = 0; i < dim; i++) trial[i] = k[i] + step[i];
      if (!(Math.abs(h) * lengthOf(step, 0, dim) > enough * (lengthOf(y, at, dim) + Math.abs(h) * lengthOf(k, 0, dim))))
        break;
    }
  }

  /**
   * Newton's step from a slope into `correction`.
   *
   * @param {Float64Array} y
   * @param {number} at
   * @param {Float64Array} k
   * @returns {number} How far both sides are apart.
   */
  newton(y, at, k) {
    const { dim, h, A, b, velocity, J, correction, sigma, slope } = this;
    for (let i = 0; i < dim; i++) {
      let sum = b[i];
      for (let j = 0; j < dim; j++) sum += A[i * dim + j] * (y[at + j] + h * k[j]);
      velocity[i] = sigma(sum);
      const s = slope(velocity[i], sum);
      for (let j = 0; j < dim; j++) J[i * dim + j] = s * A[i * dim + j];
      correction[i] = velocity[i] - k[i];
    }
    const apart = lengthOf(correction, 0, dim);
    this.solve(correction);
    return apart;
  }

  /**
   * Turns a vector into (I − hJ)⁻¹ of it: by Cramer's rule in the plane, else by elimination. Not finite where the
   * matrix is singular.
   *
   * @param {Float64Array} right
   */
  solve(right) {
    const { dim, h, J, rows } = this;
    if (dim === 2) {
      const [a, b, c, d] = [1 - h * J[0], -h * J[1], -h * J[2], 1 - h * J[3]];
      const determinant = a * d - b * c;
      const first = (d * right[0] - b * right[1]) / determinant;
      right[1] = (a * right[1] - c * right[0]) / determinant;
      right[0] = first;
      return;
    }
    const wide = dim + 1;
    for (let i = 0; i < dim; i++) {
      for (let j = 0; j < dim; j++) rows[i * wide + j] = (i === j ? 1 : 0) - h * J[i * dim + j];
      rows[i * wide + dim] = right[i];
    }
    for (let c = 0; c < dim; c++) {
      let best = c;
      for (let r = c + 1; r < dim; r++) if (Math.abs(rows[r * wide + c]) > Math.abs(rows[best * wide + c])) best = r;
      if (best !== c) {
        for (let j = c; j <= dim; j++) {
          [rows[c * wide + j], rows[best * wide + j]] = [rows[best * wide + j], rows[c * wide + j]];
        }
      }
      for (let r = c + 1; r < dim; r++) {
        const factor = rows[r * wide + c] / rows[c * wide + c];
        for (let j = c; j <= dim; j++) rows[r * wide + j] -= factor * rows[c * wide + j];
      }
    }
    for (let i = dim - 1; i >= 0; i--) {
      let sum = rows[i * wide + dim];
      for (let j = i + 1; j < dim; j++) sum -= rows[i * wide + j] * right[j];
      right[i] = sum / rows[i * wide + i];
    }
  }
}

/**
 * The length of a vector that stands in a longer one.
 *
 * @param {Float64Array} v
 * @param {number} at
 * @param {number} dim
 */
function lengthOf(v, at, dim) {
  let sum = 0;
  for (let i = at; i < at + dim; i++) sum += v[i] * v[i];
  return Math.sqrt(sum);
}
