// Level and seed of the noise, as handles beside the pictures; the fields of the sidebar say the same.
import { find, setText } from "../runtime/elements.js";

const REST = { drag: 300, key: 600 }; // milliseconds before a change is reported
const SEEDS = 10_000;

/** @typedef {import("./live.js").EngineData} EngineData */

export class NoiseHandles {
  /**
   * @param {HTMLElement} root
   * @param {(delay: number) => void} changed Called with the time after which the change is to be reported.
   */
  constructor(root, changed) {
    this.element = find(root, ".noise");
    this.slider = /** @type {HTMLInputElement} */ (find(root, ".noise input"));
    this.output = find(root, ".noise output");
    this.button = find(root, ".reseed");
    this.number = find(root, ".reseed .seed");
    this.state = { level: 0, seed: 0 };
    this.slider.oninput = () => this.change({ level: Number(this.slider.value) }, REST.drag, changed);
    this.button.onclick = () => this.change({ seed: (this.state.seed + 1) % SEEDS }, REST.key, changed);
  }

  /**
   * @param {{ level?: number, seed?: number }} change
   * @param {number} delay
   * @param {(delay: number) => void} changed
   */
  change(change, delay, changed) {
    this.state = { ...this.state, ...change };
    this.write();
    changed(delay);
  }

  /** @param {Pick<EngineData, "level" | "seed">} data What the server says. */
  set({ level, seed }) {
    this.state = { level, seed };
    this.write();
  }

  /** @param {EngineData | null} engine Without one there is nothing that could follow. */
  show(engine) {
    this.element.hidden = !engine;
    this.button.hidden = !engine?.seed_is_free;
    if (engine) this.slider.max = String(engine.most);
    this.write();
  }

  write() {
    const { level, seed } = this.state;
    this.slider.value = String(level);
    setText(this.output, level.toFixed(2));
    setText(this.number, `seed ${seed}`);
  }
}
