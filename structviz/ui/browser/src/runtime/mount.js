// The life of a component: made once for each place on the page, updated with every run of the page, destroyed when
// it leaves.
import { pageInbox } from "./inbox.js";
import { unpack } from "./packet.js";

/**
 * @typedef {object} StreamlitArguments What Streamlit calls a component with.
 * @property {{ channel: string }} data The channel of the inbox in which the component's data come.
 * @property {ParentNode & object} parentElement Holds the component's HTML.
 * @property {(name: string, value: unknown) => void} setStateValue
 */

/**
 * @typedef {object} ComponentArguments What a component is updated with.
 * @property {any} data What the page passes as `data`; the same object until it changes.
 * @property {ParentNode & object} parentElement
 * @property {(name: string, value: unknown) => void} setStateValue
 */

/** @typedef {{ update: (component: ComponentArguments) => void, destroy: () => void }} Instance */

/** An instance and the data that have come for it. */
class Place {
  /**
   * @param {Instance} instance
   * @param {StreamlitArguments} component
   */
  constructor(instance, component) {
    this.instance = instance;
    this.component = component;
    /** @type {any} */
    this.data = null;
    this.unsubscribe = pageInbox().subscribe(component.data.channel, (payload) => {
      this.data = unpack(payload).head;
      this.update(this.component);
    });
  }

  /** @param {StreamlitArguments} component */
  update(component) {
    this.component = component;
    if (this.data) this.instance.update({ ...component, data: this.data });
  }

  destroy() {
    this.unsubscribe();
    this.instance.destroy();
  }
}

/**
 * The function that Streamlit wants as default export of a component.
 *
 * @param {(parent: ParentNode) => Instance} create Makes the component in the element that holds its HTML.
 * @returns {(component: StreamlitArguments) => () => void}
 */
export function mount(create) {
  /** @type {WeakMap<object, Place>} */
  const places = new WeakMap();
  return (component) => {
    const parent = component.parentElement;
    const found = places.get(parent);
    if (found) found.update(component);
    else places.set(parent, new Place(create(parent), component));
    return () => {
      places.get(parent)?.destroy();
      places.delete(parent);
    };
  };
}
