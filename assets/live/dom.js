// Small words for making nodes and writing numbers. Text goes in as text, never as HTML.
const SVG = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}
export const html = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);
export const svg = (tag, attributes = {}, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);
// Writes words into a node that does not say them yet: what stays the same is not drawn again.
export function put(node, words) { if (node.textContent !== words) node.textContent = words; }
// Puts a positioned node at x, y of its parent, w × h large.
export function box(node, x, y, w, h) { Object.assign(node.style, { left: `${x}px`, top: `${y}px`, width: `${w}px`, height: `${h}px` }); }

export const minus = (text) => text.replace("-", "−").replace("e-", "e−").replace("e+", "e");
// 3 significant digits with a true minus: −0.42, 14,714, 2.1e−4, 8.0e13.
export function number(value, digits = 3) {
  if (!Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e9) return minus(value.toExponential(1));
  if (size >= 999.5) return (value < 0 ? "−" : "") + Math.round(size).toLocaleString("en-US");
  return minus(size < 0.001 ? value.toExponential(1) : value.toPrecision(digits));
}
// The same without zeros that say nothing, for ends of scales and axes: −1, 0.5, 36.
export const tidy = (value) => (Math.abs(value) >= 0.001 && Math.abs(value) < 1000 ? minus(String(Number(value.toPrecision(3)))) : number(value).replace(".0e", "e"));
// A whole number in groups: 14,714.
export const count = (value) => Math.round(value).toLocaleString("en-US");
// Fixed decimals for arithmetic that should line up: −0.88.
export const fixed = (value, digits = 2) => (Number.isFinite(value) ? minus(value.toFixed(digits)).replace(/^−(0\.?0*)$/, "$1") : "–");
export const percent = (share) => `${(100 * share).toFixed(1)} %`;

// The spoken line of a part: says what is focused to those who do not see it.
export function speaker(root) {
  const line = html("div", { class: "spoken", "aria-live": "polite" });
  root.append(line);
  return (words) => { if (line.textContent !== words) line.textContent = words; };
}
