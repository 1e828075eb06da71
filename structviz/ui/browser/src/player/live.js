// Films that follow a visitor's hand: computed here from networks and points, each only when it changes.
import { same } from "../runtime/numbers.js";
import { unpack } from "../runtime/packet.js";
import { readFilms } from "./film.js";
import { liveFilm } from "./live_film.js";

/** @typedef {import("./film.js").Film} Film */
/** @typedef {import("./live_film.js").State} State */
/** @typedef {import("./film_player.js").Films} Films */

export class LiveFilms {
  /** @param {import("../runtime/packet.js").Packet} packet As structviz/figures/flow/live.py packs it. */
  constructor({ head, arrays }) {
    this.colours = head.colours;
    this.integrators = head.integrators;
    /** @type {import("./live_film.js").Moving[]} */
    this.moving = head.networks.map((/** @type {any} */ one, /** @type {number} */ k) => {
      const own = (/** @type {string} */ name) => arrays[`${k}/${name}`];
      const network = { ...one.network, A: own("A"), b: own("b") };
      return { ...one, network, places: own("places"), shifts: own("shifts"), labels: own("labels") };
    });
    /** @type {{ key: unknown, film: Film }[]} */
    this.known = [];
  }

  /**
   * @param {State} state
   * @returns {Films}
   */
  films(state) {
    this.known = this.moving.map((moving, k) => {
      const { horizon, scale, noise } = state;
      // A film that keeps its layers has nothing to do with other steps.
      const key = moving.takes === "layers" ? { horizon, scale, noise } : state;
      const known = this.known[k];
      return known && same(known.key, key) ? known : { key, film: liveFilm(moving, state, this.integrators) };
    });
    return { films: this.known.map(({ film }) => film), colours: this.colours };
  }
}

/**
 * What makes the films of a packet: for a state of the visitor's where they are computed here; else they came as they are.
 *
 * @param {Uint8Array} payload
 * @returns {{ films: (state: State) => Films }}
 */
export function filmsOf(payload) {
  const packet = unpack(payload);
  if (packet.head.networks) return new LiveFilms(packet);
  const films = readFilms(payload);
  return { films: () => films };
}
