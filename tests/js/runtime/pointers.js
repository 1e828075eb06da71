// Elements and events with just what pointers and keys need.

export class FakeElement extends EventTarget {
  captured = [];
  setPointerCapture(pointer) {
    this.captured.push(pointer);
  }
  getBoundingClientRect() {
    return { left: 100, top: 200, width: 50, height: 100 };
  }
}

const DEFAULTS = { pointerId: 1, button: 0, isPrimary: true, pointerType: "mouse", clientX: 0, clientY: 0 };

/** An event with these properties, sent to an element. */
export function send(element, type, properties = {}) {
  const event = new Event(type, { cancelable: true });
  for (const [name, value] of Object.entries({ ...DEFAULTS, ...properties })) {
    Object.defineProperty(event, name, { value });
  }
  element.dispatchEvent(event);
  return event;
}
