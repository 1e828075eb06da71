// Values along a line: sampled from the slices as they are, drawn as curves in the colours of the methods.
const SAMPLES = 200;

// Bilinear between the centres of pixels; beyond the outermost centres their values go on.
function sampled(values, side, row, column) {
  const y = Math.min(Math.max(row * side - 0.5, 0), side - 1);
  const x = Math.min(Math.max(column * side - 0.5, 0), side - 1);
  const [top, left] = [Math.min(Math.floor(y), side - 2), Math.min(Math.floor(x), side - 2)];
  const [down, right] = [y - top, x - left];
  const at = (i, j) => values[(top + i) * side + left + j];
  return (1 - down) * ((1 - right) * at(0, 0) + right * at(0, 1)) + down * ((1 - right) * at(1, 0) + right * at(1, 1));
}

function along(values, side, [row, column, lastRow, lastColumn]) {
  return Float32Array.from({ length: SAMPLES }, (_, k) => {
    const share = k / (SAMPLES - 1);
    return sampled(values, side, row + share * (lastRow - row), column + share * (lastColumn - column));
  });
}

function drawProfile(svg, curves, line, sideInCm, unit, water) {
  svg.replaceChildren();
  const { width, height } = svg.getBoundingClientRect();
  if (!width) return;
  const [left, right, top, bottom] = [64, 12, 10, 40];
  const [wide, high] = [width - left - right, height - top - bottom];
  const all = curves.flatMap(({ values }) => [Math.min(...values), Math.max(...values)]);
  const [least, most] = [Math.min(...all), Math.max(...all)].map((value) => inUnit(value, unit, water));
  const room = 0.05 * (most - least) || 0.01;
  const place = (value) => top + high * (1 - (inUnit(value, unit, water) - least + room) / (most - least + 2 * room));
  const length = sideInCm * Math.hypot(line[2] - line[0], line[3] - line[1]);
  const draw = (name, attributes, content) => element(name, attributes, svg, content, true);
  for (let k = 0; k <= 4; k++) {
    const y = top + (high * k) / 4;
    const value = most + room - ((most - least + 2 * room) * k) / 4;
    draw("line", { class: "grid", x1: left, x2: left + wide, y1: y, y2: y });
    draw("text", { x: left - 8, y: y + 4, "text-anchor": "end" }, value.toFixed(unit === "hu" ? 0 : 2));
    const x = left + (wide * k) / 4;
    draw("text", { x, y: height - 18, "text-anchor": "middle" }, ((length * k) / 4).toFixed(1));
  }
  draw("text", { x: left + wide / 2, y: height - 2, "text-anchor": "middle" }, "cm along the line");
  draw("text", { x: 4, y: top + 10 }, unit === "hu" ? "HU" : "1/cm");
  for (const { name, colour, values } of curves) {
    const points = Array.from(values, (value, k) => `${left + (wide * k) / (SAMPLES - 1)},${place(value)}`);
    draw("polyline", { class: `curve ${name}`, points: points.join(" "), stroke: colour, "data-curve": name });
  }
}
