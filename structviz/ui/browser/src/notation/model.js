// The network of the plane, z ↦ σ(Az + b) layer by layer, with its training problem and the gradient of it.
// The same formulas stand in structviz/studies/notation.py; a test holds the two together.

/** @typedef {[number, number]} Point */
/** @typedef {number[]} Layer A row by row, then b. */

/** @type {Record<string, { value: (u: number) => number, slope: (u: number) => number }>} */
export const SIGMAS = {
  identity: { value: (u) => u, slope: () => 1 },
  relu: { value: (u) => Math.max(u, 0), slope: (u) => Number(u > 0) },
  tanh: { value: Math.tanh, slope: (u) => 1 - Math.tanh(u) ** 2 },
  abs: { value: Math.abs, slope: Math.sign },
};

/**
 * What one layer does to points: z, Az, Az + b and σ(Az + b).
 *
 * @param {Layer} layer
 * @param {string} sigma
 * @param {Point[]} z
 * @returns {[Point[], Point[], Point[], Point[]]}
 */
export function stages([a, b, c, d, e, f], sigma, z) {
  const { value } = SIGMAS[sigma];
  const linear = z.map(([x, y]) => /** @type {Point} */ ([a * x + b * y, c * x + d * y]));
  const shifted = linear.map(([x, y]) => /** @type {Point} */ ([x + e, y + f]));
  return [z, linear, shifted, shifted.map(([x, y]) => [value(x), value(y)])];
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
  let z = points;
  const seen = theta.map((layer) => {
    const found = stages(layer, sigma, z);
    z = found[3];
    return found;
  });
  const far = (/** @type {number} */ n, /** @type {number} */ label) =>
    (z[n][0] - targets[label][0]) ** 2 + (z[n][1] - targets[label][1]) ** 2;
  const size = points.length;
  const loss = labels.reduce((sum, label, n) => sum + far(n, label), 0) / (2 * size);
  const accuracy = labels.filter((label, n) => far(n, label) <= far(n, 1 - label)).length / size;
  const regulariser = (weight / 2) * theta.flat().reduce((sum, value) => sum + value ** 2, 0);
  // Backwards: p is the gradient with respect to z^{k+1}, force the one with respect to Az + b.
  let p = z.map((end, n) => end.map((value, i) => (value - targets[labels[n]][i]) / size));
  const gradient = theta.map((layer) => layer.map((value) => weight * value));
  for (let k = theta.length - 1; k >= 0; k--) {
    const [[a, b, c, d], [before, , shifted], to] = [theta[k], seen[k], gradient[k]];
    p = p.map(([px, py], n) => {
      const [fx, fy] = [px * slope(shifted[n][0]), py * slope(shifted[n][1])];
      [fx * before[n][0], fx * before[n][1], fy * before[n][0], fy * before[n][1], fx, fy].forEach((share, i) => {
        to[i] += share;
      });
      return [a * fx + c * fy, b * fx + d * fy];
    });
  }
  return { loss, regulariser, total: loss + regulariser, accuracy, gradient };
}
