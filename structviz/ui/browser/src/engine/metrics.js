// PSNR, SSIM and equivariance errors, as structviz.metrics and structviz.checks have them.

const WINDOW = 7;
const [C1, C2] = [0.01 ** 2, 0.03 ** 2];

/** @typedef {Float32Array | Float64Array} Pixels */

/**
 * 1 for each pixel within the disc that stays in the picture at every angle, less a margin.
 *
 * @param {number} side
 * @param {number} [margin] In pixels.
 */
export function discMask(side, margin = 0) {
  const diameter = side - 1 - 2 * margin;
  return Uint8Array.from({ length: side * side }, (_, k) => {
    const [x, y] = [2 * (k % side) - side + 1, 2 * Math.floor(k / side) - side + 1];
    return diameter >= 0 && y ** 2 + x ** 2 <= diameter ** 2 ? 1 : 0;
  });
}

/**
 * Peak signal-to-noise ratio in dB within a mask, peak 1; Infinity for equal images.
 *
 * @param {Pixels} x
 * @param {Pixels} reference
 * @param {Uint8Array} mask
 */
export function psnr(x, reference, mask) {
  let [sum, n] = [0, 0];
  for (let k = 0; k < mask.length; k++) {
    if (!mask[k]) continue;
    sum += (x[k] - reference[k]) ** 2;
    n++;
  }
  return 10 * Math.log10(n / sum);
}

/**
 * Structural similarity within a mask, at most 1: windows of 7 × 7 pixels, sample covariances, the border left out.
 *
 * @param {Pixels} x
 * @param {Pixels} y
 * @param {Uint8Array} mask
 * @param {number} side
 */
export function ssim(x, y, mask, side) {
  const [ofX, ofY, ofXX, ofYY, ofXY] = [
    [x, null],
    [y, null],
    [x, x],
    [y, y],
    [x, y],
  ].map(([one, other]) => windowMeans(side, /** @type {Pixels} */ (one), other));
  const inner = side - WINDOW + 1;
  const sample = WINDOW ** 2 / (WINDOW ** 2 - 1);
  let [sum, n] = [0, 0];
  for (let r = 0; r < inner; r++) {
    for (let c = 0; c < inner; c++) {
      if (!mask[(r + 3) * side + c + 3]) continue;
      const k = r * inner + c;
      const [mx, my] = [ofX[k], ofY[k]];
      const variances = sample * (ofXX[k] - mx * mx + ofYY[k] - my * my);
      const covariance = sample * (ofXY[k] - mx * my);
      sum += ((2 * mx * my + C1) * (2 * covariance + C2)) / ((mx * mx + my * my + C1) * (variances + C2));
      n++;
    }
  }
  return sum / n;
}

/**
 * The mean of an image, or of a product of two, over each window: from sums along rows and then columns.
 *
 * @param {number} side
 * @param {Pixels} one
 * @param {Pixels | null} other
 */
function windowMeans(side, one, other) {
  const product = Float64Array.from(one);
  if (other) for (let k = 0; k < product.length; k++) product[k] *= other[k];
  const inner = side - WINDOW + 1;
  const along = new Float64Array(side * inner);
  for (let r = 0; r < side; r++) {
    for (let c = 0; c < inner; c++) {
      let sum = 0;
      for (let k = 0; k < WINDOW; k++) sum += product[r * side + c + k];
      along[r * inner + c] = sum;
    }
  }
  const means = new Float64Array(inner * inner);
  for (let r = 0; r < inner; r++) {
    for (let c = 0; c < inner; c++) {
      let sum = 0;
      for (let k = 0; k < WINDOW; k++) sum += along[(r + k) * inner + c];
      means[r * inner + c] = sum / WINDOW ** 2;
    }
  }
  return means;
}

/**
 * ‖found − expected‖ / ‖expected‖ within a mask; 0 if both are equal there.
 *
 * @param {Pixels} found
 * @param {Pixels} expected
 * @param {Uint8Array} mask
 */
export function relativeError(found, expected, mask) {
  let [difference, size] = [0, 0];
  for (let k = 0; k < mask.length; k++) {
    if (!mask[k]) continue;
    difference += (found[k] - expected[k]) ** 2;
    size += expected[k] ** 2;
  }
  return difference === 0 ? 0 : Math.sqrt(difference / size);
}
