// The script of a worker: it takes its task first, and then one request after another.
import { Session } from "./session.js";

/** @typedef {import("./session.js").Task} Task */
/** @typedef {import("./session.js").Request} Request */

/** @type {Session | null} */
let session = null;

self.onmessage = (/** @type {MessageEvent<{ task: Task } | { request: Request }>} */ { data }) => {
  if ("task" in data) session = new Session(data.task);
  else {
    // An error must reach the page, as those do that nothing waits for.
    const fail = (/** @type {unknown} */ error) => {
      setTimeout(() => {
        throw error;
      });
    };
    session?.answer(data.request).then((answer) => self.postMessage(answer), fail);
  }
};
