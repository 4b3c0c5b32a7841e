// What pictures of one sequence share: the step that is pointed at anywhere on the page, and powers of ten in words.
// The step that a hover means, null for none and for what is no step.
export function timeOf(what) {
  if (what?.kind === "time") return what.at;
  return what?.kind === "state" ? what.time ?? null : null;
}
export const pointed = (at) => (at === null ? null : { kind: "state", time: at, unit: null });
export const shown = (token) => (token === " " ? "␣" : token);

const SMALL = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
export const powerOfTen = (exponent) => (exponent === 0 ? "1" : exponent === 1 ? "10" : `10${[...String(exponent)].map((sign) => SMALL[sign]).join("")}`);
// A number given by its logarithm to base 10, as small as it may be: 3.2e−61.
export function fromLog(log) {
  if (log === -Infinity) return "0";
  if (!Number.isFinite(log)) return "–";
  if (log > -3 && log < 3) return String(Number((10 ** log).toPrecision(3)));
  const exponent = Math.floor(log + 1e-9), digits = (10 ** (log - exponent)).toFixed(1);
  return `${digits === "10.0" ? "1.0" : digits}e${digits === "10.0" ? exponent + 1 : exponent}`.replace("-", "−");
}

// The step under a pointer, of `count` steps side by side from x = left, `pitch` pixels each.
export function stepUnder(event, stage, { left, pitch, count }) {
  const step = Math.floor((event.clientX - stage.getBoundingClientRect().left - left) / pitch);
  return step >= 0 && step < count ? step : null;
}
// Which of `count` labels are written, `pitch` pixels apart: every one, or round numbers far enough from each other.
export function everyLabel(pitch, room) {
  for (let power = 1; ; power *= 10) for (const factor of [1, 2, 5]) if (factor * power * pitch >= room) return factor * power;
}
export const same = (one, other) => (one ?? null) === (other ?? null);
export function place(node, values) { for (const [name, value] of Object.entries(values)) node.setAttribute(name, value); }
