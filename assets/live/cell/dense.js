// A dense layer’s number: its largest products below each other, the rest and the bias.
import { hover } from "../bus.js";
import { count, fixed, number, svg } from "../dom.js";
import { middleLine, rowBar } from "../rows.js";
import { drawing, opening, tellSentence, text, withSentence } from "./drawing.js";
import { fromShort, fromWords, shareWords } from "./words.js";

export function dense({ act, width, facts }) {
  const { terms, rest, bias } = facts.work, node = drawing(width);
  const lines = [...terms.keys(), ...(rest ? ["rest"] : []), ...(bias !== null ? ["bias"] : [])];
  text(node, 0, 12, "The largest products", "strong");
  text(node, width, 12, terms[0]?.from.maps ? "map (row, column): value × weight" : "value × weight", "", "end");
  const wide = width - 232, middle = 232 + wide / 2;
  const rows = lines.map((what, i) => {
    const y = 32 + 18 * i, from = text(node, 0, y, "");
    const sum = text(node, 178, y, "", "number", "end"), product = text(node, 222, y, "", "strong", "end");
    const bar = rowBar({ y: y - 9, height: 10, middle, half: wide / 2 - 2 });
    node.append(bar.node);
    if (typeof what === "number") {
      const hit = svg("rect", { x: 0, y: y - 13, width, height: 18, fill: "transparent", class: "link" });
      opening(hit, act, () => now.work.terms[what].from);
      hit.addEventListener("pointerenter", () => {
        const { from: f, value } = now.work.terms[what];
        hover({ kind: "cell", tap: f.tap, channel: f.channel, row: f.row, column: f.column, words: `${fromWords(f)}: ${number(value)}` });
      });
      hit.addEventListener("pointerleave", () => hover(null));
      node.append(hit);
    }
    return { what, from, sum, product, bar };
  });
  const end = 32 + 18 * lines.length + 6, total = text(node, width, end + 8, "", "total", "end"), share = text(node, 0, end + 4, "");
  node.append(middleLine(middle, 20, end - 18));
  let now = facts;
  return {
    node: withSentence(node),
    update(next) {
      now = next;
      const w = next.work, values = lines.map((what) => (what === "rest" ? w.rest.value : what === "bias" ? w.bias : w.terms[what].product));
      const most = Math.max(...values.map(Math.abs), 1e-9);
      rows.forEach(({ what, from, sum, product, bar }, i) => {
        const term = w.terms[what], v = values[i];
        from.textContent = term ? fromShort(term.from) : what === "rest" ? `${count(w.rest.count)} more` : "bias";
        sum.textContent = term ? `${fixed(term.value)}×${fixed(term.weight)}` : "";
        product.textContent = fixed(v);
        bar.set(v, most);
      });
      total.textContent = `= ${fixed(w.sum)}`;
      share.textContent = next.answer ? shareWords(next) : "";
      tellSentence(node, next);
    },
  };
}
