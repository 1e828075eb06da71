// The film player on a page: its films come through the inbox, or the networks that make them, and a few words on how to
// show them with each update. Where networks come, what moves the points stands beside the pictures: the films follow the
// hand, and the page hears of it when the hand rests.
import { setAhead } from "../runtime/ahead.js";
import { find } from "../runtime/elements.js";
import { pageInbox } from "../runtime/inbox.js";
import { mount } from "../runtime/mount.js";
import { same } from "../runtime/numbers.js";
import { unpack } from "../runtime/packet.js";
import { Reports } from "../runtime/reports.js";
import { FilmPlayer } from "./film_player.js";
import { Handles } from "./handles.js";
import { filmsOf } from "./live.js";

/**
 * @typedef {object} Data What structviz/ui/browser/player.py passes.
 * @property {string} channel Of the inbox, where the films come.
 * @property {number} frame
 * @property {string[]} show
 * @property {boolean} playing
 * @property {number} reveal When it changes, or is not 0 at first, the page scrolls to the films.
 * @property {Live | null} live Null where films come.
 * @property {number} seen
 */
/**
 * @typedef {object} Live
 * @property {import("./live_film.js").State} state What the page knows of the visitor's.
 * @property {import("./handles.js").Described[]} handles
 * @property {string} said Channel of the inbox in which the page says of which state its sentences speak.
 */

const REST = 400; // milliseconds

class PlayerComponent {
  /** @param {ParentNode} parent */
  constructor(parent) {
    this.root = find(parent, ".player");
    this.reports = new Reports({ isBusy: () => Boolean(this.player?.orbit.grabbed) });
    /** @type {FilmPlayer | null} */
    this.player = null;
    /** @type {Data | null} */
    this.data = null;
    /** @type {(() => void)[]} */
    this.subscriptions = [];
    /** @type {ReturnType<typeof filmsOf> | null} */
    this.source = null;
    /** @type {any} What the visitor moves; see Live. */
    this.state = {};
    /** @type {unknown} The state of which the page's sentences speak. */
    this.said = null;
    /** @type {number | null} */
    this.frame = null;
    /** @type {Handles | null} */
    this.handles = null;
  }

  destroy() {
    for (const unsubscribe of this.subscriptions) unsubscribe();
    if (this.frame !== null) cancelAnimationFrame(this.frame);
    setAhead(false);
    this.reports.destroy();
    this.player?.destroy();
  }

  /** @param {import("../runtime/mount.js").ComponentArguments} component */
  update({ data, setStateValue }) {
    if (!data) return;
    this.reports.update(setStateValue, data.seen);
    const before = this.data;
    this.data = data;
    this.takeState(data);
    if (!this.subscriptions.length) this.subscribe(data);
    if (!this.player || !before) return;
    this.player.theme.refresh();
    this.takeOptions(data, this.player);
    if (data.reveal !== before.reveal) this.player.reveal();
  }

  /** @param {Data} data */
  subscribe(data) {
    this.subscriptions.push(pageInbox().subscribe(data.channel, (payload) => this.receive(payload, data)));
    if (!data.live) return;
    const heard = (/** @type {Uint8Array} */ payload) => {
      this.said = unpack(payload).head.state;
      this.showAhead();
    };
    this.subscriptions.push(pageInbox().subscribe(data.live.said, heard));
  }

  /**
   * @param {Uint8Array} payload
   * @param {Data} first
   */
  receive(payload, first) {
    this.source = filmsOf(payload);
    const films = this.source.films(this.state);
    if (this.player) return this.player.setFilms(films);
    const { frame, show, playing, reveal, live } = this.data ?? first;
    this.player = new FilmPlayer(this.root, films, { frame, show, playing }, this.reports);
    this.takeOptions(this.data ?? first, null);
    if (live) this.showHandles(live);
    if (reveal) this.player.reveal(); // what asked for it has opened the section with the films
  }

  /**
   * Takes over what the page knows of the visitor's state, if the visitor has not gone on meanwhile.
   *
   * @param {Data} data
   */
  takeState({ live }) {
    if (!live) return;
    if (this.reports.accepts() && this.reports.isNews("state", live.state)) {
      const isNew = !same(live.state, this.state);
      this.state = live.state;
      if (isNew) this.recompute(REST);
    }
    if (this.player) this.showHandles(live);
  }

  /** @param {Live} live */
  showHandles({ handles }) {
    this.handles ??= new Handles(this.root, (name, value, delay) => this.move(name, value, delay));
    this.handles.show(handles, this.state);
    this.showAhead();
  }

  /**
   * The visitor has moved a handle: the films follow with the next frame of the screen, the page when the hand rests.
   *
   * @param {string} name
   * @param {number | string} value
   * @param {number} delay
   */
  move(name, value, delay) {
    this.state = { ...this.state, [name]: value };
    // With the frame: a second report on the heels of the first would reach a page that has not taken that one over yet.
    this.reports.later("motion", () => ({ ...this.state, ...this.player?.restingFrame() }), delay);
    this.showAhead();
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.recompute(null);
      this.root.dataset.moved = JSON.stringify(this.state); // for tests and measurements
    });
  }

  /** @param {number | null} delay As for `setFilms`. */
  recompute(delay) {
    if (this.player && this.source) this.player.setFilms(this.source.films(this.state), delay);
  }

  /** Pale letters where the page still speaks of another state. */
  showAhead() {
    setAhead(this.said !== null && !same(this.said, this.state));
  }

  /**
   * Takes over what the page asks for, where it has changed.
   *
   * @param {Data} data
   * @param {FilmPlayer | null} player Null if it has taken them already.
   */
  takeOptions({ frame, show, playing }, player) {
    if (!this.reports.accepts()) return;
    /** @type {import("./film_player.js").Options} */
    const options = {};
    // The page repeats what the visitor has done; that is no reason to go back there.
    if (this.reports.isNews("frame", frame) && frame !== player?.reportedFrame) options.frame = frame;
    if (this.reports.isNews("show", show)) options.show = show;
    if (this.reports.isNews("playing", playing)) options.playing = playing;
    if (Object.keys(options).length) player?.setOptions(options);
  }
}

export default mount((parent) => new PlayerComponent(parent));
