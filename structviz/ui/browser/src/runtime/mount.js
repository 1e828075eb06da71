// The life of a component: made once for each place on the page, updated with every run of the page, destroyed when
// it leaves.

/**
 * @typedef {object} ComponentArguments What Streamlit calls a component with.
 * @property {any} data What the page passes as `data`.
 * @property {ParentNode & object} parentElement Holds the component's HTML.
 * @property {(name: string, value: unknown) => void} setStateValue
 */

/** @typedef {{ update: (component: ComponentArguments) => void, destroy: () => void }} Instance */

/**
 * The function that Streamlit wants as default export of a component.
 *
 * @param {(parent: ParentNode) => Instance} create Makes the component in the element that holds its HTML.
 * @returns {(component: ComponentArguments) => () => void}
 */
export function mount(create) {
  /** @type {WeakMap<object, Instance>} */
  const instances = new WeakMap();
  return (component) => {
    const parent = component.parentElement;
    const instance = instances.get(parent) ?? create(parent);
    instances.set(parent, instance);
    instance.update(component);
    return () => {
      instances.get(parent)?.destroy();
      instances.delete(parent);
    };
  };
}
