// What can be changed about one hidden layer: a small panel under its heading. Each choice is an act of its own.
import { html } from "./dom.js";

export const MENU_LOOK = `
.menu { position: absolute; z-index: 6; top: 20px; width: 212px; display: grid; grid-template-columns: 76px 1fr; gap: 6px 8px; align-items: center; padding: 12px; border: 1px solid var(--text); border-radius: 8px; background: var(--page); font-size: 12px; line-height: 16px; box-shadow: 0 4px 16px rgb(0 0 0 / .18); }
.menu .whole { grid-column: 1 / 3; }
.part .menu select, .part .menu input { width: 100%; min-width: 0; padding: 3px 6px; font-size: 12px; }
.part .menu button { font-size: 12px; padding: 3px 8px; min-height: 28px; }
@media (pointer: coarse) { .part .menu select, .part .menu input, .part .menu button { min-height: 44px; } }
`;

const ACTIVATIONS = { relu: "ReLU", "leaky-relu": "leaky ReLU", tanh: "tanh", sigmoid: "sigmoid", gelu: "GELU", silu: "SiLU", elu: "ELU", linear: "linear" };
const NORMS = { none: "none", batch: "batch norm", layer: "layer norm" };
const SHARES = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [i / 10, i ? `${10 * i} %` : "none"]));

// host: the positioned stage; layer: 1 for the first hidden one; facts: of its column; x: where its middle is.
export function menu(host, { layer, facts, x, act, after }) {
  host.querySelector(".menu")?.remove();
  const where = { layer: layer - 1 };
  const choice = (label, choices, now, said) => {
    const select = html("select", { "aria-label": label }, ...Object.entries(choices).map(([value, text]) => html("option", { value, selected: value === String(now) }, text)));
    select.addEventListener("change", () => said(select.value));
    return [html("span", { class: "muted" }, label), select];
  };
  const units = html("input", { type: "number", min: 1, max: 512, step: 1, value: facts.units, "aria-label": `Units of layer ${layer}` });
  units.addEventListener("change", () => { if (units.checkValidity() && units.value !== "") act({ do: "units", ...where, by: units.valueAsNumber - facts.units }); });
  const node = html(
    "div", { class: "menu", role: "dialog", "aria-label": `Layer ${layer}` },
    html("div", { class: "whole spread" }, html("span", { class: "title" }, `Layer ${layer}`), html("button", { onclick: () => close(), "aria-label": "Close" }, "Close")),
    html("span", { class: "muted" }, "Units"), units,
    ...choice("Activation", ACTIVATIONS, facts.activation, (value) => act({ do: "activation", ...where, value })),
    ...choice("Norm", NORMS, facts.norm, (value) => act({ do: "norm", ...where, value })),
    ...choice("Dropout", SHARES, facts.dropout, (value) => act({ do: "dropout", ...where, value: Number(value) })),
    html("button", { class: "whole", onclick: () => act({ do: "layers", by: -1, ...where }) }, "Remove this layer"),
  );
  const close = () => { node.remove(); host.ownerDocument.removeEventListener("pointerdown", outside, true); after?.(); };
  const outside = (event) => { if (!node.isConnected || !event.composedPath().includes(node)) { node.remove(); host.ownerDocument.removeEventListener("pointerdown", outside, true); } };
  node.addEventListener("keydown", (event) => { event.stopPropagation(); if (event.key === "Escape") close(); });
  node.addEventListener("click", (event) => event.stopPropagation());
  host.append(node);
  node.style.left = `${Math.max(0, Math.min(host.clientWidth - node.offsetWidth, x - node.offsetWidth / 2))}px`;
  host.ownerDocument.addEventListener("pointerdown", outside, true);
  node.querySelector("select").focus({ preventScroll: true }); // not the number: a phone would open its keyboard
}
