// What the viewer shows, and how values become pixels. Nothing here knows of pages or hands.
const unpacked = (bytes) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const area = head.side * head.side;
  let at = bytes.byteOffset + 4 + length;
  // Uint16Array wants an even place; the copy has one.
  const buffer = at % 2 ? bytes.slice().buffer : bytes.buffer;
  if (at % 2) at = 4 + length;
  for (const plate of head.plates) {
    const numbers = new Uint16Array(buffer, at, plate.frames * area);
    plate.values = Float32Array.from(numbers, (number) => plate.low + plate.step * number);
    at += 2 * numbers.length;
  }
  return head;
};

// The frame that a plate shows: methods with fewer of them stay at their last.
const shownFrame = (plate, iterate) => (iterate === null ? plate.frames - 1 : Math.min(iterate, plate.frames - 1));

const frameValues = (plate, k, side) => plate.values.subarray(k * side * side, (k + 1) * side * side);

// One slice through the window, as grey; or its difference to the truth, symmetric about zero, in colours.
function painted(values, truth, look, table, side) {
  const image = new ImageData(side, side);
  const { low, high } = look;
  const span = truth ? (high - low) / 4 : high - low;
  for (let i = 0, to = 0; i < values.length; i++, to += 4) {
    const share = truth ? 0.5 + (values[i] - truth[i]) / (2 * span) : (values[i] - low) / span;
    const grey = Math.round(255 * Math.min(Math.max(share, 0), 1));
    if (truth) image.data.set(table.subarray(3 * grey, 3 * grey + 3), to);
    else image.data[to] = image.data[to + 1] = image.data[to + 2] = grey;
    image.data[to + 3] = 255;
  }
  return image;
}

// First column and row of the zoom and its side, all in pixels: it never leaves the image.
function zoomed(look, side) {
  const width = Math.min(Math.max(look.zoom, 0.05), 1) * side;
  const inside = (middle) => Math.min(Math.max(middle * side - width / 2, 0), side - width);
  return [inside(look.column), inside(look.row), width];
}

const inUnit = (value, unit, water) => (unit === "hu" ? 1000 * (value / water - 1) : value);
const words = (value, unit, water) =>
  unit === "hu" ? `${inUnit(value, unit, water).toFixed(0)} HU` : `${value.toFixed(3)}/cm`;

function element(name, attributes, parent, content, space) {
  const made = space ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (content !== undefined) made.textContent = content;
  parent?.append(made);
  return made;
}
