// A pooled number: the window it comes from, and which of its numbers was the largest.
import { hover } from "../bus.js";
import { fixed, number } from "../dom.js";
import { spanOf } from "../fields.js";
import { grid, strongest } from "../patch.js";
import { drawing, tellSentence, text, withSentence } from "./drawing.js";

export function pool({ width, facts }) {
  const [rows, columns] = facts.arrays.window.shape, size = Math.max(2, Math.min(40, Math.floor(Math.min(150 / rows, 190 / columns))));
  const node = drawing(width), title = text(node, 0, 12, "", "strong");
  const values = grid(node, 0, 22, rows, columns, size), at = columns * size + 20;
  const first = text(node, at, 44, "", "strong"), second = text(node, at, 62, ""), total = text(node, width, 22 + Math.max(rows * size, 80), "", "total", "end");
  let now = facts;
  values.onHover((i) => {
    const { work: w, source } = now;
    values.light(i < 0 ? w.won ?? -1 : i);
    if (i < 0 || now.arrays.padded.values[i] || !source.tap) return hover(null);
    const row = (w.corner?.[0] ?? 0) + Math.floor(i / columns), column = (w.corner?.[1] ?? 0) + (i % columns);
    hover({ kind: "cell", tap: source.tap, channel: w.input, row, column, span: spanOf(source.field, row, column, now.image.shape), words: `map ${w.input + 1}, row ${row + 1}, column ${column + 1}: ${number(now.arrays.window.values[i])}` });
  });
  return {
    node: withSentence(node),
    update(next) {
      now = next;
      const { work: w, arrays: { window: seen, padded }, source, image } = next;
      title.textContent = `${source.tap ? `Map ${w.input + 1} of ${source.title}` : "The image"}: ${w.kind === "global" ? "all of it" : `its ${rows} × ${columns} window`}`;
      values.update(seen.values, source.scale, source.scale === "pixels" ? image : strongest(seen.values), padded.values);
      values.light(w.won ?? -1);
      first.textContent = w.how === "max" ? `The largest of ${rows * columns}` : `The mean of ${rows * columns}`;
      second.textContent = w.how === "max" ? `row ${Math.floor(w.won / columns) + 1}, column ${(w.won % columns) + 1} of the window` : `sum ${fixed(w.sum * rows * columns)} ÷ ${rows * columns}`;
      total.textContent = `= ${fixed(w.sum)}`;
      tellSentence(node, next);
    },
  };
}
