// What the network says: to the legend, to those who do not see it, and to linked pictures.
import { tidy } from "../dom.js";
import { counted } from "./headings.js";
import { captioned, NARROW } from "./layout.js";

// The range of the neuron [c, u] that is looked at, else of all of them, else of the output.
export function legendOf(read, place, width) {
  const { facts } = read, even = !captioned(facts), [c, u] = place ?? [even ? 1 : read.last, 0], of = read.column(c);
  const before = place ? (c ? of.titles[u] : of.names[u] || "pixels") : even ? "response" : "output";
  return { before, low: tidy(of.low[u]), high: tidy(of.high[u]), scale: of.scale, after: width < NARROW ? "" : "· edges: colour = sign, width = size" };
}

export function described({ facts, last }) {
  const parts = facts.columns.map((one, c) => (c === 0 ? `${one.given ?? one.units} inputs` : c === last ? counted(one.units, "output") : counted(one.units, `${one.spelled} unit`)));
  return `Network: ${parts.join(", ")}. Arrows choose a neuron, Enter locks it, W goes to its weights, L changes its layer, plus and minus its number of units.`;
}

// What other pictures hear while a neuron is pointed at: its map is shown large there.
export function hovered(read, [c, u]) {
  const { facts } = read, of = read.column(c), map = read.codes(`map.${c}`, u), kernel = c === 1 ? read.codes("kernel.1", u) : null;
  return {
    kind: "unit", layer: c - 1, unit: of.shown[u], title: c ? of.titles[u] : of.kind === "image" ? "Image" : of.names[u],
    map: map.values, rows: map.rows, columns: map.columns, low: of.low[u], high: of.high[u], scale: of.scale,
    tile: of.kind === "image" ? "image" : facts.tile.kind, groups: facts.tile.groups,
    kernel: kernel ? { ...kernel, limit: of.kernel_limits[u] } : null,
  };
}
