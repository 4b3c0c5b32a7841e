// The legend of a map: both ends of its range and the colours between them, and words before and after.
import { html, put } from "./dom.js";

// set({ low, high, scale, before, after }): words; scale "signed", "amount", "pixels", or "" where there is none.
export function legend({ tag = "div", framed = false } = {}) {
  const before = framed ? html("span") : null, after = framed ? html("span") : null;
  const low = html("span", { class: "number" }), bar = html("span", { class: "bar" }), high = html("span", { class: "number" });
  const node = html(tag, { class: "legend" }, before, low, bar, high, after);
  return {
    node,
    set(said) {
      put(low, said.low);
      put(high, said.high);
      if (framed) { put(before, said.before ?? ""); put(after, said.after ?? ""); }
      const kind = `bar ${said.scale}`;
      if (bar.className !== kind) { bar.className = kind; bar.hidden = !said.scale; }
    },
  };
}
