import assert from "node:assert/strict";
import { test } from "node:test";
import { copy, send } from "../../../structviz/ui/browser/src/share/sending.js";

const content = { title: "CT", url: "http://192.168.1.7:8501/ct" };

/**
 * A browser with these ways, and what it was asked for.
 *
 * @param {{ share?: Error | null, clipboard?: Error | null, selection?: boolean }} [has] An error is what a way ends in.
 */
function browser({ share, clipboard, selection = true } = {}) {
  const calls = [];
  /** @param {string} name @param {Error | null | undefined} failure */
  const way = (name, failure) =>
    failure === undefined
      ? undefined
      : async (what) => {
          calls.push([name, what]);
          if (failure) throw failure;
        };
  const copySelection = (text) => {
    calls.push(["selection", text]);
    return selection;
  };
  return { calls, ways: { share: way("share", share), writeClipboard: way("clipboard", clipboard), copySelection } };
}

const failure = (name) => Object.assign(new Error(name), { name });

test("the system's sheet takes title and link where there is one", async () => {
  const { calls, ways } = browser({ share: null, clipboard: null });
  assert.equal(await send(content, ways), "sent");
  assert.deepEqual(calls, [["share", content]]);
});

test("a visitor who closes the sheet has not asked for a copy", async () => {
  const { calls, ways } = browser({ share: failure("AbortError"), clipboard: null });
  assert.equal(await send(content, ways), "closed");
  assert.equal(calls.length, 1);
});

test("where there is no sheet, or it refuses, the link is copied", async () => {
  for (const share of [undefined, failure("NotAllowedError")]) {
    const { calls, ways } = browser({ share, clipboard: null });
    assert.equal(await send(content, ways), "copied");
    assert.deepEqual(calls.at(-1), ["clipboard", content.url]);
  }
});

test("without a clipboard, or where it is closed, the old way copies, and says when it cannot", async () => {
  for (const clipboard of [undefined, failure("NotAllowedError")]) {
    const { calls, ways } = browser({ clipboard });
    assert.equal(await copy("text", ways), true);
    assert.deepEqual(calls.at(-1), ["selection", "text"]);
  }
  const { ways } = browser({ selection: false });
  assert.equal(await send(content, ways), "failed");
});
