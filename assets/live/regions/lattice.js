// The grid of regions as thin lines over an image, and the pixels that belong to each of them.
import { svg } from "../dom.js";

const FINE = 5; // pixels of a region below which lines would hide the image

export function grid(parent) {
  const path = svg("path", { fill: "none", style: "stroke: var(--control); stroke-width: 1px; opacity: .55", "shape-rendering": "crispEdges" });
  parent.append(path);
  let facts = null;
  const edge = (size, cells, i) => (i === cells ? size : Math.min(size, i * facts.grid.stride));
  return {
    // scale: pixels of the screen for one of the image.
    update(next, scale) {
      facts = next;
      const [, height, width] = facts.image.shape, { rows, columns, stride } = facts.grid;
      const upright = Array.from({ length: columns - 1 }, (_, i) => `M${(i + 1) * stride * scale} 0V${height * scale}`);
      const level = Array.from({ length: rows - 1 }, (_, i) => `M0 ${(i + 1) * stride * scale}H${width * scale}`);
      const words = stride * scale < FINE ? "" : [...upright, ...level].join("");
      if (path.getAttribute("d") !== words) path.setAttribute("d", words);
    },
    // The pixels of a region: { top, left, bottom, right }.
    span(region) {
      const [, height, width] = facts.image.shape, { rows, columns } = facts.grid, row = Math.floor(region / columns), column = region % columns;
      return { top: edge(height, rows, row), left: edge(width, columns, column), bottom: edge(height, rows, row + 1), right: edge(width, columns, column + 1) };
    },
  };
}
