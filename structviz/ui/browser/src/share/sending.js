// How a link leaves the page: through the system's own sheet, or through the clipboard.

/**
 * @typedef {object} Ways What the browser offers; the sheet and the clipboard only on pages that it holds for secure.
 * @property {((content: { title: string, url: string }) => Promise<void>) | undefined} share
 * @property {((text: string) => Promise<void>) | undefined} writeClipboard
 * @property {(text: string) => boolean} copySelection The old way, which also works on other pages.
 */

/** @returns {Ways} */
export function browserWays() {
  return {
    share: navigator.share?.bind(navigator),
    writeClipboard: navigator.clipboard?.writeText.bind(navigator.clipboard),
    copySelection,
  };
}

/**
 * Copies a text; false if the browser does not let us.
 *
 * @param {string} text
 * @param {Ways} ways
 */
export async function copy(text, { writeClipboard, copySelection }) {
  try {
    if (writeClipboard) {
      await writeClipboard(text);
      return true;
    }
  } catch {
    // Not allowed here; the old way may be.
  }
  return copySelection(text);
}

/**
 * Opens the system's sheet. Where it cannot take the link, the link is copied.
 *
 * @param {{ title: string, url: string }} content
 * @param {Ways} ways
 * @returns {Promise<"sent" | "closed" | "copied" | "failed">}
 */
export async function send(content, ways) {
  try {
    if (ways.share) {
      await ways.share(content);
      return "sent";
    }
  } catch (error) {
    if (error instanceof Error && error.name === "AbortError") return "closed";
  }
  return (await copy(content.url, ways)) ? "copied" : "failed";
}

/** @param {string} text */
function copySelection(text) {
  const field = document.createElement("textarea");
  field.value = text;
  field.style.position = "fixed"; // so that nothing scrolls
  field.style.opacity = "0";
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  return copied;
}
