// The legend of weights over an image: how a black and a white pixel look from weight 0 to the largest.
import { html, put } from "../dom.js";
import { inTwo } from "./looked.js";
import { overlay } from "./overlay.js";

export const SCALE_LOOK = `
.scale { font-size: 12px; line-height: 16px; color: var(--muted); }
.scale .ends { display: flex; justify-content: space-between; font-family: var(--fontNumber); }
.scale canvas { border-radius: 2px; box-shadow: 0 0 0 1px var(--border); margin: 3px 0 1px; }
`;
const STEPS = 48;

export function bar(wide = 96, tall = 14) {
  const canvas = html("canvas", { "aria-hidden": "true" }), low = html("span", {}, "0"), high = html("span");
  const node = html("div", { class: "scale", style: `width: ${wide}px` }, html("span", {}, "weight"), canvas, html("div", { class: "ends" }, low, high));
  const image = Uint8Array.from({ length: 2 * STEPS }, (_, i) => (i < STEPS ? 0 : 255)), weights = Float32Array.from({ length: STEPS }, (_, i) => i / (STEPS - 1));
  let drawn = "";
  return {
    node,
    update(root, most) {
      put(high, inTwo(most));
      if (drawn === root.dataset.theme) return;
      drawn = root.dataset.theme;
      overlay(root, canvas, { image, shape: [1, 2, STEPS], weights, most: 1, grid: { rows: 1, columns: STEPS }, width: wide, height: tall });
    },
  };
}
