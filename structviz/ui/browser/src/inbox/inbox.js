// An invisible component that puts what the server sends into the inbox of the page.
import { pageInbox } from "../runtime/inbox.js";
import { unpack } from "../runtime/packet.js";

/** @param {{ data?: Uint8Array | ArrayBuffer }} component */
export default function inbox({ data }) {
  if (!data) return;
  const { head, arrays } = unpack(data instanceof Uint8Array ? data : new Uint8Array(data));
  // A copy, since the message belongs to Streamlit.
  pageInbox().put(head.channel, arrays.payload.slice());
}
