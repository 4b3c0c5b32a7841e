// What the pictures of gates and states say, and how they read their frame: dlplay/probes/states.py.
import { count, number } from "../dom.js";

export const SHORT = {
  forget: "forget", input: "input", output: "output", candidate: "cand.", cell: "cell", hidden: "hidden", reset: "reset", update: "update",
};

// The value of a gate or state; of the step before where before is true, 0 where there is none.
export function valueOf(facts, name, { unit, time }) {
  const array = facts.arrays[name];
  return array ? array.values[unit * facts.time + time] : NaN;
}
export const fromEnd = (facts, unit) => unit >= facts.units;
const timeBefore = (facts, { unit, time }) => (fromEnd(facts, unit) ? time + 1 : time - 1);
export function valueBefore(facts, name, cell) {
  const time = timeBefore(facts, cell);
  return time < 0 || time >= facts.time ? 0 : valueOf(facts, name, { unit: cell.unit, time });
}

// A token as it can be seen: a space has a sign of its own.
export const seen = (token) => (token === " " ? "␣" : token);

// What is read at a step: a token, or numbers by name.
export function read(facts, time) {
  if (facts.tokens) return seen(facts.tokens[time]);
  if (facts.film) return `frame ${time + 1}`;
  const { shape, values } = facts.arrays.numbers, wide = shape[1];
  if (wide > 3) return facts.image ? `row ${time + 1} of the picture` : `${wide} numbers`;
  const said = (name, i) => (i === facts.mark ? (isMarked(facts, time) ? "marked" : "not marked") : `${name} ${number(values[time * wide + i], 2)}`);
  return facts.features.slice(0, wide).map(said).join(", ");
}
export const unitWords = (facts, unit) => `unit ${(unit % facts.units) + 1}${facts.directions < 2 ? "" : fromEnd(facts, unit) ? " ← from the end" : " → from the start"}`;
export const layerWords = (facts, layer = facts.layer) => (facts.layers > 1 ? `layer ${layer + 1}, ` : "");
export const stepWords = (facts, time) => [`step ${time + 1}`, facts.tokens ? `“${read(facts, time)}”` : "", facts.dates[time] ? `(${facts.dates[time]})` : "", isMarked(facts, time) ? "(marked)" : ""].filter(Boolean).join(" ");
// The steps that the data marks as those that count.
export const isMarked = (facts, time) => facts.mark !== null && facts.arrays.numbers.values[time * facts.arrays.numbers.shape[1] + facts.mark] === 1;
export const marks = (facts) => Array.from({ length: facts.time }, (_, time) => time).filter((time) => isMarked(facts, time));
export function memoryWords(facts, unit) {
  const half = facts.arrays.half_life.values[unit];
  if (Number.isNaN(half)) return "";
  if (half > 9999) return "forgets nothing";
  return `half forgotten after ${half < 10 ? number(half, 2) : count(half)} ${half >= 0.95 && half < 1.05 ? "step" : "steps"}`;
}
export function followWords(facts, unit) {
  if (!facts.follows) return "";
  return `correlation ${facts.arrays.correlation.values[unit].toFixed(2).replace("-", "−")}`;
}
export const capital = (words) => words[0].toUpperCase() + words.slice(1);

// What is pointed at, else locked, else looked at.
export const shown = (facts, at) => ({ unit: at?.unit ?? facts.unit ?? facts.looked.unit, time: at?.time ?? facts.at ?? facts.looked.at });
export const within = (facts, at) => at && (at.unit ?? 0) < facts.units * facts.directions && (at.time ?? 0) < facts.time;
