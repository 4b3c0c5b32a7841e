// One frame of the network, read by column c, shown unit u and, of edges, the source's place among the column's sources.
// A column c > 0 holds layer c − 1. Layout of the arrays: dlplay/probes/network.py.
export function reading(facts) {
  const column = (c) => facts.columns[c], array = (name) => facts.arrays[name];
  const last = facts.columns.length - 1;

  const sums = (c, u) => array(`sums.${c}`).values.subarray(5 * u, 5 * u + 5);
  const bias = (c, u) => sums(c, u)[1];
  const value = (c, u) => sums(c, u)[4];
  const weight = ({ c, u, source }) => array(`weight.${c}`).values[u * column(c).sources.length + source];

  // The weight from a place in the weight row, which may be one of the largest terms and no shown unit.
  function weightAt(c, u, place) {
    const { shape, values } = array(`from.${c}`), term = values.subarray(u * shape[1], (u + 1) * shape[1]).indexOf(place);
    if (term >= 0) return array(`terms.${c}`).values[3 * (u * shape[1] + term) + 1];
    return weight({ c, u, source: column(c).source_places.indexOf(place) });
  }

  // The codes of one unit in an array (unit, row, column), or null where there is none.
  function codes(name, u) {
    if (!array(name)) return null;
    const { shape: [, rows, columns], values } = array(name), cells = rows * columns;
    return { values: values.subarray(u * cells, (u + 1) * cells), rows, columns };
  }

  // The output, where there are several the largest.
  function answer() {
    let best = 0;
    for (let u = 1; u < array(`sums.${last}`).shape[0] && column(last).activation === "probability"; u++) if (value(last, u) > value(last, best)) best = u;
    return [last, best];
  }

  // Where a lock (layer, unit) stands: [c, u], or null.
  function placeOf(lock) {
    if (!lock || !column(lock[0] + 1)) return null;
    const u = column(lock[0] + 1).shown.indexOf(lock[1]);
    return u < 0 ? null : [lock[0] + 1, u];
  }

  const named = (c, u) => (c === 0 ? column(0).names[u] || "image" : column(c).titles[u]);
  return { facts, column, array, last, sums, bias, value, weight, weightAt, codes, answer, placeOf, named };
}

export const same = (a, b) => a === b || Boolean(a && b && a[0] === b[0] && a[1] === b[1]);
