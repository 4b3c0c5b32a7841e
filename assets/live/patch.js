// A small block of numbers as coloured cells, with the numbers in them where they fit.
import { fixed, svg } from "./dom.js";
import { colourOf } from "./theme.js";

// onHover(f): f(i) when cell i is pointed at, f(-1) when none is. light(i): a ring round cell i, -1 for none.
// update(values, scale, limit, padded): limit is the value of the strong end, for "pixels" { low, high }; padded cells are dashed.
export function grid(parent, x, y, rows, columns, size) {
  const gap = size >= 12 ? 1 : 0, digits = size >= 27 ? 2 : size >= 20 ? 1 : -1;
  const cells = [], listeners = [];
  for (let i = 0; i < rows * columns; i++) {
    const cx = x + (i % columns) * size, cy = y + Math.floor(i / columns) * size;
    const rect = svg("rect", { x: cx, y: cy, width: size - gap, height: size - gap });
    const words = digits < 0 ? null : svg("text", { x: cx + (size - gap) / 2, y: cy + size / 2 + 4, "text-anchor": "middle", class: "in", style: size < 31 ? "font-size: 9.5px" : null });
    parent.append(rect);
    if (words) { words.style.pointerEvents = "none"; parent.append(words); }
    rect.addEventListener("pointerenter", () => listeners.forEach((f) => f(i)));
    rect.addEventListener("pointerleave", () => listeners.forEach((f) => f(-1)));
    cells.push({ rect, words });
  }
  const ring = svg("rect", { width: size - gap, height: size - gap, fill: "none", style: "stroke: var(--text); stroke-width: 2px; pointer-events: none; display: none" });
  parent.append(ring);
  return {
    onHover: (f) => listeners.push(f),
    light(i) {
      ring.style.display = i < 0 ? "none" : "";
      if (i < 0) return;
      ring.setAttribute("x", x + (i % columns) * size);
      ring.setAttribute("y", y + Math.floor(i / columns) * size);
    },
    update(values, scale, limit, padded) {
      const part = parent.closest(".part");
      if (!part) return;
      cells.forEach(({ rect, words }, i) => {
        const v = values[i], outside = padded?.[i];
        const shade = scale === "pixels" ? (v - limit.low) / (limit.high - limit.low || 1) : v / (limit || 1);
        rect.setAttribute("fill", outside ? "transparent" : colourOf(part, scale, shade, 1));
        rect.setAttribute("stroke", outside ? "var(--control)" : "none");
        rect.setAttribute("stroke-dasharray", outside ? "2 2" : "");
        if (!words) return;
        words.textContent = digits === 1 ? short(v) : fixed(v);
        const dark = part.dataset.theme === "dark";
        const swap = scale === "pixels" ? (dark ? shade > 0.5 : shade <= 0.5) : scale === "amount" && shade > (dark ? 0.68 : 0.55);
        words.setAttribute("class", swap && !outside ? "in on-dark" : "in");
      });
    },
  };
}

// Two decimals without the leading zero, one above 1: −.12, 1.3.
export const short = (v) => (Math.abs(v) < 0.995 ? fixed(v).replace("0.", ".") : fixed(v, 1));
export const strongest = (values) => values.reduce((a, b) => Math.max(a, Math.abs(b)), 0) || 1;
