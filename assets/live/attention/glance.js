// What one token of a text looked at when it was read: a bar above each token of its piece, as tall as its weight.
import { fixed, html, put } from "../dom.js";
import { cut } from "../heat/layout.js";
import { token } from "../theme.js";
import { clamp } from "../walk.js";

export const GLANCE_LOOK = `
.glance { display: flex; justify-content: center; gap: 2px; height: 116px; overflow: hidden; font-size: 12px; border-top: 1px solid var(--rule); padding-top: 6px; }
.glance[hidden] { display: none; }
.glance .at { display: grid; grid-template-rows: 14px minmax(0, 1fr) 18px; flex: none; text-align: center; white-space: nowrap; }
.glance .weight { font: 11px/14px var(--fontNumber); color: var(--muted); visibility: hidden; }
.glance .at.much .weight { visibility: visible; }
.glance .rise { position: relative; background: var(--raised); border-radius: 2px; overflow: hidden; }
.glance .fill { position: absolute; inset: 0; transform-origin: bottom; background: var(--strong); }
.glance .word { line-height: 18px; font-family: var(--fontNumber); overflow: hidden; }
.glance .at.here .word { font-weight: 700; }
`;
const NARROWEST = 20, WIDEST = 64, MUCH = 0.1, NUMBER = 28; // pixels of a column; a weight that is written, where a column has room for it

export function glance(root) {
  const node = html("div", { class: "glance", "aria-hidden": "true" });
  // words, weights: of the tokens so far, the one that looks last.
  function show(words, weights) {
    const strong = token(root, "amount")[4], wide = node.clientWidth || root.clientWidth, count = Math.min(words.length, Math.floor(wide / (NARROWEST + 2)));
    const each = clamp(Math.floor(wide / Math.max(1, count)) - 2, NARROWEST, WIDEST), first = words.length - count;
    node.style.setProperty("--strong", strong);
    while (node.children.length > count) node.lastChild.remove();
    while (node.children.length < count) node.append(html("div", { class: "at" }, html("span", { class: "weight" }), html("div", { class: "rise" }, html("div", { class: "fill" })), html("span", { class: "word" })));
    Array.from(node.children, (column, i) => {
      const [weight, rise, word] = column.children, value = weights[first + i];
      column.style.width = `${each}px`;
      column.className = `at${value >= MUCH && each >= NUMBER ? " much" : ""}${i === count - 1 ? " here" : ""}`;
      put(weight, fixed(value));
      rise.firstChild.style.transform = `scaleY(${value})`;
      put(word, cut(words[first + i], each - 2));
      column.title = `${words[first + i]}: ${fixed(value)}`;
    });
  }
  return { node, show };
}
