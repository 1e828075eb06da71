// What is known of every angle, as curves; straight or polar, with a marker where the image stands.
// Nothing here knows of pictures, hands or the server.
const FLOOR = 1e-8; // the least error that is drawn: below it, float32 rounds anyway

// Where a curve is between two frames, as it is drawn: straight on.
function along(values, degrees) {
  const n = values.length;
  const at = (degrees / 360) * n;
  const [one, other] = [values[Math.floor(at) % n], values[Math.ceil(at) % n]];
  return one === null || other === null ? one : one + (at % 1) * (other - one);
}

function svg(name, attributes, parent, content) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (content !== undefined) element.textContent = content;
  parent?.append(element);
  return element;
}

function html(name, attributes, parent, content) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (content !== undefined) element.textContent = content;
  parent?.append(element);
  return element;
}

// Angle of a pointer about the centre of an element, counter-clockwise from the right; null too near the centre.
function bearing(event, element) {
  const box = element.getBoundingClientRect();
  const x = event.clientX - box.left - box.width / 2;
  const y = box.top + box.height / 2 - event.clientY;
  return Math.hypot(x, y) < 0.04 * box.width ? null : (Math.atan2(y, x) * 180) / Math.PI;
}

class Curves {
  constructor(plot, legend) {
    this.plot = plot;
    this.legend = legend;
    this.markers = [];
    this.degreesAt = null; // of a pointer, once there are axes
  }

  // series: { name, title, colour, style, values }, without values where they are still to come
  draw(series, view, degrees) {
    const { width, height } = this.plot.getBoundingClientRect();
    if (!width) return;
    this.plot.replaceChildren();
    this.plot.dataset.view = view;
    this.plot.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.legend.replaceChildren();
    for (const { title, colour, style } of series) {
      const entry = html("span", {}, this.legend);
      html("i", { class: style, style: `--arm:${colour}` }, entry);
      entry.append(title);
    }
    const drawn = series.filter(({ values }) => values);
    const subject = view === "error" ? "Equivariance error" : "PSNR";
    this.plot.setAttribute("aria-label", `${subject} against the angle, for ${series.map((s) => s.title).join(", ")}`);
    this.plot.dataset.ready = drawn.length === series.length;
    this.markers = [];
    this.now = null;
    if (!drawn.length) {
      const waits = view === "error" ? "Measuring at every angle …" : "Preparing the curves …";
      svg("text", { x: width / 2, y: height / 2, "text-anchor": "middle" }, this.plot, waits);
      return;
    }
    this.axis = view === "error" ? errorAxis(drawn) : decibelAxis(drawn);
    this.place = view === "polar" ? this.polarGrid(width, height) : this.straightGrid(width, height, subject);
    for (const { name, colour, style, values } of drawn) {
      const n = values.length;
      const points = Array.from({ length: n + 1 }, (_, k) => this.place((360 * k) / n, values[k % n]));
      const path = `M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}`;
      svg("path", { d: path, class: `curve ${style}`, style: `stroke:${colour}`, "data-arm": name }, this.plot);
    }
    this.now = svg("path", { class: "now" }, this.plot);
    this.markers = drawn.map(({ name, colour, values }) => ({
      values,
      dot: svg("circle", { r: 7, class: "marker", style: `fill:${colour}`, "data-arm": name }, this.plot),
    }));
    this.mark(degrees);
  }

  mark(degrees) {
    if (!this.now) return;
    for (const { values, dot } of this.markers) {
      const [x, y] = this.place(degrees, along(values, degrees));
      dot.setAttribute("cx", x);
      dot.setAttribute("cy", y);
    }
    const ends = [this.axis.low, this.axis.high].map((level) => this.place(degrees, this.axis.value(level)));
    this.now.setAttribute("d", `M${ends[0]}L${ends[1]}`);
  }

  straightGrid(width, height, subject) {
    const { axis, plot } = this;
    const [left, right, top, bottom] = [54, width - 18, 30, height - 30];
    const x = (degrees) => left + (degrees / 360) * (right - left);
    const y = (level) => bottom - ((level - axis.low) / (axis.high - axis.low)) * (bottom - top);
    for (const level of axis.ticks) {
      svg("path", { d: `M${left} ${y(level)}H${right}`, class: "grid" }, plot);
      svg("text", { x: left - 8, y: y(level) + 5, "text-anchor": "end" }, plot, axis.label(level));
    }
    for (let degrees = 0; degrees <= 360; degrees += width > 500 ? 45 : 90) {
      svg("path", { d: `M${x(degrees)} ${top}V${bottom}`, class: degrees % 90 ? "grid" : "quarter" }, plot);
      svg("text", { x: x(degrees), y: bottom + 20, "text-anchor": "middle" }, plot, `${degrees}°`);
    }
    svg("text", { x: left, y: 16 }, plot, `${subject}${axis.unit}`);
    this.degreesAt = (event) => {
      const at = event.clientX - plot.getBoundingClientRect().left;
      return Math.min(1, Math.max(0, (at - left) / (right - left))) * 360;
    };
    return (degrees, value) => [x(degrees), y(axis.level(value))];
  }

  polarGrid(width, height) {
    const { axis, plot } = this;
    const [middle, centre, radius] = [width / 2, height / 2, height / 2 - 22];
    const r = (level) => (radius * (level - axis.low + 0.12 * (axis.high - axis.low))) / (1.12 * (axis.high - axis.low));
    // As the image turns: 0° is up, and on it goes counter-clockwise.
    const at = (degrees, distance) => {
      const angle = (degrees * Math.PI) / 180;
      return [middle - distance * Math.sin(angle), centre - distance * Math.cos(angle)];
    };
    for (const level of axis.ticks) svg("circle", { cx: middle, cy: centre, r: r(level), class: "grid" }, plot);
    for (let degrees = 0; degrees < 360; degrees += 45) {
      const [x, y] = at(degrees, radius);
      svg("path", { d: `M${middle} ${centre}L${x} ${y}`, class: degrees % 90 ? "grid" : "quarter" }, plot);
      const [tx, ty] = at(degrees, radius + 14);
      const anchor = degrees % 180 === 0 ? "middle" : degrees < 180 ? "end" : "start";
      svg("text", { x: tx, y: ty + 5, "text-anchor": anchor }, plot, `${degrees}°`);
    }
    for (const level of axis.ticks) {
      const [x, y] = at(-22.5, r(level));
      svg("text", { x, y: y + 5, "text-anchor": "middle" }, plot, axis.label(level));
    }
    svg("text", { x: 4, y: 16 }, plot, `PSNR${axis.unit}`);
    this.degreesAt = (event) => (bearing(event, plot) ?? 90) - 90;
    return (degrees, value) => at(degrees, r(axis.level(value)));
  }
}

// An axis turns values into levels, along which it is even. A perfect picture, null, stands at the end.
function decibelAxis(series) {
  const values = series.flatMap((s) => s.values).filter((value) => value !== null);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const step = [0.5, 1, 2, 5, 10, 20].find((s) => Math.ceil(most / s) - Math.floor(least / s) <= 5) ?? 50;
  const low = step * Math.floor(least / step);
  const high = Math.max(step * Math.ceil(most / step), low + step);
  const ticks = Array.from({ length: Math.round((high - low) / step) + 1 }, (_, k) => low + k * step);
  return { low, high, ticks, unit: " in dB", label: String, level: (value) => value ?? high, value: (level) => level };
}

function errorAxis(series) {
  const values = series.flatMap((s) => s.values).filter((value) => value !== null);
  const low = Math.log10(FLOOR);
  const high = Math.max(0, Math.ceil(Math.log10(Math.max(FLOOR, ...values))));
  const raised = (n) => String(n).replace(/./g, (c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]);
  return {
    low,
    high,
    ticks: Array.from({ length: Math.floor((high - low) / 2) + 1 }, (_, k) => low + 2 * k),
    unit: "",
    label: (level) => (level === 0 ? "1" : `10${raised(level)}`),
    level: (value) => (value === null ? high : Math.log10(Math.max(FLOOR, value))),
    value: (level) => 10 ** level,
  };
}
