// What a film is called, as structviz/studies/flow/networks.py says it.
import { PLAIN } from "./motion.js";

/** @typedef {import("./motion.js").Network} Network */

/** @param {number} value Three digits, as Python writes them. */
export function three(value) {
  return String(Number(value.toPrecision(3)));
}

/**
 * @param {import("./live_film.js").Moving["heading"]} heading
 * @param {Network} network With the visitor's T and weights.
 * @param {Network} trained With its own.
 * @param {{ horizon: number, scale: number }} state
 * @param {{ method: string, steps: number } | null} how Its steps; null for the layers.
 * @param {Record<string, { title: string }>} integrators
 */
export function headingOf({ name, unchanged, trained: words }, network, trained, { horizon, scale }, how, integrators) {
  const changes = [];
  if (horizon !== 1 && trained.scheme !== PLAIN) changes.push(`T = ${three(network.time)}`);
  if (scale !== 1) changes.push(`weights × ${three(scale)}`);
  const titled = (/** @type {string[]} */ parts) => (name ? `${name}: ` : "") + parts.join(", ");
  if (how) {
    const dt = three(network.time / how.steps);
    return titled([`${integrators[how.method].title}, ${how.steps} steps of Δt = ${dt}`, ...changes]);
  }
  if (name) return changes.length ? titled(changes) : unchanged;
  const { layers, time, scheme } = network;
  const many = layers === 1 ? "layer" : "layers";
  const layered = `${integrators[scheme].title}, ${layers} ${many} of Δt = ${three(time / layers)}`;
  const isAsTrained = words === "as trained";
  return [layered, ...(isAsTrained && changes.length ? [] : [words]), ...changes].join(", ");
}
