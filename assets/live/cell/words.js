// The words of an opened number: where it stands, where it comes from, and its arithmetic in one line.
import { count, fixed, number } from "../dom.js";

export const fromShort = (f) => (f.maps ? `map ${f.channel + 1} (${f.row + 1}, ${f.column + 1})` : `number ${f.channel + 1}`);
export const bracket = (v) => (v < 0 ? `(${fixed(v)})` : fixed(v));
export const fromWords = (f) => (f.maps ? `map ${f.channel + 1}, row ${f.row + 1}, column ${f.column + 1}` : `number ${f.channel + 1}`);
export function placeOf({ row_of_numbers: oneRow, answer, channel, row, column, title }) {
  if (answer) return `Answer ${answer.names[channel] ?? channel + 1}`;
  return oneRow ? `${title}, number ${channel + 1}` : `Map ${channel + 1}, row ${row + 1}, column ${column + 1}`;
}
export function shareWords({ answer, logits, channel }) {
  if (answer.kind !== "classes") return "";
  if (logits.length === 1) return `sigmoid: 1 / (1 + e^${fixed(-logits[0])}) = ${fixed(answer.values.at(-1) ?? NaN)} for ${answer.names.at(-1)}`;
  const total = logits.reduce((a, v) => a + Math.exp(v), 0);
  return `softmax: e^${fixed(logits[channel])} / ${number(total)} = ${fixed(answer.values[channel] ?? NaN, 4)}`;
}

// One line in words: how many products, and what is done to the sum, here and in the layers that follow.
export function sentence(facts) {
  const { work: w, after } = facts, starts = {
    conv: () => `${count(w.inputs * w.kernel ** 2)} products${w.bias === null ? "" : " and the bias"}`,
    dense: () => `${count(w.inputs)} products${w.bias === null ? "" : " and the bias"}`,
    pool: () => (w.how === "max" ? "one of the window’s numbers is passed on" : "the window’s mean, padding counted as 0"),
    global: () => (w.how === "max" ? "one number for the whole map" : "the whole map as one number"),
    sum: () => (w.terms.length > 1 ? "the shortcut adds what came in" : "without its shortcut"),
    same: () => (w.steps.length ? "" : "passed on as it is"),
  };
  const steps = [...w.steps, ...after], next = w.steps.length ? "" : "next ";
  const kept = (step) => Math.abs(step.x - step.y) < 5e-7 * Math.max(1, Math.abs(step.x)), result = (step) => (step.y ? fixed(step.y) : 0);
  const told = steps.length === 1
    ? `${next}${steps[0].name} ${kept(steps[0]) ? `leaves ${result(steps[0])} as it is` : `makes it ${result(steps[0])}`}`
    : `${steps.length ? next : ""}${steps.map((step) => `${step.name} → ${result(step)}`).join(", ")}`;
  const parts = [starts[w.kind]?.() ?? "", told];
  return parts.filter(Boolean).join("; ");
}
