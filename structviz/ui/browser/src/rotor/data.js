// What the page hands to the rotor; structviz/ui/browser/rotor.py makes it.

/**
 * @typedef {object} Column
 * @property {string} name Of the arm.
 * @property {string} title
 * @property {string} colour
 * @property {string} film Channel that brings the pictures and numbers of every angle.
 * @property {string | null} errors Channel of the equivariance errors; null if there will be none.
 * @property {boolean} differs Whether it can be shown as its difference to the truth.
 */

/**
 * @typedef {object} Picture What a column shows at the angle at rest.
 * @property {string} png Base64.
 * @property {number | null} psnr In dB; null stands for infinity.
 * @property {number | null} ssim
 */

/** @typedef {[table: string, low: number, high: number]} ColourTable 256 colours in base64, and the limits of the values. */

/** @typedef {"straight" | "polar" | "error"} View */

/**
 * @typedef {object} RotorData
 * @property {Column[]} columns The last one is the truth.
 * @property {Picture[]} pictures One for each column.
 * @property {number} degrees Where the image rests.
 * @property {number | null} demonstrate The angle to which the image turns by itself, once; null if it does not.
 * @property {[low: number, high: number][]} sectors Angles in degrees at which the image lies as those of the training.
 * @property {number} side Pixels of the pictures.
 * @property {{ image: ColourTable, difference: ColourTable }} tables
 * @property {string | null} baseline Channel of what interpolation alone costs.
 * @property {boolean} differences
 * @property {View} curves
 * @property {Record<View, string>} views Titles.
 * @property {import("./live.js").EngineData | null} engine What it takes to compute here; null where films come instead.
 * @property {string} drawn Channel of the inbox in which the rotor says that its pictures are drawn.
 * @property {number} seen
 */

export {};
