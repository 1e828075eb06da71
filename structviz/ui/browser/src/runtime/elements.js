// Elements of the document: made in one call, and touched only when something changes.

/** @typedef {string | number | boolean} Value */

/**
 * @template {Element} E
 * @param {E} element
 * @param {Record<string, Value>} attributes
 * @param {ParentNode | null} [parent]
 * @param {string} [content]
 */
function complete(element, attributes, parent, content) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  if (content !== undefined) element.textContent = content;
  parent?.append(element);
  return element;
}

/**
 * An HTML element with its attributes and text, appended to `parent` if there is one.
 *
 * @template {keyof HTMLElementTagNameMap} N
 * @param {N} name
 * @param {Record<string, Value>} [attributes]
 * @param {ParentNode | null} [parent]
 * @param {string} [content]
 */
export function html(name, attributes = {}, parent, content) {
  return complete(document.createElement(name), attributes, parent, content);
}

/**
 * An SVG element with its attributes and text, appended to `parent` if there is one.
 *
 * @template {keyof SVGElementTagNameMap} N
 * @param {N} name
 * @param {Record<string, Value>} [attributes]
 * @param {ParentNode | null} [parent]
 * @param {string} [content]
 */
export function svg(name, attributes = {}, parent, content) {
  return complete(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, parent, content);
}

/**
 * A button with words, appended to `parent`.
 *
 * @param {Element} parent
 * @param {string} words
 * @param {() => void} onclick
 */
export function button(parent, words, onclick) {
  const made = html("button", { type: "button" }, parent, words);
  made.onclick = onclick;
  return made;
}

/**
 * An icon of 24 × 24 units, hidden from screen readers, appended to `parent` if there is one.
 *
 * @param {string} paths SVG elements as text; only constants of our own files.
 * @param {ParentNode | null} [parent]
 */
export function icon(paths, parent) {
  const made = svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, parent);
  made.innerHTML = paths;
  return made;
}

/**
 * Sets the text of an element if it differs.
 *
 * @param {Element} element
 * @param {string} words
 */
export function setText(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

/**
 * Sets an attribute if it differs.
 *
 * @param {Element} element
 * @param {string} name
 * @param {Value} value
 */
export function setAttribute(element, name, value) {
  if (element.getAttribute(name) !== String(value)) element.setAttribute(name, String(value));
}

/**
 * Sets several attributes, each if it differs.
 *
 * @param {Element} element
 * @param {Record<string, Value>} attributes
 */
export function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
}

/**
 * Shows whether a toggle button is on.
 *
 * @param {Element} button
 * @param {boolean} pressed
 */
export function setPressed(button, pressed) {
  setAttribute(button, "aria-pressed", pressed);
}

/**
 * The element that a selector names; an error if there is none, since a component's HTML is its own.
 *
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {HTMLElement}
 */
export function find(root, selector) {
  const element = root.querySelector(selector);
  if (!element) throw new Error(`No element matches ${selector}.`);
  return /** @type {HTMLElement} */ (element);
}

/**
 * All elements that a selector names.
 *
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {HTMLElement[]}
 */
export function findAll(root, selector) {
  return Array.from(root.querySelectorAll(selector));
}

/**
 * The 2D context of a canvas; an error where the browser has none.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {CanvasRenderingContext2DSettings} [settings]
 */
export function context2d(canvas, settings) {
  const context = canvas.getContext("2d", settings);
  if (!context) throw new Error("This browser cannot draw on a canvas.");
  return context;
}
