// The buttons below the pictures: play, magnify, and pictures or their differences to the truth.
import { find, findAll, setAttribute, setPressed, setText } from "../runtime/elements.js";

export class Buttons {
  /**
   * @param {HTMLElement} root
   * @param {object} on
   * @param {() => void} on.played
   * @param {() => void} on.magnified
   * @param {(differences: boolean) => void} on.compared
   */
  constructor(root, { played, magnified, compared }) {
    this.root = root;
    this.play = /** @type {HTMLButtonElement} */ (find(root, ".play"));
    this.label = find(this.play, "span");
    this.lens = find(root, ".lens-switch");
    this.modes = findAll(root, "[data-differences]");
    this.play.onclick = played;
    this.lens.onclick = magnified;
    for (const mode of this.modes) mode.onclick = () => compared(mode.dataset.differences === "true");
  }

  /**
   * @param {{ turn: { playing: boolean }, lens: { on: boolean }, differences: boolean }} shown
   * @param {boolean} ready Whether the pictures follow.
   */
  draw({ turn: { playing }, lens: { on }, differences }, ready) {
    setPressed(this.play, playing);
    setText(this.label, playing ? "Stop" : "Play");
    setAttribute(this.play, "aria-label", playing ? "Stop the turn" : "Play one turn after the other");
    this.play.disabled = !ready && !playing;
    setPressed(this.lens, on);
    this.root.classList.toggle("magnifying", on);
    for (const mode of this.modes) setPressed(mode, (mode.dataset.differences === "true") === differences);
  }
}
