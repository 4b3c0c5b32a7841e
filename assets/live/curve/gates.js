// Gates over the steps of a run: lines told apart by layer and part, and what changes by itself on the way.
import { count, number } from "../dom.js";
import { token } from "../theme.js";

const layerOf = ({ name }) => name.match(/\d+/)?.[0] ?? name, partOf = ({ name }) => name.replace(/^.*?\d+ /, "");
const among = (all, one) => [...new Set(all)].indexOf(one);

// Where there is little room the number tells the layer.
export const short = (name) => name.replace(/^layer /, "");
// A colour for each layer, as far as there are some; its parts differ by their dashes.
export function inkOf(root, lines) {
  const inks = ["text", "muted", "control"].map((name) => token(root, name)), layers = lines.map(layerOf);
  return layers.map((layer) => inks[among(layers, layer) % inks.length]);
}
export const dashed = (lines, line) => among(lines.map(partOf), partOf(line)) % 2 === 1;
// From 0 on, to both sides.
export const range = (low, high) => (low >= 0 && high <= 0 ? [-0.1, 0.1] : [Math.min(low, 0), Math.max(high, 0)]);

// Where each gate stands, the widest open first; or that all are shut, and until when. values: [name, value].
export function told(values, moments, at) {
  const next = moments.find(([step]) => step >= at) ?? moments.at(-1), opens = next ? `, ${next[1]} at step ${count(next[0])}` : "";
  if (values.every(([, value]) => value === 0)) return `exactly 0${opens}`;
  return [...values].sort((a, b) => Math.abs(b[1]) - Math.abs(a[1])).map(([name, value]) => `${short(name)} ${number(value)}`).join(" · ");
}

// What changes by itself between two steps: an upright line each, and what it is.
export function turns(root, moments, [first, last]) {
  const there = moments.filter(([at]) => at > first && at <= last), line = { color: token(root, "control"), width: 1, dash: "2px,2px" };
  return {
    shapes: there.map(([at]) => ({ type: "line", xref: "x", yref: "paper", x0: at, x1: at, y0: 0, y1: 1, line })),
    annotations: there.map(([at, words]) => ({
      text: words, xref: "x", yref: "paper", x: at, y: 1, yanchor: "bottom", xanchor: at > (first + last) / 2 ? "right" : "left", showarrow: false,
      font: { size: 12, color: token(root, "muted") },
    })),
  };
}
