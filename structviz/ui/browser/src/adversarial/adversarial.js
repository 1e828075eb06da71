// A photograph, a noise and their sum, each with what a classifier makes of it; one slider sets how strong the noise is.
import { barsWords, ClassBars } from "../runtime/class_bars.js";
import { context2d, find, setAttribute, setAttributes, setText } from "../runtime/elements.js";
import { pageInbox } from "../runtime/inbox.js";
import { mount } from "../runtime/mount.js";
import { clamp } from "../runtime/numbers.js";
import { Reports } from "../runtime/reports.js";
import { addNoise, barsOf, enlargedNoise, enlargement, noiseOf, unpackSum } from "./model.js";

/** @typedef {import("../runtime/mount.js").ComponentArguments} ComponentArguments */

class Adversarial {
  /** @param {ParentNode} parent */
  constructor(parent) {
    this.root = find(parent, ".adversarial");
    /** @type {{ channel: string, frame: number, seen: number } | null} */
    this.data = null;
    /** @type {import("./model.js").Sum | null} */
    this.sum = null;
    this.frame = 0;
    this.unsubscribe = () => {};
    this.slider = /** @type {HTMLInputElement} */ (find(this.root, "input"));
    this.slider.oninput = () => {
      this.frame = Number(this.slider.value);
      this.draw();
      this.reports.later("seek", () => ({ frame: this.frame }));
    };
    this.clean = new ClassBars(find(this.root, ".below-photo"), "The photograph");
    this.fooled = new ClassBars(find(this.root, ".below-attacked"), "With noise");
    this.reports = new Reports({ speak: () => setText(find(this.root, ".said"), this.spoken) });
  }

  destroy() {
    this.unsubscribe();
    this.reports.destroy();
  }

  /** @param {ComponentArguments} component */
  update({ data, setStateValue }) {
    const before = this.data;
    this.data = data;
    this.reports.update(setStateValue, data.seen);
    if (this.reports.takes("frame", data.frame)) this.frame = data.frame;
    if (before?.channel === data.channel) return this.draw();
    this.unsubscribe();
    this.unsubscribe = pageInbox().subscribe(data.channel, (payload) => {
      this.sum = unpackSum(payload);
      this.paint(".photo canvas", addNoise(this.sum.photo, this.sum.noises, 0));
      this.draw();
    });
  }

  /** What is on the screen, for those who listen. */
  get spoken() {
    const { sum } = this;
    if (!sum) return "";
    const shown = sum.frames[clamp(this.frame, 0, sum.frames.length - 1)];
    return `${shown.words}. With noise: ${barsWords(barsOf(sum, shown.top))}.`;
  }

  /** @param {string} selector @param {Uint8ClampedArray<ArrayBuffer>} rgba */
  paint(selector, rgba) {
    const canvas = /** @type {HTMLCanvasElement} */ (find(this.root, selector));
    const side = this.sum?.side ?? 1;
    setAttributes(canvas, { width: side, height: side });
    context2d(canvas).putImageData(new ImageData(rgba, side, side), 0, 0);
  }

  draw() {
    const { sum, root } = this;
    if (!sum) return;
    const frame = clamp(this.frame, 0, sum.frames.length - 1);
    const { eps, words, top } = sum.frames[frame];
    const noise = noiseOf(sum, sum.frames[frame]);
    const [clean, fooled] = [barsOf(sum, sum.clean), barsOf(sum, top)];
    this.paint(".noise canvas", enlargedNoise(noise, eps));
    this.paint(".attacked canvas", addNoise(sum.photo, noise, eps));
    this.clean.draw(clean);
    this.fooled.draw(fooled);
    setText(find(root, ".photo .name"), sum.title);
    setText(find(root, ".noise .name"), "noise, enlarged");
    setText(find(root, ".attacked .name"), fooled[0].name);
    setAttribute(find(root, ".below-photo"), "data-title", "The photograph");
    setAttribute(find(root, ".below-attacked"), "data-title", "With noise");
    const times = enlargement(eps);
    const factor = times >= 100 ? Math.round(times) : Number(times.toPrecision(3));
    const large = eps ? `Drawn ${factor} times stronger than it is.` : "No noise is added.";
    setText(find(root, ".enlarged"), large);
    setText(find(root, ".words"), words);
    setAttribute(find(root, ".photo canvas"), "aria-label", `${sum.title}: ${barsWords(clean)}`);
    setAttribute(find(root, ".noise canvas"), "aria-label", `The noise. ${large}`);
    setAttribute(find(root, ".attacked canvas"), "aria-label", `The sum: ${barsWords(fooled)}`);
    setAttributes(this.slider, { max: sum.frames.length - 1, "aria-valuetext": `${words}: ${fooled[0].name}` });
    this.slider.value = String(frame);
    setAttribute(root, "data-frame", frame);
  }
}

export default mount((parent) => new Adversarial(parent));
