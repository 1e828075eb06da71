// The network of the plane, z ↦ σ(Az + b) layer by layer, with its training problem and the gradient of it.
// The same formulas stand in structviz/studies/notation.py; a test holds the two together.

/** @typedef {import("../runtime/plane.js").Point} Point */
/** @typedef {number[]} Layer A row by row, then b. */

/** @type {Record<string, { value: (u: number) => number, slope: (u: number) => number }>} */
export const SIGMAS = {
  identity: { value: (u) => u, slope: () => 1 },
  relu: { value: (u) => Math.max(u, 0), slope: (u) => Number(u > 0) },
  tanh: { value: Math.tanh, slope: (u) => 1 - Math.tanh(u) ** 2 },
  abs: { value: Math.abs, slope: Math.sign },
};

/**
 * What each layer does to points: z, Az, Az + b and σ(Az + b).
 *
 * @param {Layer[]} theta
 * @param {string} sigma
 * @param {Point[]} points
 */
export function stages(theta, sigma, points) {
  const { value } = SIGMAS[sigma];
  let z = points;
  return theta.map(([a, b, c, d, e, f]) => {
    const before = z;
    const linear = z.map(([x, y]) => /** @type {Point} */ ([a * x + b * y, c * x + d * y]));
    const shifted = linear.map(([x, y]) => /** @type {Point} */ ([x + e, y + f]));
    z = shifted.map(([x, y]) => [value(x), value(y)]);
    return [before, linear, shifted, z];
  });
}

/**
 * The training problem at θ, and its gradient, layer by layer.
 *
 * @param {Layer[]} theta
 * @param {string} sigma
 * @param {{ points: Point[], labels: number[], targets: Point[], weight: number }} problem
 */
export function objective(theta, sigma, { points, labels, targets, weight }) {
  const { slope } = SIGMAS[sigma];
  const seen = stages(theta, sigma, points);
  const far = seen[theta.length - 1][3].map(([x, y]) => targets.map(([u, v]) => (x - u) ** 2 + (y - v) ** 2));
  const size = points.length;
  const loss = labels.reduce((sum, label, n) => sum + far[n][label], 0) / (2 * size);
  const accuracy = labels.filter((label, n) => far[n][label] <= far[n][1 - label]).length / size;
  const regulariser = (weight / 2) * theta.flat().reduce((sum, value) => sum + value ** 2, 0);
  // Backwards: p is the gradient with respect to z^{k+1}, force the one with respect to Az + b.
  let p = seen[theta.length - 1][3].map((end, n) => end.map((value, i) => (value - targets[labels[n]][i]) / size));
  const gradient = theta.map((layer) => layer.map((value) => weight * value));
  for (let k = theta.length - 1; k >= 0; k--) {
    const [[a, b, c, d], [before, , shifted], to] = [theta[k], seen[k], gradient[k]];
    p = p.map(([px, py], n) => {
      const [fx, fy] = [px * slope(shifted[n][0]), py * slope(shifted[n][1])];
      const [x, y] = before[n];
      for (const [i, share] of [fx * x, fx * y, fy * x, fy * y, fx, fy].entries()) to[i] += share;
      return [a * fx + c * fy, b * fx + d * fy];
    });
  }
  return { loss, regulariser, total: loss + regulariser, accuracy, gradient };
}
