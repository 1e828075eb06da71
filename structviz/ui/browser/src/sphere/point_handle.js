// A point of a sphere that one drags, or moves with the arrow keys along great circles.
import { draggable, placeOn } from "../runtime/drag.js";
import { html, setAttributes } from "../runtime/elements.js";
import { onKeys } from "../runtime/keyboard.js";
import { clamp, signed } from "../runtime/numbers.js";
import { ARROWS, DEGREE } from "../runtime/turntable.js";
import { dot, normalised, plus, times } from "./steps.js";

/** @typedef {import("../runtime/orbit.js").Vector3} Vector3 */
/** @typedef {import("../runtime/turntable.js").Shared & { point: Vector3 }} SharedPoint */

const STEP = 5; // of a key, in degrees

export class PointHandle {
  /**
   * @param {Element} picture
   * @param {import("./globe.js").Globe} globe On the picture.
   * @param {SharedPoint} shared
   * @param {{ moved: () => void, rested: () => void }} handlers
   */
  constructor(picture, globe, shared, { moved, rested }) {
    this.globe = globe;
    this.shared = shared;
    this.behind = false; // whether it is dragged on the far side
    this.handle = html("div", { class: "point", tabindex: 0, role: "slider", "aria-label": "Move the point" }, picture);
    setAttributes(this.handle, { "aria-valuemin": -90, "aria-valuemax": 90, "aria-valuenow": 0 });
    const start = () => {
      shared.held = true;
      this.behind = dot(shared.point, globe.axes.near) < 0;
    };
    const move = (/** @type {PointerEvent} */ event) => {
      const { x, y } = placeOn(event, picture);
      shared.point = this.under((2 * x - 1) * globe.half, (1 - 2 * y) * globe.half);
      moved();
    };
    const end = () => {
      shared.held = false;
      rested();
    };
    draggable(this.handle, { start, move, end }, { whole: () => true });
    const press = (/** @type {[number, number]} */ way) => {
      this.walk(way);
      moved();
      rested();
    };
    onKeys(this.handle, Object.fromEntries(Object.entries(ARROWS).map(([key, way]) => [key, () => press(way)])));
  }

  /**
   * The point of the sphere under a place of the picture, on the side where it was taken.
   *
   * @param {number} x
   * @param {number} y
   * @returns {Vector3}
   */
  under(x, y) {
    const { right, up, near } = this.globe.axes;
    const beyond = Math.max(1, Math.hypot(x, y));
    const [across, above] = [x / beyond, y / beyond];
    const depth = Math.sqrt(Math.max(0, 1 - across * across - above * above));
    return normalised(plus(plus(times(right, across), above, up), this.behind ? -depth : depth, near));
  }

  /** @param {[number, number]} way To the right and upwards in the picture: along the great circle that goes there. */
  walk([across, above]) {
    const { right, up } = this.globe.axes;
    const { point } = this.shared;
    const way = plus(times(right, across), above, up);
    const tangent = plus(way, -dot(way, point), point);
    if (dot(tangent, tangent) < 1e-6) return; // it would go straight away from the eye, or towards it
    const angle = STEP * DEGREE;
    this.shared.point = normalised(plus(times(point, Math.cos(angle)), Math.sin(angle), normalised(tangent)));
  }

  /** Puts the handle where the point is. */
  place() {
    const { point } = this.shared;
    const [x, y] = this.globe.pixel(point).map((pixel) => (100 * pixel) / (this.globe.side || 1));
    this.handle.style.left = `${x}%`;
    this.handle.style.top = `${y}%`;
    const latitude = Math.round(Math.asin(clamp(point[2], -1, 1)) / DEGREE);
    const longitude = Math.round(Math.atan2(point[1], point[0]) / DEGREE);
    const spoken = `longitude ${signed(longitude)}°, latitude ${signed(latitude)}°`;
    setAttributes(this.handle, { "aria-valuenow": latitude, "aria-valuetext": spoken });
  }
}
