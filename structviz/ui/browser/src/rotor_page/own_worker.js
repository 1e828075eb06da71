// A worker for a page from a file: where the browser gives such pages none, the page's own thread does its work.
import { Session } from "../engine/session.js";
import { workerOf } from "../rotor/live.js";

/** @typedef {import("../rotor/live.js").WorkerLike} WorkerLike */

/** The same as the script of workers does, on this thread; answers come later, as those of workers. */
export class LocalWorker {
  constructor() {
    /** @type {WorkerLike["onmessage"]} */
    this.onmessage = null;
    /** @type {WorkerLike["onerror"]} */
    this.onerror = null;
    /** @type {Session | null} */
    this.session = null;
    this.ended = false;
  }

  /** @param {any} message */
  postMessage({ task, request }) {
    setTimeout(() => {
      if (this.ended) return;
      if (task) this.session = new Session(task);
      else
        this.session?.answer(request).then((data) => {
          if (!this.ended) this.tell({ data });
        });
    });
  }

  /** @param {{ data: unknown }} event */
  tell(event) {
    const listener = /** @type {((event: { data: unknown }) => void) | null} */ (this.onmessage);
    listener?.(event);
  }

  terminate() {
    this.ended = true;
    this.session?.end();
  }
}

export class OwnWorker {
  /**
   * @param {string} script
   * @param {(script: string) => WorkerLike} [make]
   */
  constructor(script, make = workerOf) {
    /** @type {WorkerLike["onmessage"]} */
    this.onmessage = null;
    /** @type {WorkerLike["onerror"]} */
    this.onerror = null;
    /** @type {any[]} What has been sent and may have to be sent again: the task, and the last request. */
    this.sent = [];
    /** @type {WorkerLike | null} */
    this.worker = null;
    try {
      this.use(make(script));
    } catch {
      this.use(new LocalWorker());
    }
  }

  /** @param {WorkerLike} worker */
  use(worker) {
    this.worker?.terminate();
    this.worker = worker;
    worker.onmessage = (event) => {
      const listener = /** @type {((event: MessageEvent) => void) | null} */ (this.onmessage);
      listener?.(event);
    };
    // Some browsers refuse a worker only after it was made.
    if (!(worker instanceof LocalWorker)) worker.onerror = () => this.use(new LocalWorker());
    for (const message of this.sent) worker.postMessage(message);
  }

  /** @param {any} message */
  postMessage(message) {
    this.sent = message.task ? [message] : [this.sent[0], message];
    this.worker?.postMessage(message);
  }

  terminate() {
    this.worker?.terminate();
    this.worker = null;
  }
}
