// How one neuron comes to its value, as facts for the table in sum.js.
import { short } from "../sum.js";

// place: [c, u] with c > 0; locked: whether it is.
export function worked(read, [c, u], locked) {
  const { facts } = read, of = read.column(c), before = read.column(c - 1).kind;
  const places = read.array(`from.${c}`), terms = read.array(`terms.${c}`).values, each = places.shape[1];
  const [rest, bias, z, normed, value] = read.sums(c, u);
  const pixels = facts.reads === "image" && c === 1;
  return {
    title: of.titles[u], where: facts.example, locked, more: of.more, rest, bias, ...told(facts, of, u, z, normed, value),
    from: { hidden: `from layer ${c - 1}`, image: "from pixel" }[before] ?? "from input",
    terms: Array.from({ length: each }, (_, t) => {
      const place = places.values[u * each + t], at = 3 * (u * each + t), name = of.source_names[place];
      const full = name ?? `from ${pixels ? "pixel" : "unit"} ${place + 1}`;
      return { name: name ?? `${place + 1}`, full, value: terms[at], weight: terms[at + 1], product: terms[at + 2] };
    }),
  };
}

// How the sum becomes the neuron's value, in words.
function told(facts, of, u, z, normed, value) {
  const total = `z = ${short(z)}`, back = of.back?.[u];
  if (of.kind === "output") {
    if (of.activation === "number" && !back) return { steps: [], end: `z = ${short(value)}` };
    if (of.activation === "number") {
      return { steps: [total, "", `× ${short(back[0])} ${back[1] < 0 ? "−" : "+"} ${short(Math.abs(back[1]))}`], end: `= ${short(value * back[0] + back[1])}` };
    }
    if (of.activation === "probability") return { steps: [total, "", "softmax"], end: `p = ${short(value)}` };
    const [no, yes] = facts.classes; // tanh(z ÷ 2) is σ(z) − σ(−z)
    return { steps: [total, `tanh(${short(z)} ÷ 2) =`, `p(${yes}) − p(${no})`], end: `= ${short(value)}` };
  }
  const steps = of.norm === "none" ? [total] : [total, `${of.norm} norm ${short(normed)}`];
  if (of.activation === "linear") return of.norm === "none" ? { steps: [], end: `z = ${short(value)}` } : { steps, end: `= ${short(value)}` };
  steps[2] = `${of.spelled}(${short(normed)})`;
  return { steps, end: `= ${short(value)}` };
}
