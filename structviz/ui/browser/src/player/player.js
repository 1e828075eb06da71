// The film player on a page: its films come through the inbox, and a few words on how to show them with each update.
import { find } from "../runtime/elements.js";
import { pageInbox } from "../runtime/inbox.js";
import { mount } from "../runtime/mount.js";
import { Reports } from "../runtime/reports.js";
import { FilmPlayer } from "./film_player.js";

/**
 * @typedef {object} Data What structviz/ui/browser/player.py passes.
 * @property {string} channel Of the inbox, where the films come.
 * @property {number} frame
 * @property {string[]} show
 * @property {boolean} playing
 * @property {number} reveal When it changes, or is not 0 at first, the page scrolls to the films.
 * @property {number} seen
 */

class PlayerComponent {
  /** @param {ParentNode} parent */
  constructor(parent) {
    this.root = find(parent, ".player");
    this.reports = new Reports({ isBusy: () => Boolean(this.player?.orbit.grabbed) });
    /** @type {FilmPlayer | null} */
    this.player = null;
    /** @type {Data | null} */
    this.data = null;
    /** @type {(() => void) | null} */
    this.unsubscribe = null;
  }

  destroy() {
    this.unsubscribe?.();
    this.player?.destroy();
  }

  /** @param {import("../runtime/mount.js").ComponentArguments} component */
  update({ data, setStateValue }) {
    if (!data) return;
    this.reports.update(setStateValue, data.seen);
    const before = this.data;
    this.data = data;
    this.unsubscribe ??= pageInbox().subscribe(data.channel, (payload) => this.receive(payload, data));
    if (!this.player || !before) return;
    this.player.theme.refresh();
    this.takeOptions(data, this.player);
    if (data.reveal !== before.reveal) this.player.reveal();
  }

  /**
   * @param {Uint8Array} payload
   * @param {Data} first
   */
  receive(payload, first) {
    if (this.player) return this.player.setFilms(payload);
    const { frame, show, playing, reveal } = this.data ?? first;
    this.player = new FilmPlayer(this.root, payload, { frame, show, playing }, this.reports);
    this.takeOptions(this.data ?? first, null);
    if (reveal) this.player.reveal(); // what asked for it has opened the section with the films
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
