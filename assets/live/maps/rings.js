// Two frames on the mosaic: one round a whole map, one round a cell in it.
import { box, html } from "../dom.js";
import { sizeOf, spotOf } from "./layout.js";

// kind: "" for what is locked, "preview" for what is pointed at. The call moves both; row null hides them.
export function rings(kind) {
  const [outer, inner] = ["", "cell"].map((what) => html("div", { class: `ring ${kind} ${what}` }));
  const put = (node, ...where) => { node.style.display = "block"; box(node, ...where); };
  return (row, index, cell) => {
    if (!row || index < 0 || index >= row.place.count) { outer.style.display = inner.style.display = "none"; return; }
    const { place, layer } = row, [x, y] = spotOf(place, index), [r, c] = sizeOf(layer);
    if (outer.parentNode !== row.tiles) row.tiles.append(outer, inner);
    put(outer, x - 2, y - 2, place.tile + 4, place.tileHeight + 4);
    if (layer.form === "row" || cell.row === undefined || r * c === 1) { inner.style.display = "none"; return; }
    const w = place.tile / c, h = place.tileHeight / r, grow = Math.max(0, (6 - w) / 2);
    put(inner, x + cell.column * w - 1 - grow, y + cell.row * h - 1 - grow, w + 2 + 2 * grow, h + 2 + 2 * grow);
  };
}
