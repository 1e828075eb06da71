// What the pictures show, for those who listen: the numbers in hand, and where the zoom and the line are.
import { metricsText, shownFrame, widthWithUnit, withUnit, zoomSquare } from "./slices.js";

/** @typedef {import("./data.js").ViewState} ViewState */
/** @typedef {import("./slices.js").SliceStack} SliceStack */

/** @param {number} share */
const percent = (share) => `${Math.round(100 * share)} %`;

/**
 * What a slice shows: its method, the iterate, PSNR and SSIM, and the window or that it is a difference.
 *
 * @param {SliceStack} stack
 * @param {ViewState} view
 * @param {boolean} differs Whether it shows the difference to the truth.
 * @param {number} water Attenuation of water in 1/cm.
 */
export function sliceWords(stack, view, differs, water) {
  const { low, high, unit } = view;
  const k = shownFrame(stack, view.iterate);
  const iterate = k < stack.frames - 1 ? `step ${k} of ${stack.frames - 1}` : "";
  const numbers = stack.psnr.length ? metricsText(stack, k).replace(" · ", ", ") : "";
  const reach = widthWithUnit((high - low) / 4, unit, water);
  const window = differs
    ? `difference to the truth, colours up to ${reach} either way`
    : `black at ${withUnit(low, unit, water)}, white at ${withUnit(high, unit, water)}`;
  return `${stack.title}: ${[iterate, numbers, window].filter(Boolean).join(", ")}`;
}

/**
 * What a zoom shows: of which method, and where.
 *
 * @param {SliceStack} stack
 * @param {ViewState} view
 */
export function zoomWords({ title }, view) {
  const { left, top, side } = zoomSquare(view);
  const [across, down] = [left + side / 2, top + side / 2].map(percent);
  return `${title}, zoom: ${percent(side)} of the side, its middle ${across} from the left and ${down} from the top`;
}

/**
 * What the curves along the line show: how long it is, and the values between which each method stays.
 *
 * @param {import("./profile.js").ProfileCurve[]} curves
 * @param {number} length Of the line, in cm.
 * @param {import("./data.js").Unit} unit
 * @param {number} water Attenuation of water in 1/cm.
 */
export function profileWords(curves, length, unit, water) {
  const ranges = curves.map(({ title, values }) => {
    const [least, most] = [Math.min(...values), Math.max(...values)].map((value) => withUnit(value, unit, water));
    return `${title} from ${least} to ${most}`;
  });
  return `Values along a line of ${length.toFixed(1)} cm: ${ranges.join("; ")}`;
}
