// The film: what came as bytes, and where everything is between two layers.
const LOST = -32768; // stands for a number that is not finite

// See structviz/figures/player/encode.py for the layout.
function readFilms(bytes) {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const body = bytes.subarray(4 + length);
  const films = head.panels.map((panel) => readFilm(panel, body));
  return { colours: head.colours, films };
}

function readFilm(panel, body) {
  const { arrays } = panel;
  const count = (name) => arrays[name].shape.reduce((product, n) => product * n, 1);
  // A copy begins where typed arrays may begin.
  const raw = (name, size) => body.slice(arrays[name].at, arrays[name].at + count(name) * size).buffer;
  const scaled = (name) =>
    Float32Array.from(new Int16Array(raw(name, 2)), (v) => (v === LOST ? NaN : v * arrays[name].scale));
  const [frames, n, dim] = arrays.positions.shape;
  const [, rows, columns] = arrays.mesh.shape;
  const bits = body.subarray(arrays.folded.at);
  const folded = Uint8Array.from({ length: count("folded") }, (_, k) => (bits[k >> 3] >> (k & 7)) & 1);
  const cells = folded.length / frames;
  return {
    title: panel.title,
    caption: panel.caption,
    times: panel.times,
    normal: panel.normal,
    offset: panel.offset,
    window: panel.half_width,
    speed: panel.speed,
    layers: panel.n_layers,
    last: frames - 1,
    n,
    dim,
    labels: new Uint8Array(raw("labels", 1)),
    positions: new Float32Array(raw("positions", 4)),
    mesh: { values: scaled("mesh"), rows, columns },
    folded,
    cells,
    folds: Array.from({ length: frames }, (_, k) =>
      folded.subarray(k * cells, (k + 1) * cells).reduce((sum, one) => sum + one, 0),
    ),
    anchors: new Float32Array(raw("anchors", 4)),
    arrows: scaled("arrows"),
    decisions: new Uint8Array(raw("decisions", 1)),
    pixels: arrays.decisions.shape.slice(1),
  };
}

// Straight on from layer to layer, as Euler's step goes; at a layer exactly what the film has there.
function between(values, size, x, out) {
  const k = Math.floor(x);
  const share = x - k;
  const from = k * size;
  if (share === 0) out.set(values.subarray(from, from + size));
  else for (let i = 0; i < size; i++) out[i] = values[from + i] + share * (values[from + size + i] - values[from + i]);
  return out;
}

// The same for numbers in a plain list.
function timeAt(times, x) {
  const k = Math.min(Math.floor(x), times.length - 2);
  return times[k] + (x - k) * (times[k + 1] - times[k]);
}

function layerAt(times, t) {
  let [low, high] = [0, times.length - 1];
  if (t <= times[0]) return 0;
  if (t >= times[high]) return high;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (times[middle] <= t) low = middle;
    else high = middle;
  }
  return snap(low + (t - times[low]) / (times[high] - times[low]));
}

// Round-off must not hide that a layer is reached.
function snap(x) {
  const whole = Math.round(x);
  return Math.abs(x - whole) < 1e-6 ? whole : x;
}

// Where another film is when this one is at layer x: both have gone through the same share of their time.
function inStep(film, other, x) {
  if (other === film || sameTimes(film.times, other.times)) return x;
  const [first, last] = [film.times[0], film.times.at(-1)];
  const share = (timeAt(film.times, x) - first) / (last - first);
  return layerAt(other.times, other.times[0] + share * (other.times.at(-1) - other.times[0]));
}

// The layer that a frame shows; the film may leave some out.
function layerOf(film, frame) {
  if (film.layers === film.last) return frame;
  const [first, last] = [film.times[0], film.times[film.last]];
  return Math.round((film.layers * (film.times[frame] - first)) / (last - first));
}

const sameTimes = (a, b) => a.length === b.length && a.every((t, k) => t === b[k]);
