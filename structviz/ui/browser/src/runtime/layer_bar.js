// A bar in which one chooses a layer of a network, adds one at the end, or removes the last.
import { button, setPressed } from "./elements.js";

export class LayerBar {
  /**
   * @param {Element} bar
   * @param {number} most Layers at most.
   * @param {{ choose: (layer: number) => void, add: () => void, remove: () => void }} handlers
   */
  constructor(bar, most, { choose, add, remove }) {
    this.layers = Array.from({ length: most }, (_, k) => button(bar, `Layer ${k + 1}`, () => choose(k)));
    this.add = button(bar, "Add a layer", add);
    this.remove = button(bar, "Remove the last", remove);
  }

  /** @param {number} length Layers that there are. @param {number} shown The chosen one. */
  draw(length, shown) {
    this.layers.forEach((layer, k) => {
      layer.hidden = k >= length;
      setPressed(layer, k === shown);
    });
    this.add.disabled = length >= this.layers.length;
    this.remove.disabled = length <= 1;
  }
}
