// Buttons of which one is on.
import { button, setPressed, setText } from "./elements.js";

export class Choices {
  /**
   * @param {Element} parent
   * @param {(name: string) => void} choose Called with the name of the choice whose button was pressed.
   */
  constructor(parent, choose) {
    this.parent = parent;
    this.choose = choose;
    /** @type {{ name: string, title: string }[]} */
    this.offered = [];
    /** @type {HTMLButtonElement[]} */
    this.buttons = [];
  }

  /** @param {{ name: string, title: string }[]} offered There may be more or fewer than before. @param {string} chosen */
  draw(offered, chosen) {
    this.offered = offered;
    for (const k of offered.keys())
      this.buttons[k] ??= button(this.parent, "", () => this.choose(this.offered[k].name));
    this.buttons.forEach((made, k) => {
      made.hidden = k >= offered.length;
      setText(made, offered[k]?.title ?? "");
      setPressed(made, offered[k]?.name === chosen);
    });
  }
}
