// Orbits in the browser are those of Python, and what is said of energies follows from them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { advance, systemOf } from "../../../structviz/ui/browser/src/portraits/systems.js";
import { drifts, sentences, shown } from "../../../structviz/ui/browser/src/portraits/words.js";

const NUMBERS = JSON.parse(readFileSync(new URL("../layers/numbers.json", import.meta.url), "utf8"));
const { systems, methods } = NUMBERS.data;

const named = (/** @type {any[]} */ list, /** @type {string} */ wanted) => list.find(({ name }) => name === wanted);

/** @param {string} name @param {string} method @param {number} h @param {number} n */
function orbit(name, method, h, n) {
  const given = named(systems, name);
  const system = systemOf(given);
  /** @type {[number[], number[]]} */
  let state = [given.q, given.p];
  const start = system.energy(...state);
  const states = [state.flat()];
  const errors = [0];
  for (let k = 0; k < n; k++) {
    state = advance(system, named(methods, method), h, state);
    states.push(state.flat());
    errors.push(system.energy(...state) - start);
  }
  return { states, errors };
}

for (const { system, method, orbit: expected, errors } of NUMBERS.portraits) {
  test(`${system} under ${method}`, () => {
    const found = orbit(system, method, NUMBERS.h, errors.length - 1);
    for (const [k, state] of expected.entries())
      for (const [i, value] of state.entries()) assert.ok(Math.abs(found.states[k][i] - value) < 1e-10);
    for (const [k, error] of errors.entries()) assert.ok(Math.abs(found.errors[k] - error) < 1e-10);
  });
}

/** @param {number} h */
function pendulums(h) {
  return ["heun", "rk4", "symplectic-euler", "stormer-verlet"].map((name) => {
    const errors = orbit("pendulum", name, h, 10_000).errors.map(Math.abs);
    const { title, symplectic } = named(methods, name);
    const few = 20 / h;
    const [early, late] = [Math.max(...errors.slice(0, few)), Math.max(...errors.slice(few))];
    return { title, symplectic, left: false, early, late };
  });
}

test("RK4 wins at small steps, and is said to", () => {
  const words = sentences(pendulums(0.1), 10_000).join(" ");
  assert.match(words, /After 10,000 steps, RK4 has the smallest error of the energy: 9·10⁻⁵\./);
  assert.match(words, /no symplectic method/);
  assert.match(words, /goes up and down without growing: Symplectic Euler, Störmer–Verlet\./);
});

test("at large steps RK4 drifts, and a symplectic method wins", () => {
  const words = sentences(pendulums(0.4), 10_000).join(" ");
  assert.match(words, /Störmer–Verlet has the smallest error/);
  assert.match(words, /grows with the steps: Heun, RK4\./);
  assert.doesNotMatch(words, /no symplectic method/);
});

test("what is lost drifts, and has an infinite error", () => {
  const lost = { title: "Euler", symplectic: false, left: true, early: 3, late: Number.POSITIVE_INFINITY };
  assert.ok(drifts(lost));
  assert.match(sentences([lost], 10).join(" "), /leave the picture: Euler\./);
  assert.equal(shown(lost.late), "∞");
  assert.deepEqual([0.00008, 0.04, 0.26, 32, 0].map(shown), ["8·10⁻⁵", "0.040", "0.26", "32", "0"]);
});
