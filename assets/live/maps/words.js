// The words and numbers of a mosaic's layers and cells.
import { count, number } from "../dom.js";

export function titleOf(layer, kernels) {
  return kernels ? kernelTitle(layer) : mapTitle(layer);
}
function mapTitle({ title, form, count: many, channels, rows, columns }) {
  const some = channels.length < many ? `, ${channels.length} shown` : "";
  return form === "row" ? `${title} · ${count(many)} numbers${some}` : `${title} · ${many} ${many === 1 ? "map" : "maps"} of ${rows} × ${columns}${some}`;
}
function kernelTitle({ title, outputs, inputs, channels, colours: coloured }) {
  const some = channels.length < outputs || inputs > 16 ? `, ${Math.min(channels.length, outputs)} × ${Math.min(inputs, 16)} shown` : "";
  return coloured || inputs === 1 ? `${title} · ${outputs} kernels${some}` : `${title} · ${outputs} maps × ${inputs} inputs${some}`;
}

// A cell of a map: where it is, and with its value.
export const where = ({ form }, channel, r, c) => (form === "row" ? `number ${channel + 1}` : `map ${channel + 1}, row ${r + 1}, column ${c + 1}`);
export const worded = (layer, words, value) => `${words}: ${layer?.exact === false ? "≈ " : ""}${number(value)}`;

// The value of cell r, c of the map at this index, from values (map, row, column): exact, or codes of a byte.
export function valueAt(layer, values, index, r, c) {
  const value = values[(index * layer.rows + r) * layer.columns + c];
  return layer.exact ? value : layer.limits[index] * (layer.scale === "amount" ? value / 255 : (value - 127) / 127);
}

// A weight of the kernel at this index, from values (output, input, row, column).
export function kernelWords(layer, { values, shape }, index, inputs, r, c) {
  const outer = Math.floor(index / inputs), inner = index % inputs, size = layer.kernel * layer.kernel;
  const read = (k) => number(values[(outer * shape[1] + k) * size + r * layer.kernel + c]);
  const from = layer.inputs > 1 && !layer.colours ? ` from ${inner + 1}` : "";
  return `map ${layer.channels[outer] + 1}${from}, row ${r + 1}, column ${c + 1}: ${layer.colours ? [0, 1, 2].map(read).join(", ") : read(inner)}`;
}

export const share = (value) => (value === null || value === undefined ? "–" : value >= 0.99995 ? "> 0.9999" : value > 0.995 ? value.toFixed(4) : value.toFixed(2));
