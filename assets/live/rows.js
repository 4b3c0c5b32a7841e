// Numbers below each other: a bar for each, to the right of a middle line when positive, to its left when negative.
import { svg } from "./dom.js";

// half: the length in pixels of the largest. Gives { node, set(value, most) }.
export function rowBar({ y, height, middle, half }) {
  const node = svg("rect", { y, height, rx: 1 });
  return {
    node,
    set(value, most) {
      const length = (Math.abs(value) / most) * half;
      node.setAttribute("x", value < 0 ? middle - length : middle);
      node.setAttribute("width", Math.max(0.5, length));
      node.style.fill = value < 0 ? "var(--negative)" : "var(--positive)";
    },
  };
}

export const middleLine = (x, top, bottom) => svg("line", { x1: x, x2: x, y1: top, y2: bottom, style: "stroke: var(--control)" });
