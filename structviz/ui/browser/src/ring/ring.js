// A photograph that turns under the finger, and round it a ring: which class a classifier sees at each angle, and how
// sure it is.
import { barsOf } from "../adversarial/model.js";
import { bearing, isAcross, turnedBy } from "../rotor/dial.js";
import { Turn } from "../rotor/turn.js";
import { barsWords, ClassBars, percentWords } from "../runtime/class_bars.js";
import { draggable } from "../runtime/drag.js";
import { context2d, find, html, setAttribute, setAttributes, setPressed, setText, svg } from "../runtime/elements.js";
import { pageInbox } from "../runtime/inbox.js";
import { onKeys } from "../runtime/keyboard.js";
import { mount } from "../runtime/mount.js";
import { modulo } from "../runtime/numbers.js";
import { Reports } from "../runtime/reports.js";
import { anglePhrase, mirrored, nearest, placeOf, unpackRing, wedgePath, winners } from "./model.js";

const ACROSS = 180; // degrees that a finger turns on its way across the whole picture
const JUMP = 45; // degrees that a page key turns

class RingView {
  /** @param {ParentNode} parent */
  constructor(parent) {
    this.root = find(parent, ".ring");
    /** @type {{ channel: string, degrees: number, seen: number } | null} */
    this.data = null;
    /** @type {import("./model.js").Ring | null} */
    this.ring = null;
    this.held = false;
    this.atWorst = false; // the worst angle lies between those of the ring
    this.unsubscribe = () => {};
    this.wheel = find(this.root, ".wheel");
    this.canvas = /** @type {HTMLCanvasElement} */ (find(this.root, ".photo"));
    this.source = document.createElement("canvas");
    this.bars = new ClassBars(find(this.root, ".bars"), "At this angle");
    this.turn = new Turn({
      frames: () => this.ring?.tops.length ?? 72,
      changed: () => {
        this.atWorst = false;
        this.draw();
      },
      element: this.root,
    });
    this.button = find(this.root, ".play");
    this.button.onclick = () => {
      if (this.turn.pause()) this.rest();
      else this.turn.play();
    };
    this.jump = find(this.root, ".jump");
    this.jump.onclick = () => this.goToWorst();
    this.reports = new Reports({ isBusy: () => this.held || this.turn.playing });
    this.listen();
  }

  destroy() {
    this.unsubscribe();
    this.turn.destroy();
    this.reports.destroy();
  }

  listen() {
    /** @type {number | null} */
    let at = null;
    let degrees = 0; // not yet rounded to a measured angle
    let from = 0;
    /** @type {PointerEvent | null} */
    let first = null;
    let across = false;
    draggable(
      this.wheel,
      {
        start: (event) => {
          this.turn.pause();
          this.held = true;
          this.atWorst = false;
          [at, degrees, from] = [bearing(event, this.wheel), this.turn.degrees, this.turn.degrees];
          [first, across] = [event.pointerType === "mouse" ? null : event, false];
        },
        move: (event, way) => {
          if (first) across = isAcross(first, way, this.wheel);
          first = null;
          if (across) return this.turn.go(from - (ACROSS * way.dx) / this.wheel.clientWidth);
          const there = bearing(event, this.wheel);
          if (there === null) return;
          if (at !== null) degrees += turnedBy(at, there);
          at = there;
          this.turn.go(degrees);
        },
        end: () => {
          this.held = false;
          this.rest();
        },
      },
      { sideways: true },
    );
    const by = (/** @type {number} */ degrees) => () => this.goTo(this.turn.degrees + degrees);
    const step = () => 360 / (this.ring?.tops.length ?? 72);
    onKeys(this.wheel, {
      ArrowLeft: () => by(step())(),
      ArrowUp: () => by(step())(),
      ArrowRight: () => by(-step())(),
      ArrowDown: () => by(-step())(),
      PageUp: by(JUMP),
      PageDown: by(-JUMP),
      Home: () => this.goTo(0),
      End: () => this.goToWorst(),
    });
  }

  /** @param {number} degrees */
  goTo(degrees) {
    this.turn.pause();
    this.atWorst = false;
    this.turn.go(degrees);
    this.draw();
    this.rest();
  }

  /** The server hears of the measured angle beside it. */
  goToWorst() {
    if (!this.ring?.worst) return;
    this.goTo(this.ring.worst.degrees);
    this.atWorst = true;
    this.draw();
  }

  /** Where the photograph stands, and its most probable classes there. */
  get shown() {
    const { ring } = this;
    if (ring?.worst && this.atWorst) return ring.worst;
    const { degrees } = this.turn;
    return { degrees, top: ring ? ring.tops[nearest(degrees, ring.tops.length)] : [] };
  }

  /** @param {import("../runtime/mount.js").ComponentArguments} component */
  update({ data, setStateValue }) {
    const before = this.data;
    this.data = data;
    this.reports.update(setStateValue, data.seen);
    if (this.reports.takes("degrees", data.degrees)) {
      this.turn.go(data.degrees);
    }
    if (before?.channel === data.channel) return this.draw();
    this.unsubscribe();
    this.unsubscribe = pageInbox().subscribe(data.channel, (payload) => this.load(payload));
  }

  /** @param {Uint8Array} payload */
  load(payload) {
    const ring = unpackRing(payload);
    this.ring = ring;
    const size = 3 * ring.side;
    setAttributes(this.source, { width: size, height: size });
    context2d(this.source).putImageData(new ImageData(mirrored(ring.photo, ring.side), size, size), 0, 0);
    setAttributes(this.canvas, { width: ring.side, height: ring.side });
    const wedges = find(this.root, ".wedges");
    wedges.replaceChildren();
    svg("circle", { class: "rim", r: 75 }, wedges);
    svg("circle", { class: "rim", r: 96 }, wedges);
    const width = 360 / ring.tops.length;
    for (const [k, [[at, share]]] of ring.tops.entries()) {
      svg("path", { d: wedgePath(k * width, width, share), fill: ring.colours[at] }, wedges);
    }
    const worst = find(this.root, ".worst");
    worst.replaceChildren();
    if (ring.worst) {
      svg("path", { d: "M0 -96.5L-3.4 -100L3.4 -100Z", transform: `rotate(${-ring.worst.degrees})` }, worst);
      setText(this.jump, `Worst angle: ${anglePhrase(ring.worst.degrees)}`);
    }
    this.jump.hidden = !ring.worst;
    const legend = find(this.root, ".legend");
    legend.replaceChildren();
    for (const [at, count] of winners(ring)) {
      const entry = html("span", {}, legend);
      html("i", { style: `background:${ring.colours[at]}` }, entry);
      entry.append(`${ring.names[at]}: ${count} of ${ring.tops.length} angles`);
    }
    setText(find(this.root, ".state"), ring.state);
    this.turn.go(this.turn.degrees);
    this.draw();
  }

  rest() {
    this.reports.later("turn", () => ({ degrees: this.turn.degrees }));
  }

  /** What is on the screen, for those who listen. */
  get spoken() {
    const { ring } = this;
    if (!ring) return "";
    const { degrees, top } = this.shown;
    return `Turned by ${anglePhrase(degrees)}: ${barsWords(barsOf(ring, top))}.`;
  }

  draw() {
    const { ring, root } = this;
    if (!ring) return;
    const { degrees, top } = this.shown;
    const { playing } = this.turn;
    const bars = barsOf(ring, top);
    const angle = anglePhrase(degrees);
    const context = context2d(this.canvas);
    const half = ring.side / 2;
    context.setTransform(1, 0, 0, 1, half, half);
    context.rotate((-degrees * Math.PI) / 180);
    context.drawImage(this.source, -3 * half, -3 * half);
    const hand = find(root, ".hand");
    const [x, y] = placeOf(degrees, 72);
    hand.replaceChildren();
    svg("path", { d: `M${x} ${y}L${placeOf(degrees, 98).join(" ")}` }, hand);
    svg("circle", { cx: x, cy: y, r: 3 }, hand);
    setText(find(root, ".degrees"), angle);
    this.bars.draw(bars);
    const holds = top[0][0] === ring.truth;
    const who = `${bars[0].name}, ${percentWords(bars[0].share)}`;
    setText(find(root, ".verdict"), holds ? `Still ${who}` : `Now ${who}`);
    setAttribute(this.canvas, "aria-label", `${ring.title}, turned by ${angle}: ${who}`);
    setAttributes(this.wheel, {
      "aria-valuemax": Math.round(this.turn.last),
      "aria-valuenow": Math.round(modulo(degrees, 360)),
      "aria-valuetext": `${angle}: ${who}`,
    });
    setPressed(this.button, playing);
    setText(find(this.button, "span"), playing ? "Stop" : "Play");
    setAttribute(root, "data-degrees", parseFloat(angle));
  }
}

export default mount((parent) => new RingView(parent));
