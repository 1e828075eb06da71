// The slide of notation: one layer in four pictures, whose A and b one drags, and gradient descent on all layers.
import { Choices } from "../runtime/choices.js";
import { Component } from "../runtime/component.js";
import { find } from "../runtime/elements.js";
import { mount } from "../runtime/mount.js";
import { signed, textOf } from "../runtime/numbers.js";
import { GRID, halfOf, Plane } from "../runtime/plane.js";
import { PlayButton } from "../runtime/play_button.js";
import { objective, stages } from "./model.js";

/** @typedef {import("../runtime/plane.js").Point} Point */

const LONGEST = 5; // of an arrow that is dragged, each way
const PANELS = { z: "zᵏ", A: "Aᵏzᵏ: linear map", b: "Aᵏzᵏ + bᵏ: shift", sigma: "zᵏ⁺¹ = σ(Aᵏzᵏ + bᵏ): nonlinearity" };

// Arrows from the origin: in which panel, and which two numbers of a layer the tip is.
const ARROWS = [
  { panel: 1, at: [0, 2], label: "First column of A" },
  { panel: 1, at: [1, 3], label: "Second column of A" },
  { panel: 2, at: [4, 5], label: "b, where the origin goes" },
];

class Notation extends Component {
  /** @type {import("./model.js").Layer[]} */
  theta = [];
  next = this.theta; // of gradient descent
  layer = 0;
  half = 1;

  /** @param {ParentNode} parent */
  constructor(parent) {
    super(parent, "notation");
    const training = { play: "Train", advance: () => this.descend(), rested: () => this.rest() };
    this.player = this.attach(new PlayButton(find(this.root, ".play"), training));
    this.choices = new Choices(find(this.root, ".layers"), (name) => this.draw(Number(name)));
    find(this.root, ".add").onclick = () => this.set([...this.theta, [1, 0, 0, 1, 0, 0]], this.theta.length);
    find(this.root, ".remove").onclick = () => this.set(this.theta.slice(0, -1));
    find(this.root, ".step").onclick = () => this.set(this.next);
    this.planes = Object.entries(PANELS).map(([part, title]) => new Plane(find(this.root, ".panels"), title, part));
    this.tips = ARROWS.map(({ panel, at, label }) => {
      const move = (/** @type {Point} */ to) => {
        for (const i of [0, 1]) this.theta[this.layer][at[i]] = to[i];
        this.draw();
      };
      return this.handle(this.planes[panel], label, LONGEST, move, () => this.player.play(false));
    });
  }

  get isBusy() {
    return this.player.playing;
  }

  /** @param {any} data */
  take({ theta }) {
    if (!this.reports.takes("theta", theta)) return;
    this.theta = theta.split(";").map((/** @type {string} */ layer) => layer.split(",").map(Number));
  }

  rest() {
    this.reports.later("theta", () => ({ text: this.theta.map(textOf).join(";") }));
  }

  /** @param {import("./model.js").Layer[]} theta @param {number} [layer] The one that is shown. */
  set(theta, layer) {
    this.player.play(false);
    this.theta = theta;
    this.draw(layer);
    this.rest();
  }

  descend() {
    if (this.next === this.theta) return this.player.play(false);
    this.theta = this.next;
    this.draw();
  }

  get spoken() {
    const [a, b, c, d, e, f] = this.theta[this.layer].map((value) => signed(+value.toFixed(2)));
    const found = [".problem", ".accuracy"].map((name) => find(this.root, name).textContent);
    return `Layer ${this.layer + 1}: A has the rows ${a}, ${b} and ${c}, ${d}; b is ${e}, ${f}. ${found.join("; ")}.`;
  }

  /** @param {number} [layer] The one that is shown, if there are as many. */
  draw(layer = this.layer) {
    const { points, sigma, colours, targets, mostLayers } = this.data;
    const last = this.theta.length - 1;
    this.layer = Math.min(layer, last);
    const through = (/** @type {Point[]} */ z) => stages(this.theta, sigma, z, this.layer);
    const [moved, grid] = [through(points), GRID.map(through)];
    const tips = ARROWS.map(({ at }) => /** @type {Point} */ (at.map((i) => this.theta[this.layer][i])));
    // The window stays while an arrow is dragged, so that the arrow stays under the hand.
    if (!this.reports.held) this.half = halfOf([...moved.flat(), ...tips], 1.3, LONGEST);
    for (const [stage, plane] of this.planes.entries()) {
      const lines = grid.map((line) => line[stage]);
      plane.show(this.half, lines, moved[stage], this.data);
    }
    for (const [i, { panel }] of ARROWS.entries()) {
      this.planes[panel].curve([[0, 0], tips[i]], "var(--st-primary-color)");
      this.tips[i](tips[i]);
    }
    if (this.layer === last) for (const label of [0, 1]) this.planes[3].ring(targets[label], colours[label], 0.09);
    const layers = this.theta.map((_, k) => ({ name: String(k), title: `Layer ${k + 1}` }));
    this.choices.draw(layers, String(this.layer));
    find(this.root, ".add").toggleAttribute("disabled", layers.length >= mostLayers);
    find(this.root, ".remove").toggleAttribute("disabled", !last);
    const { accuracy, next, ...sums } = objective(this.theta, this.data);
    this.next = next;
    for (const [name, value] of Object.entries(sums)) this.write({ [name]: value.toFixed(4) });
    this.write({ accuracy: `${Math.round(100 * accuracy)} % end closer to their own ring` });
  }
}

export default mount((parent) => new Notation(parent));
