// The dial, and the angle at which a pointer stands.
import { find, setAttribute, setText, svg } from "../runtime/elements.js";
import { modulo } from "../runtime/numbers.js";

/**
 * The angle of a pointer about the centre of an element, in degrees counter-clockwise from the right; null where the
 * pointer is too near the centre to tell.
 *
 * @param {import("../runtime/drag.js").Spot} spot
 * @param {Element} element
 */
export function bearing(spot, element) {
  const box = element.getBoundingClientRect();
  const x = spot.clientX - box.left - box.width / 2;
  const y = box.top + box.height / 2 - spot.clientY;
  return Math.hypot(x, y) < 0.04 * box.width ? null : (Math.atan2(y, x) * 180) / Math.PI;
}

/**
 * Whether a way leads towards the centre of an element or away from it, rather than round it.
 *
 * @param {import("../runtime/drag.js").Spot} from
 * @param {{ dx: number, dy: number }} way In pixels.
 * @param {Element} element
 */
export function isAcross(from, { dx, dy }, element) {
  const angle = bearing(from, element);
  if (angle === null) return true;
  const [along, up] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
  return Math.abs(dx * along - dy * up) > Math.abs(dx * up + dy * along);
}

/**
 * How far one turns from an angle to another, the short way: from -180 up to 180.
 *
 * @param {number} from
 * @param {number} to
 */
export function turnedBy(from, to) {
  return modulo(to - from + 180, 360) - 180;
}

/**
 * The angle of the frame nearest to an angle, from 0 up to 360.
 *
 * @param {number} degrees
 * @param {number} frames Of a full turn.
 */
export function nearestFrame(degrees, frames) {
  const step = 360 / frames;
  return modulo(Math.round(degrees / step) * step, 360);
}

/**
 * The outline of a sector of the dial, between two angles in degrees, counter-clockwise from the top.
 *
 * @param {number} low
 * @param {number} high
 * @param {number} radius
 */
export function sectorPath(low, high, radius) {
  const corner = (/** @type {number} */ degrees) => {
    const angle = (degrees * Math.PI) / 180;
    return [-radius * Math.sin(angle), -radius * Math.cos(angle)].map((part) => part.toFixed(2)).join(" ");
  };
  const isLarge = high - low > 180 ? 1 : 0;
  // From the lower to the higher angle the rim runs counter-clockwise, which SVG calls 0.
  return `M0 0L${corner(low)}A${radius} ${radius} 0 ${isLarge} 0 ${corner(high)}Z`;
}

export class Dial {
  /** @param {HTMLElement} root Holds the dial and the degrees beside it. */
  constructor(root) {
    this.element = find(root, ".dial");
    this.hand = find(root, ".hand");
    this.output = find(root, ".degrees");
    this.sectors = find(root, ".sectors");
    const ticks = find(root, ".ticks");
    for (let k = 0; k < 12; k++) {
      svg("line", { y1: -42, y2: k % 3 ? -38 : -33, transform: `rotate(${30 * k})` }, ticks);
    }
  }

  focus() {
    this.element.focus({ preventScroll: true, .../** @type {object} */ ({ focusVisible: false }) });
  }

  /**
   * Marks the angles at which the image lies as those of the training.
   *
   * @param {[low: number, high: number][]} sectors In degrees.
   */
  mark(sectors) {
    this.sectors.replaceChildren();
    for (const [low, high] of sectors) svg("path", { d: sectorPath(low, high, 43) }, this.sectors);
  }

  /**
   * @param {number} degrees
   * @param {number} last The last angle before a full turn.
   */
  draw(degrees, last) {
    const rounded = Math.round(degrees);
    setText(this.output, `${rounded}°`);
    setAttribute(this.hand, "transform", `rotate(${-degrees})`);
    setAttribute(this.element, "aria-valuemax", last);
    setAttribute(this.element, "aria-valuenow", degrees);
    setAttribute(this.element, "aria-valuetext", `${rounded} degrees`);
  }
}
