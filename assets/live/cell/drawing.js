// The sheet that arithmetic is drawn on.
import { html, put, svg } from "../dom.js";
import { sentence } from "./words.js";

// An SVG for one kind of arithmetic.
export const drawing = (width) => svg("svg", { width, height: 264, role: "group" });
export function text(parent, x, y, words, kind = "", anchor = "start") {
  const node = svg("text", { x, y, class: kind || null, "text-anchor": anchor === "start" ? null : anchor }, words);
  parent.append(node);
  return node;
}

// A click on the node opens the cell that a number comes from; from() { tap, channel, row, column }, tap null for the image.
export function opening(node, act, from) {
  node.addEventListener("click", () => {
    const { tap, channel, row, column } = from();
    if (tap) act({ do: "lock", tap, channel, row, column });
  });
}

// The drawing with a line of words under it, and how the line is told.
export function withSentence(node) {
  const wrapped = html("div", {}, node);
  wrapped.append(html("div", { class: "sentence" }));
  return wrapped;
}
export function tellSentence(node, facts) {
  if (node.nextSibling) put(node.nextSibling, sentence(facts));
}
