// The link of a page, and the two ways on which it leaves: the system's own sheet, where there is one, and a copy.
import { find, setText } from "../runtime/elements.js";
import { mount } from "../runtime/mount.js";
import { browserWays, copy, send } from "./sending.js";

const OUTCOMES = {
  sent: "",
  closed: "",
  copied: "The link is copied.",
  failed: "The browser did not allow to copy the link. Select it and copy it by hand.",
};

class Share {
  /** @param {ParentNode} parent */
  constructor(parent) {
    this.root = find(parent, ".share");
    this.content = { title: "", url: "" };
    this.ways = browserWays();
    this.link = find(this.root, ".link");
    this.outcome = find(this.root, ".outcome");
    const sendButton = find(this.root, ".send");
    sendButton.hidden = !this.ways.share;
    sendButton.onclick = async () => this.say(await send(this.content, this.ways));
    find(this.root, ".copy").onclick = async () =>
      this.say((await copy(this.content.url, this.ways)) ? "copied" : "failed");
  }

  /** @param {import("../runtime/mount.js").ComponentArguments} component */
  update({ data }) {
    const { title, url } = data;
    if (url !== this.content.url) this.say("closed");
    this.content = { title, url };
    setText(this.link, url);
  }

  destroy() {}

  /** @param {keyof typeof OUTCOMES} outcome */
  say(outcome) {
    setText(this.outcome, OUTCOMES[outcome]);
  }
}

export default mount((parent) => new Share(parent));
