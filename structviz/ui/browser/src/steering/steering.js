// Points that a network steers: states on the way forwards, costates on the way back, and beside them the control, its
// gradient as it is collected, the control Hamiltonian, and what states and costates keep between them.
import { wantsLessMotion } from "../runtime/clock.js";
import { Component } from "../runtime/component.js";
import { find, setAttribute, setText, svg } from "../runtime/elements.js";
import { mount } from "../runtime/mount.js";
import { signed, textOf } from "../runtime/numbers.js";
import { halfOf, Plane, spanWords } from "../runtime/plane.js";
import { ThereAndBack } from "../runtime/there_and_back.js";
import { arrowOf, between, length, pairing, sizeOf, steer, tangentsOf } from "./model.js";
import { Strip } from "./strips.js";

/** @typedef {import("../runtime/plane.js").Point} Point */
/** @typedef {import("./model.js").Steered} Steered */

const REST = 300; // milliseconds of rest before the server hears of it
const ONE_WAY = 5000; // milliseconds from t = 0 to T
const HOLD = 1500; // milliseconds at T
const [LEAST, MOST] = [1.2, 4]; // of half a picture
const LONGEST = 0.3; // arrow, in halves of the picture
const FARTHEST = 2; // coordinate of the dragged point

/** @param {number} value Three digits, or two with a power of ten where it is far from 1. */
function digits(value) {
  if (!Number.isFinite(value)) return "diverged";
  const size = Math.abs(value);
  if (!size || (size >= 0.01 && size < 1e4)) return signed(value.toPrecision(3));
  const [leading, power] = value.toExponential(1).split("e");
  return signed(`${leading}·10${[...String(Number(power))].map((digit) => RAISED[digit]).join("")}`);
}

/** @type {Record<string, string>} */
const RAISED = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

class Steering extends Component {
  /** @param {ParentNode} parent */
  constructor(parent) {
    super(parent, "steering");
    this.half = LEAST;
    /** @type {Point} */
    this.probe = [0, 0];
    /** @type {Steered} */
    this.all = this.own = this.twin = { states: [[]], costates: [[]], gradients: [], hamiltonian: [] };
    /** @type {number[]} */
    this.kept = [];
    /** @type {number[]} */
    this.drifting = [];
    this.label = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.speaking = undefined;
    this.plane = new Plane(find(this.root, ".panels"), "", "states");
    const strips = find(this.root, ".strips");
    this.control = new Strip(strips, "Control ‖θᵏ‖", "var(--st-text-color)");
    this.gradient = new Strip(strips, "Gradient ‖∂J/∂θᵏ‖", "#0072B2");
    this.hamiltonian = new Strip(strips, "Control Hamiltonian Hᵏ", "#009E73");
    this.pairing = new Strip(strips, "⟨pᵏ, δzᵏ⟩ of the dragged point", "#0072B2");
    this.way = this.attach(
      new ThereAndBack(this.root, {
        oneWay: ONE_WAY,
        hold: HOLD,
        layers: () => this.last,
        moved: () => this.draw(),
        rested: () => this.speakLater(),
      }),
    );
    const move = (/** @type {Point} */ to) => {
      this.probe = to;
      this.follow();
    };
    this.place = this.handle(this.plane, "Dragged point", FARTHEST, move, () => {
      this.way.play(false);
      this.way.at = 2; // the costates have come back to t = 0, where the hand is
    });
  }

  /** @param {any} data @param {any} before */
  take(data, before) {
    if (this.reports.isNews("network", [data.network, data.points])) {
      const { network, points, labels } = data;
      this.all = steer(network, points, labels, points.length);
      this.half = halfOf(this.all.states.flat(), LEAST, MOST);
      this.way.at = wantsLessMotion() ? 2 : 0;
    }
    if (this.reports.takes("probe", data.probe)) this.probe = data.probe;
    this.follow();
    if (!before && !wantsLessMotion()) this.way.play(true);
  }

  destroy() {
    clearTimeout(this.speaking);
    super.destroy();
  }

  get last() {
    return this.data.network.layers.length;
  }

  // The dragged point takes the class of the nearest point.
  follow() {
    const { network, points, labels } = this.data;
    const [x, y] = this.probe;
    const far = points.map((/** @type {Point} */ [u, v]) => (u - x) ** 2 + (v - y) ** 2);
    this.label = labels[far.indexOf(Math.min(...far))];
    this.own = steer(network, [this.probe], [this.label], 1);
    this.twin = steer(network, [this.probe], [this.label], 1, false);
    const start = this.own.states[0][0].map((_, i) => Number(i === 0));
    const of = (/** @type {import("./model.js").Vector[][]} */ frames) => frames.map(([z]) => z);
    const tangents = tangentsOf(network, of(this.own.states), start);
    [this.kept, this.drifting] = [this.own, this.twin].map(({ costates }) => pairing(of(costates), tangents));
    this.draw();
  }

  rest() {
    this.reports.later("probe", () => ({ text: textOf(this.probe) }));
    this.speakLater();
  }

  speakLater() {
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => setText(find(this.root, ".said"), this.spoken), REST);
  }

  get spoken() {
    const strips = [this.control, this.gradient, this.hamiltonian, this.pairing];
    const words = strips.map(({ title, words }) => `${title}${words.textContent}`);
    return `${this.way.scrubber.getAttribute("aria-valuetext")}. ${words.join("; ")}.`;
  }

  draw() {
    if (!this.data) return;
    const { last } = this;
    const { at } = this.way;
    const isBack = at > 1;
    const frame = last * (isBack ? 2 - at : at);
    const { times } = this.data.network;
    const k = Math.min(Math.floor(frame), last - 1);
    const t = times[k] + (frame - k) * (times[k + 1] - times[k]);
    const when = `t = ${signed(t.toFixed(2))}, layer ${Math.min(Math.floor(frame + 1e-9) + 1, last)} of ${last}`;
    setText(find(this.root, ".what"), isBack ? "⟵ costates p, from T back to 0" : "states z, from 0 to T ⟶");
    setText(find(this.root, ".when"), when);
    setAttribute(
      this.way.scrubber,
      "aria-valuetext",
      `${isBack ? "costates, backwards" : "states, forwards"}, ${when}`,
    );
    this.way.scrubber.value = String(at);
    this.drawPlane(frame, isBack);
    this.drawStrips(frame, isBack);
  }

  /** @param {number} frame @param {boolean} isBack */
  drawPlane(frame, isBack) {
    const { plane, data, half, all, own } = this;
    const { points, labels, colours, network } = data;
    plane.clear(half);
    const states = /** @type {Point[]} */ (between(all.states, frame));
    const seen = states.map(([x, y]) => /** @type {Point} */ ([x, y]));
    if (frame > 0.93 * this.last) this.drawLine();
    if (isBack) {
      const arrows = between(all.costates, frame).map((p) =>
        arrowOf(
          p.map((value) => value * points.length),
          LONGEST * half,
        ),
      );
      const d = seen.map(([x, y], n) => (arrows[n].some(Boolean) ? `M${x} ${y}l${arrows[n].join(" ")}` : ""));
      svg("path", { class: "costates", d: d.join("") }, plane.drawn);
    }
    const inside = seen.map((place) => place.every(Number.isFinite));
    plane.classes(
      seen.filter((_, n) => inside[n]),
      labels.filter((/** @type {number} */ _, /** @type {number} */ n) => inside[n]),
      colours,
    );
    const path = own.states.map(([[x, y]]) => /** @type {Point} */ ([x, y]));
    plane.curve(
      path.filter((place) => place.every(Number.isFinite)),
      "var(--st-text-color)",
    );
    const [[x, y]] = between(own.states, frame);
    if (isBack) {
      for (const [steered, colour] of /** @type {[Steered, string][]} */ ([
        [this.twin, "#D55E00"],
        [own, "#0072B2"],
      ])) {
        if (steered === this.twin && !network.twin) continue;
        const [dx, dy] = arrowOf(between(steered.costates, frame)[0], 1.5 * LONGEST * half);
        if (dx || dy) svg("path", { class: "own", d: arrowhead(x, y, dx, dy), style: `stroke:${colour}` }, plane.drawn);
      }
    }
    plane.disc([x, y], colours[this.label], 0.045);
    this.place(this.probe);
    plane.title = isBack ? "Arrows: where each point should rather be, −p" : "Points on their way through the layers";
    plane.caption(plane.title);
    setAttribute(plane.picture, "aria-label", `${plane.title}. ${spanWords(seen)}`);
  }

  // Where the classifier is undecided.
  drawLine() {
    const { normal, offset } = this.data.network;
    const [a, b] = normal;
    const square = a * a + b * b;
    const [x, y] = [(-offset * a) / square, (-offset * b) / square];
    const far = (4 * this.half) / Math.sqrt(square);
    const d = `M${x - far * b} ${y + far * a}L${x + far * b} ${y - far * a}`;
    svg("path", { class: "line", d }, this.plane.drawn);
  }

  /** @param {number} frame @param {boolean} isBack */
  drawStrips(frame, isBack) {
    const { last, all, data } = this;
    const now = Math.min(Math.floor(frame + 1e-9), last - 1);
    // On the way forwards nothing is known yet of what comes back.
    const from = isBack ? Math.ceil(frame - 1e-9) : last + 1;
    const there = Math.max(now, from);
    const back = (/** @type {number} */ value) => (there < last ? digits(value) : "comes on the way back");
    const sizes = data.network.layers.map(sizeOf);
    this.control.bars(sizes, 0, now, digits(sizes[now]));
    this.gradient.bars(all.gradients, from, there, back(all.gradients[there]));
    this.hamiltonian.bars(all.hamiltonian, from, there, back(all.hamiltonian[there]));
    const curves = [{ values: this.kept, colour: "#0072B2", dashed: false }];
    if (data.network.twin) curves.unshift({ values: this.drifting, colour: "#D55E00", dashed: true });
    const twin = data.network.twin ? `; in Euler's steps ${digits(this.drifting[there])}` : "";
    const words = from <= last ? `${digits(this.kept[Math.min(there, last)])}${twin}` : "comes on the way back";
    this.pairing.lines(curves, from, words);
  }
}

/**
 * An arrow with its head.
 *
 * @param {number} x @param {number} y @param {number} dx @param {number} dy
 */
function arrowhead(x, y, dx, dy) {
  const size = Math.min(0.35, 0.08 / length([dx, dy]));
  const side = (/** @type {number} */ s) =>
    `M${x + dx} ${y + dy}L${x + dx - size * (dx + s * 0.6 * dy)} ${y + dy - size * (dy - s * 0.6 * dx)}`;
  return `M${x} ${y}L${x + dx} ${y + dy}${side(1)}${side(-1)}`;
}

export default mount((parent) => new Steering(parent));
