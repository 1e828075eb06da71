// A network of the plane with a step for each layer: z ↦ z + hσ(Az + b), or σ(Az + b) where layers forget. The same
// formulas stand in structviz/nets/learned_steps.py; a test holds the two together.

/** @typedef {import("../runtime/plane.js").Point} Point */
/** @typedef {{ A: number[][], b: number[][], h: number[], normal: number[], offset: number }} Weights A row by row. */
/** @typedef {{ points: Point[], labels: number[] }} Labelled */
/** @typedef {{ loss: number, accuracy: number }} Measured */

/**
 * Where points are after the first layers.
 *
 * @param {Weights} net
 * @param {boolean} plain Whether layers forget where they start.
 * @param {Point[]} points
 * @param {number} [layers] How many; all by default.
 * @returns {Point[]}
 */
export function through({ A, b, h }, plain, points, layers = A.length) {
  return points.map(([x, y]) => {
    for (let k = 0; k < layers; k++) {
      const [p, q, r, s] = A[k];
      const across = Math.tanh(p * x + q * y + b[k][0]);
      const up = Math.tanh(r * x + s * y + b[k][1]);
      x = plain ? across : x + h[k] * across;
      y = plain ? up : y + h[k] * up;
    }
    return [x, y];
  });
}

/** @param {Weights} net @param {Point[]} moved Points after the last layer. @returns {number[]} Positive for class 1. */
export function logits({ normal, offset }, moved) {
  return moved.map(([x, y]) => x * normal[0] + y * normal[1] + offset);
}

/**
 * The mean logistic loss, and the share of the points in the right class.
 *
 * @param {Weights} net
 * @param {boolean} plain
 * @param {Labelled} set
 * @returns {Measured}
 */
export function measured(net, plain, { points, labels }) {
  let [loss, right] = [0, 0];
  logits(net, through(net, plain, points)).forEach((logit, n) => {
    const away = labels[n] ? -logit : logit;
    loss += Math.max(away, 0) + Math.log1p(Math.exp(-Math.abs(away)));
    right += Number(logit > 0 === labels[n] > 0);
  });
  return { loss: loss / points.length, accuracy: right / points.length };
}

/**
 * What becomes of time: the sum of the steps, how many are negative, and which layers are off.
 *
 * @param {number[]} h
 * @param {number} threshold A layer is off if its step is smaller in size.
 */
export function time(h, threshold) {
  const off = h.map((step) => Math.abs(step) < threshold);
  const negative = h.filter((step, k) => step < 0 && !off[k]).length;
  return { sum: h.reduce((sum, step) => sum + step, 0), negative, off };
}

/**
 * The probability of class 1 at the centres of the pixels of a square about the origin, the lowest row first.
 *
 * @param {Weights} net
 * @param {boolean} plain
 * @param {number} half Half the side of the square.
 * @param {number} pixels In a row.
 */
export function decisions(net, plain, half, pixels) {
  const tick = (/** @type {number} */ i) => half * ((2 * i + 1) / pixels - 1);
  /** @type {Point[]} */
  const places = Array.from({ length: pixels * pixels }, (_, i) => [tick(i % pixels), tick(Math.floor(i / pixels))]);
  return logits(net, through(net, plain, places)).map((logit) => 1 / (1 + Math.exp(-logit)));
}
