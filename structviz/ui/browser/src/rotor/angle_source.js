// Where pictures, numbers and curves of every angle come from: the engine computes them here, or films bring them.
import { Films, frameAt } from "./films.js";
import { isSame, Live } from "./live.js";
import { seriesOf } from "./series.js";

/** @typedef {import("./data.js").RotorData} RotorData */
/** @typedef {import("./live.js").State} State */

const FRAMES = 72; // of a turn, until a film says otherwise
const DEGREES = 360; // the frames of a turn where they are computed here

export class AngleSource {
  /**
   * @param {object} needs
   * @param {boolean} needs.runs Whether the engine may run here.
   * @param {(script: string) => import("./live.js").WorkerLike} needs.makeWorker
   * @param {() => boolean} needs.rests Whether curves may be computed now.
   * @param {() => boolean} [needs.seen] Whether anything may.
   * @param {(what: "workers" | "frame" | "curve" | "film") => void} needs.changed Called when one of them has come.
   * @param {() => void} needs.wanted Called when films are needed that the page has not promised.
   */
  constructor({ runs, makeWorker, rests, seen, changed, wanted }) {
    this.cannotRun = !runs;
    this.wanted = wanted;
    /** @type {RotorData | null} */
    this.data = null;
    this.films = new Films(() => changed("film"));
    this.live = new Live({ changed, failed: () => this.askForFilms(), rests, seen, makeWorker });
  }

  /** What it takes to compute here; null where films come. */
  get engine() {
    return this.cannotRun ? null : (this.data?.engine ?? null);
  }

  askForFilms() {
    this.cannotRun = true;
    if (this.data?.engine) this.wanted();
  }

  /** @param {RotorData} data */
  update(data) {
    this.data = data;
    if (data.engine && this.cannotRun) this.askForFilms();
    const channels = [...data.columns.flatMap(({ film, errors }) => [film, errors]), data.baseline];
    this.films.want(this.engine ? [] : channels);
    const [, low, high] = data.tables.image;
    this.live.update(this.engine, { low, high });
  }

  /** How many frames a full turn has. @returns {number} */
  get frames() {
    if (this.engine) return DEGREES;
    const films = this.data?.columns.map(({ film }) => this.films.film(film)?.frames ?? 0) ?? [];
    return Math.max(0, ...films) || FRAMES;
  }

  /** Whether the pictures follow a hand. */
  get ready() {
    return this.engine ? this.live.ready : !!this.data?.columns.every(({ film }) => this.films.film(film));
  }

  /** Whether no points of the curves are still to come where they are computed. */
  get isWhole() {
    return !this.engine || this.live.isWhole;
  }

  /**
   * A state is computed next, and the curves of its noise while nothing else is to do.
   *
   * @param {State} state
   * @param {import("./data.js").View} view Of the curves.
   * @param {boolean} exact Whether its exact pictures are there.
   */
  ask(state, view, exact) {
    if (!this.engine) return;
    if (!exact || !this.live.frame) this.live.ask(state);
    this.live.askCurve(view === "error" ? "error" : "psnr", state);
  }

  proceed() {
    this.live.proceed();
  }

  /** @param {State} state Whether what is known is that of a state. */
  isOf(state) {
    return this.engine ? isSame(this.live.frame?.state, state) : this.ready;
  }

  /** @param {number} degrees The angle that can be shown instead of one: a film has all, the engine the last one. */
  nearest(degrees) {
    return (this.engine ? this.live.frame?.state.degrees : undefined) ?? degrees;
  }

  /**
   * What is known of a column without the server.
   *
   * @param {import("./data.js").Column} column
   * @param {number} degrees
   * @returns {{ values: Uint8Array, psnr?: number | null, ssim?: number | null } | undefined}
   */
  known({ name, film: channel }, degrees) {
    if (this.engine) return this.live.frame?.columns[name];
    const film = this.films.film(channel);
    if (!film) return undefined;
    const area = film.values.length / film.frames;
    const k = frameAt(film.frames, degrees);
    return { values: film.values.subarray(k * area, (k + 1) * area), psnr: film.psnr?.[k], ssim: film.ssim?.[k] };
  }

  /** @param {import("./data.js").View} view */
  series(view) {
    const { columns = [], baseline = null } = this.data ?? {};
    const ofFilms = (/** @type {string} */ name, /** @type {boolean} */ error) => {
      const column = columns.find((one) => one.name === name);
      if (error) return this.films.errors(column ? column.errors : baseline);
      return this.films.film(column?.film ?? null)?.psnr;
    };
    const { curve } = this.live;
    const ofEngine = (/** @type {string} */ name, /** @type {boolean} */ error) =>
      curve?.asked === (error ? "error" : "psnr") ? curve.shown?.[name] : null;
    return seriesOf(columns, view, this.engine ? ofEngine : ofFilms);
  }

  destroy() {
    this.films.destroy();
    this.live.destroy();
  }
}
