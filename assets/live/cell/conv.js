// A convolution’s number: values × kernel = products for one input map, then what every input map adds.
import { hover } from "../bus.js";
import { fixed, number, svg } from "../dom.js";
import { spanOf } from "../fields.js";
import { grid, short, strongest } from "../patch.js";
import { drawing, tellSentence, text, withSentence } from "./drawing.js";

const COLOURS = ["red", "green", "blue"];

export function conv({ act, width, facts }) {
  const k = facts.work.kernel, n = facts.work.terms.length, rest = !!facts.work.rest, biased = facts.work.bias !== null;
  const between = k > 3 ? 14 : 18, size = Math.max(4, Math.min(32, Math.floor((width - 2 * between) / (3 * k)))), block = size * k, step = block + between;
  const node = drawing(width), title = text(node, 0, 12, "", "strong"), hint = text(node, width, 12, "", "", "end");
  const names = ["values", "kernel", "products"];
  const grids = names.map((_, i) => grid(node, i * step, 22, k, k, size));
  const y = 22 + block + 16, signsAt = 22 + block / 2 + 4;
  text(node, block + between / 2, signsAt, "×", "strong", "middle");
  text(node, step + block + between / 2, signsAt, "=", "strong", "middle");
  names.forEach((label, i) => { if (i < 2 || block > 112) text(node, i * step, y, label); });
  const subtotal = text(node, 2 * step + block, y, "", "strong", "end");
  const base = y + 80, count = n + (rest ? 1 : 0) + (biased ? 1 : 0), room = width - 78, pitch = Math.min(31, room / count), thick = Math.max(3, Math.min(24, pitch - 4));
  const heading = text(node, 0, y + 30, "", "strong"), total = text(node, width, base - 2, "", "total", "end");
  node.append(svg("line", { x1: 0, x2: count * pitch, y1: base, y2: base, style: "stroke: var(--control)" }));
  const bars = Array.from({ length: count }, (_, i) => {
    const x = i * pitch, bar = svg("rect", { x, width: thick, rx: 1 }), hit = svg("rect", { x: x - 2, width: pitch, y: base - 60, height: 104, fill: "transparent", class: i < n ? "link" : null });
    const tip = svg("title");
    hit.append(tip);
    const value = text(node, x + thick / 2, base, "", "", "middle"), label = text(node, x + thick / 2, base + 38, "", "", "middle");
    node.append(bar, hit);
    hit.addEventListener("click", () => { if (i < n) act({ do: "input", channel: now.work.terms[i].channel }); });
    return { bar, value, label, tip };
  });
  let now = facts, lit = -1;

  function light(i) {
    lit = i;
    grids.forEach((g) => g.light(i));
    tell();
    const { work: w, source } = now;
    if (i < 0) return hover(null);
    const row = w.corner[0] + w.dilation * Math.floor(i / k), column = w.corner[1] + w.dilation * (i % k);
    if (now.arrays.padded.values[i]) hover(null);
    else if (source.tap) hover({ kind: "cell", tap: source.tap, channel: w.input, row, column, span: spanOf(source.field, row, column, now.image.shape), words: `map ${w.input + 1}, row ${row + 1}, column ${column + 1}: ${number(now.arrays.patch.values[i])}` });
    else hover({ kind: "cell", tap: "", channel: w.input, row, column, span: spanOf(source.field, row, column, now.image.shape) });
  }
  function tell() {
    const { patch, kernel, padded } = now.arrays;
    if (lit < 0) hint.textContent = "hover a cell: its pair lights up";
    else hint.textContent = `${padded.values[lit] ? "padding 0" : fixed(patch.values[lit])} × ${fixed(kernel.values[lit])} = ${fixed(patch.values[lit] * kernel.values[lit])}`;
  }
  grids.forEach((g) => g.onHover(light));

  return {
    node: withSentence(node),
    update(next) {
      now = next;
      const { work: w, arrays: { patch, kernel, padded }, source, image } = next, many = w.inputs > 1;
      const products = patch.values.map((v, i) => v * kernel.values[i]);
      const coloured = !source.tap && image.shape[0] === 3;
      title.textContent = coloured ? `The image’s ${COLOURS[w.input]}` : !source.tap ? "The image’s pixels" : w.groups > 1 ? `Input map ${w.input + 1}, group ${w.first / w.inputs + 1} of ${w.groups}` : `Input map ${w.input + 1} of ${w.inputs}`;
      const scale = source.scale === "pixels" ? "pixels" : source.scale;
      grids[0].update(patch.values, scale, scale === "pixels" ? image : strongest(patch.values), padded.values);
      grids[1].update(kernel.values, "signed", strongest(kernel.values));
      grids[2].update(products, "signed", strongest(products));
      subtotal.textContent = `sum ${fixed(products.reduce((a, b) => a + b, 0))}`;
      heading.textContent = `${many ? (rest ? `${n} of ${w.inputs} input maps` : `All ${w.inputs} input maps`) : "The sum"}${rest ? ", the others" : ""}${biased ? " and the bias" : many ? "" : ", no bias"}`;
      const parts = [...w.terms.map((t) => ({ value: t.value, label: coloured ? COLOURS[t.channel] : String(t.channel + 1), on: t.channel === w.input, name: `Input map ${t.channel + 1}` }))];
      if (rest) parts.push({ value: w.rest.value, label: "rest", name: `${w.rest.count} more` });
      if (biased) parts.push({ value: w.bias, label: "bias", name: "Bias" });
      const unit = Math.min(42 / Math.max(1e-9, ...parts.map((p) => p.value)), 24 / Math.max(1e-9, ...parts.map((p) => -p.value)));
      parts.forEach((p, i) => {
        const { bar, value, label, tip } = bars[i], h = Math.max(1, Math.abs(p.value) * unit);
        bar.setAttribute("y", p.value >= 0 ? base - h : base);
        bar.setAttribute("height", h);
        bar.style.fill = p.value < 0 ? "var(--negative)" : "var(--positive)";
        bar.style.opacity = p.on || !many ? 1 : 0.55;
        value.setAttribute("y", p.value >= 0 ? base - h - 4 : base - 4);
        value.textContent = pitch >= 27 || p.on ? (pitch < 31 ? short : fixed)(p.value) : "";
        label.textContent = pitch >= 17 || p.on || p.label === "bias" ? p.label : "";
        label.setAttribute("class", p.on ? "strong" : "");
        tip.textContent = `${p.name}: ${number(p.value)}`;
      });
      total.textContent = `= ${fixed(w.sum)}`;
      tell();
      tellSentence(node, next);
    },
  };
}
