// Points on a square grid, where structviz/studies/flow has them.

/** @param {number} reach @param {number} side A square grid of points; rows go up. */
export function lattice(reach, side) {
  const apart = (2 * reach) / (side - 1);
  const tick = (/** @type {number} */ k) => (k < side >> 1 ? -reach + apart * k : reach - apart * (side - 1 - k)); // as torch has it
  return Float64Array.from({ length: 2 * side * side }, (_, e) => {
    const node = e >> 1;
    return e % 2 ? tick(Math.floor(node / side)) : tick(node % side);
  });
}
