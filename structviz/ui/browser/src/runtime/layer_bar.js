// A bar in which one chooses a layer of a network, adds one at the end, or removes the last.
import { button, setPressed } from "./elements.js";

export class LayerBar {
  /**
   * @param {Element} bar
   * @param {{ choose: (layer: number) => void, add: () => void, remove: () => void }} handlers
   */
  constructor(bar, { choose, add, remove }) {
    this.choose = choose;
    /** @type {HTMLButtonElement[]} */
    this.layers = [];
    this.add = button(bar, "Add a layer", add);
    this.remove = button(bar, "Remove the last", remove);
  }

  /**
   * @param {number} length Layers that there are.
   * @param {number} shown The chosen one.
   * @param {number} most Layers at most.
   */
  draw(length, shown, most) {
    for (let k = this.layers.length; k < length; k++) {
      this.layers.push(button(this.add, `Layer ${k + 1}`, () => this.choose(k)));
      this.add.before(this.layers[k]);
    }
    this.layers.forEach((layer, k) => {
      layer.hidden = k >= length;
      setPressed(layer, k === shown);
    });
    this.add.disabled = length >= most;
    this.remove.disabled = length <= 1;
  }
}
