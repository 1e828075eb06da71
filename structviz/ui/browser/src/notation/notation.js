// The slide of notation: one layer in four pictures, whose A and b one drags, and gradient descent on all layers.
import { find, setText } from "../runtime/elements.js";
import { LayerBar } from "../runtime/layer_bar.js";
import { mount } from "../runtime/mount.js";
import { signed } from "../runtime/numbers.js";
import { linkParts } from "../runtime/parts.js";
import { GRID, Plane } from "../runtime/plane.js";
import { Reports } from "../runtime/reports.js";
import { Stepper } from "../runtime/stepper.js";
import { objective, stages } from "./model.js";

/** @typedef {import("../runtime/plane.js").Point} Point */
/** @typedef {import("./model.js").Layer} Layer */

const LONGEST = 5; // of an arrow that is dragged, each way
const PANELS = { z: "zᵏ", A: "Aᵏzᵏ: linear map", b: "Aᵏzᵏ + bᵏ: shift", sigma: "zᵏ⁺¹ = σ(Aᵏzᵏ + bᵏ): nonlinearity" };

// Which panel an arrow stands in, and which two numbers of a layer (A row by row, then b) its tip is.
const ARROWS = [
  { panel: 1, at: [0, 2], label: "First column of A" },
  { panel: 1, at: [1, 3], label: "Second column of A" },
  { panel: 2, at: [4, 5], label: "b, where the origin goes" },
];

class Notation {
  /** @param {ParentNode} parent */
  constructor(parent) {
    this.root = find(parent, ".notation");
    /** @type {Layer[]} */
    this.theta = [];
    this.layer = 0;
    this.half = 1;
    const rested = () => this.rest();
    const words = { step: "One gradient step", play: "Train" };
    this.stepper = new Stepper(find(this.root, ".descent"), words, { step: () => this.descend(), rest: rested });
    const speak = () => setText(find(this.root, ".said"), this.spoken);
    this.reports = new Reports({ isBusy: () => this.stepper.playing, rested, speak });
    this.bar = new LayerBar(find(this.root, ".layers"), {
      choose: (layer) => this.draw(layer),
      add: () => this.set([...this.theta, [1, 0, 0, 1, 0, 0]], this.theta.length),
      remove: () => this.set(this.theta.slice(0, -1)),
    });
    this.planes = Object.entries(PANELS).map(([part, title]) => new Plane(find(this.root, ".panels"), title, part));
    this.arrows = ARROWS.map(({ panel, at, label }) => {
      const move = (/** @type {Point} */ to) => {
        for (const i of [0, 1]) this.theta[this.layer][at[i]] = to[i];
        this.draw();
      };
      const holding = this.reports.holding(move, () => this.stepper.play(false));
      return { at, place: this.planes[panel].arrow(label, LONGEST, holding) };
    });
    linkParts(this.root);
  }

  /** @param {import("../runtime/mount.js").ComponentArguments} component */
  update({ data, setStateValue }) {
    this.data = data;
    this.reports.update(setStateValue, data.seen);
    if (this.reports.takes("theta", data.theta)) this.theta = structuredClone(data.theta);
    this.draw();
  }

  destroy() {
    this.stepper.destroy();
    this.reports.destroy();
  }

  /** @param {Layer[]} theta @param {number} [layer] The one that is shown. */
  set(theta, layer) {
    this.stepper.play(false);
    this.theta = theta;
    this.rest(layer);
  }

  /** The visitor has come to rest: the server hears of it. @param {number} [layer] */
  rest(layer) {
    const text = () => this.theta.map((weights) => weights.map((value) => +value.toFixed(3)).join()).join(";");
    this.reports.later("theta", () => ({ text: text() }));
    this.draw(layer);
  }

  /** The shown layer and the training problem in words. */
  get spoken() {
    const [a, b, c, d, e, f] = this.theta[this.layer].map((value) => signed(+value.toFixed(2)));
    const layer = `Layer ${this.layer + 1}: A has the rows ${a}, ${b} and ${c}, ${d}; b is ${e}, ${f}.`;
    const [loss, total, accuracy] = [".loss", ".total", ".accuracy"].map((name) => find(this.root, name).textContent);
    return `${layer} Loss ${loss}, with the regulariser ${total}; ${accuracy}.`;
  }

  // One gradient step; a rate that is too large lets θ run away, and descent ends where numbers still mean something.
  descend() {
    const { gradient } = objective(this.theta, this.data);
    const next = this.theta.map((layer, k) => layer.map((value, i) => value - this.data.rate * gradient[k][i]));
    const goesOn = next.flat().every((value) => Math.abs(value) < this.data.largest);
    if (goesOn) this.theta = next;
    this.draw();
    return goesOn;
  }

  /** @param {number} layer The one that is shown, if there are as many. */
  draw(layer = this.layer) {
    const { points, labels, sigma, colours, targets, mostLayers } = this.data;
    const last = this.theta.length - 1;
    this.layer = Math.min(layer, last);
    const now = this.theta[this.layer];
    const through = (/** @type {Point[]} */ z) => stages(this.theta, sigma, z, this.layer);
    const [moved, grid] = [through(points), GRID.map(through)];
    // The window stays while an arrow is dragged, so that the arrow stays under the hand.
    if (!this.reports.held)
      this.half = 1.1 * Math.min(LONGEST, Math.max(1.3, ...moved.flat(2).map(Math.abs), ...now.map(Math.abs)));
    this.planes.forEach((plane, stage) => {
      plane.show(
        this.half,
        grid.map((line) => line[stage]),
        moved[stage],
        labels,
        colours,
      );
    });
    if (this.layer === last) this.planes[3].rings(targets, colours);
    for (const { at, place } of this.arrows) place([now[at[0]], now[at[1]]]);
    this.bar.draw(this.theta.length, this.layer, mostLayers);
    const found = objective(this.theta, this.data);
    for (const name of /** @type {const} */ (["loss", "regulariser", "total"]))
      setText(find(this.root, `.${name}`), found[name].toFixed(4));
    setText(find(this.root, ".accuracy"), `${Math.round(100 * found.accuracy)} % end closer to their own ring`);
  }
}

export default mount((parent) => new Notation(parent));
