// Films and curves of every angle: they come through the inbox of the page, each in a channel of its own.
import { context2d, html } from "../runtime/elements.js";
import { pageInbox } from "../runtime/inbox.js";
import { unpack } from "../runtime/packet.js";

/**
 * @typedef {object} Film
 * @property {number} frames How many, over a full turn.
 * @property {Uint8Array} values One grey value for each pixel, frame after frame.
 * @property {(number | null)[] | null} psnr In dB; null stands for infinity.
 * @property {(number | null)[] | null} ssim
 */

/** @typedef {{ errors: (number | null)[] }} ErrorCurve */
/** @typedef {{ frames: number, side: number, columns: number }} Sheet Frames of `side` pixels, `columns` in a row. */

/** @type {WeakMap<Uint8Array, Promise<Film>>} */
const decoded = new WeakMap();

/**
 * The frames of a sheet, one after another.
 *
 * @param {ArrayLike<number>} rgba Of the sheet, row after row.
 * @param {number} width Pixels of the sheet.
 * @param {Sheet} sheet
 */
export function framesOf(rgba, width, { frames, side, columns }) {
  const values = new Uint8Array(frames * side * side);
  for (let k = 0, to = 0; k < frames; k++) {
    const left = (k % columns) * side;
    const top = Math.floor(k / columns) * side;
    for (let y = 0; y < side; y++) {
      let from = 4 * ((top + y) * width + left);
      for (let x = 0; x < side; x++, from += 4) values[to++] = rgba[from];
    }
  }
  return values;
}

/**
 * The frame that shows an angle.
 *
 * @param {number} frames
 * @param {number} degrees From 0 up to 360.
 */
export function frameAt(frames, degrees) {
  return Math.round((degrees / 360) * frames) % frames;
}

/**
 * @param {any} head
 * @param {Uint8Array<ArrayBuffer>} webp
 * @returns {Promise<Film>}
 */
async function decode(head, webp) {
  const bitmap = await createImageBitmap(new Blob([webp], { type: "image/webp" }));
  const { width, height } = bitmap;
  const context = context2d(html("canvas", { width, height }), { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  const values = framesOf(context.getImageData(0, 0, width, height).data, width, head);
  return { frames: head.frames, psnr: head.psnr, ssim: head.ssim, values };
}

export class Films {
  /** @param {() => void} onArrival Called when a film or a curve that is wanted has come. */
  constructor(onArrival) {
    this.onArrival = onArrival;
    /** @type {Map<string, { end: () => void, film?: Film, curve?: ErrorCurve }>} */
    this.channels = new Map();
  }

  /**
   * Listens to these channels and no others.
   *
   * @param {(string | null)[]} wanted
   */
  want(wanted) {
    for (const [channel, { end }] of this.channels) {
      if (wanted.includes(channel)) continue;
      end();
      this.channels.delete(channel);
    }
    for (const channel of wanted) {
      if (channel === null || this.channels.has(channel)) continue;
      this.channels.set(channel, { end: () => {} });
      const end = pageInbox().subscribe(channel, (payload) => this.take(channel, payload));
      Object.assign(this.channels.get(channel) ?? {}, { end });
    }
  }

  /**
   * @param {string} channel
   * @param {Uint8Array} payload
   */
  async take(channel, payload) {
    const { head, arrays } = unpack(payload);
    const entry = this.channels.get(channel);
    if (!arrays.sheet) Object.assign(entry ?? {}, { curve: head });
    else {
      const film = decoded.get(payload) ?? decode(head, arrays.sheet);
      decoded.set(payload, film);
      Object.assign(entry ?? {}, { film: await film });
    }
    if (entry && this.channels.get(channel) === entry) this.onArrival();
  }

  /**
   * The film of a channel, if it has come.
   *
   * @param {string | null} channel
   */
  film(channel) {
    return channel === null ? undefined : this.channels.get(channel)?.film;
  }

  /**
   * The equivariance errors of a channel, if they have come.
   *
   * @param {string | null} channel
   */
  errors(channel) {
    return channel === null ? undefined : this.channels.get(channel)?.curve?.errors;
  }

  destroy() {
    this.want([]);
  }
}
