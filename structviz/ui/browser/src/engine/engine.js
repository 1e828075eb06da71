// The script of a worker: it takes its task first, and then one request after another.
import { Session } from "./session.js";

/** @typedef {import("./session.js").Task} Task */
/** @typedef {import("./session.js").Request} Request */

/** @type {Session | null} */
let session = null;

self.onmessage = (/** @type {MessageEvent<{ task: Task } | { request: Request }>} */ { data }) => {
  if ("task" in data) session = new Session(data.task);
  else if (session) self.postMessage(session.answer(data.request));
};
