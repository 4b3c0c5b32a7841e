// A number that comes as it is, then what this layer does to it: a normalisation, a non-linearity, or nothing.
import { fixed, number } from "../dom.js";
import { responseOf } from "../response.js";
import { drawing, opening, tellSentence, text, withSentence } from "./drawing.js";
import { bracket, fromWords } from "./words.js";

export function same({ act, width, facts }) {
  const node = drawing(width), title = text(node, 0, 12, "", "strong link"), came = text(node, width, 12, "", "strong", "end");
  const step = facts.work.steps[0], lines = [];
  opening(title, act, () => now.work.from);
  let curve = null, formula = null, now = facts, total;
  if (step?.kind === "norm") {
    ["value x", "mean μ", "variance σ²", "ε", "gain γ", "shift β"].forEach((label, i) => {
      text(node, 0, 44 + 20 * i, label);
      lines.push(text(node, 150, 44 + 20 * i, "", "number strong", "end"));
    });
    ["from the layer before", "of the training batches", "of the training batches", "against division by 0", "learned", "learned"].forEach((label, i) => text(node, 166, 44 + 20 * i, label));
    text(node, 0, 176, "(x − μ) / √(σ² + ε) · γ + β", "strong");
    formula = text(node, 0, 196, "");
    total = text(node, width, 224, "", "total", "end");
  } else if (step?.kind === "act") {
    curve = responseOf(node, 0, 28, Math.min(220, width - 100), 150);
    total = text(node, width, 178, "", "total", "end");
  } else total = text(node, width, 50, "", "total", "end");
  return {
    node: withSentence(node),
    update(next) {
      now = next;
      const w = next.work, f = w.from, s = w.steps[0];
      title.textContent = `From ${next.source.title}: ${fromWords(f)}`;
      came.textContent = fixed(w.sum);
      if (s?.kind === "norm") {
        [s.x, s.mean, s.variance, s.epsilon, s.gain, s.shift].forEach((v, i) => { lines[i].textContent = i === 3 ? number(v) : fixed(v, 3); });
        formula.textContent = `(${fixed(s.x)} − ${bracket(s.mean)}) / √${fixed(s.variance)} · ${bracket(s.gain)} + ${bracket(s.shift)}`;
      }
      curve?.(next);
      total.textContent = `= ${fixed(w.total)}`;
      tellSentence(node, next);
    },
  };
}
