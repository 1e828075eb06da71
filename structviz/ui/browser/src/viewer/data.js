// What the page hands to the viewer; structviz/ui/browser/viewer.py makes it.

/**
 * @typedef {object} ViewState How slices are looked at; none of it changes a number.
 * @property {number} low In 1/cm: what is black.
 * @property {number} high In 1/cm: what is white.
 * @property {Unit} unit In which values are written.
 * @property {number} row Centre of the zoom, in sides of the image.
 * @property {number} column
 * @property {number} zoom Side of the zoom, in sides of the image.
 * @property {number | null} iterate The frame that is shown; null stands for the result.
 * @property {boolean} differences Whether the difference to the truth is shown.
 * @property {Line | null} profile A line along which values are drawn.
 */

/** @typedef {"mu" | "hu"} Unit 1/cm, or Hounsfield units. */
/** @typedef {[row: number, column: number, lastRow: number, lastColumn: number]} Line In sides of the image. */

/**
 * @typedef {object} ViewerData
 * @property {string} slices Channel of the packet with the slices.
 * @property {ViewState} view
 * @property {Record<string, [low: number, high: number]>} windows Display windows by name, in 1/cm.
 * @property {[low: number, high: number]} limits Of what a window can be set to, in 1/cm.
 * @property {number} water Attenuation of water in 1/cm.
 * @property {number} side_cm Side of the image in cm.
 * @property {string} table 256 colours for differences in base64.
 * @property {number} seen
 */

export {};
