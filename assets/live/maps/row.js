// One layer of the mosaic: its name, its legend and its maps on one canvas.
import { html, number, put } from "../dom.js";
import { legend } from "../legend.js";
import { paintTiles } from "./paint.js";
import { titleOf } from "./words.js";

// place: of layout.js; kernels: whether it shows kernels. The layer's facts change with every frame: row.layer.
export function rowOf(layer, place, kernels) {
  const canvas = html("canvas", { role: "img" }), tiles = html("div", { class: "tiles", style: `height:${place.height}px` }, canvas);
  const name = html("span", { class: "name" }), key = legend({ tag: "span" });
  const row = { layer, place, kernels, tiles, node: html("div", { class: "layer" }, html("div", { class: "head" }, name, key.node), tiles) };

  // here: what is pointed at in this layer, in words, or null; limit: of the strong end, null where each map has its own.
  row.say = (here, limit) => {
    const { layer: of } = row, amount = of.scale === "amount", title = titleOf(of, kernels);
    const [low, high] = limit === null ? ["", "own largest"] : amount ? ["0", number(limit)] : [number(-limit), limit ? `+${number(limit)}` : "0"];
    put(name, here ? `${of.title.split(" ")[0]} · ${here}` : title);
    key.set(of.colours ? { low: "", high: `weights ±${number(of.limit)}`, scale: "" } : { low, high, scale: amount ? "amount" : "signed" });
    const words = `${title}, from ${amount ? 0 : low} to ${high}`;
    if (canvas.getAttribute("aria-label") !== words) canvas.setAttribute("aria-label", words);
  };
  row.paint = (root, values, limit, width) => paintTiles(root, canvas, row, values, limit, width);
  return row;
}
