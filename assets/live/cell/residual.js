// A residual block’s number: its branch and its shortcut.
import { fixed, svg } from "../dom.js";
import { responseOf } from "../response.js";
import { middleLine, rowBar } from "../rows.js";
import { drawing, opening, tellSentence, text, withSentence } from "./drawing.js";

export function residual({ act, width, facts }) {
  const node = drawing(width), title = text(node, 0, 12, "Branch and shortcut", "strong"), middle = width * 0.62;
  const lines = facts.work.terms.map((term, i) => {
    const y = 44 + 34 * i, label = text(node, 0, y, "", "strong"), value = text(node, 150, y, "", "", "end");
    const bar = rowBar({ y: y - 14, height: 18, middle, half: width * 0.36 });
    const hit = svg("rect", { x: 0, y: y - 20, width, height: 30, fill: "transparent", class: "link" });
    opening(hit, act, () => now.work.terms[i].from);
    node.append(bar.node, hit);
    return { label, value, bar };
  });
  const end = 44 + 34 * lines.length, total = text(node, width, end + 10, "", "total", "end"), curve = responseOf(node, 0, end + 24, 132, 92);
  node.append(middleLine(middle, 24, end - 16));
  let now = facts;
  return {
    node: withSentence(node),
    update(next) {
      now = next;
      const w = next.work, most = Math.max(...w.terms.map((t) => Math.abs(t.value)), 1e-9);
      title.textContent = w.terms.length > 1 ? "Branch and shortcut" : "The branch alone, no shortcut";
      lines.forEach(({ label, value, bar }, i) => {
        const v = w.terms[i].value;
        label.textContent = w.terms[i].name + (w.terms[i].projected ? " (1×1 conv)" : "");
        value.textContent = fixed(v);
        bar.set(v, most);
      });
      total.textContent = `= ${fixed(w.sum)}`;
      curve(next);
      tellSentence(node, next);
    },
  };
}
