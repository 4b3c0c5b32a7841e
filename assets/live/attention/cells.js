// A vector as a row of coloured cells with their numbers, each of which can be pressed.
import { fixed, html, minus, put } from "../dom.js";
import { colourOf } from "../theme.js";

export const CELLS_LOOK = `
.vector { display: grid; grid-template-columns: 40px minmax(0, 1fr); align-items: start; font-size: 12px; line-height: 18px; margin-bottom: 2px; }
.vector .name { color: var(--muted); white-space: nowrap; }
.vector .cells { display: grid; gap: 1px; }
.part .vector .cells button { border: 0; border-radius: 2px; padding: 0; min-height: 0; height: 18px; font: 11px/18px var(--fontNumber); text-align: center; overflow: hidden; color: var(--text); }
.part .vector.dense .cells button { height: 12px; } .vector.dense .name { line-height: 12px; }
.part .vector .cells button:hover, .part .vector .cells button.open { outline: 1.5px solid var(--text); outline-offset: -1px; z-index: 1; }
@media (pointer: coarse) { .part .vector .cells button { height: 28px; } }
`;
const WRITTEN = 16, ACROSS = 8, MANY = 16, LARGE = 99.95; // cells that carry their numbers; in one line, with and without numbers; with decimals below
const written = (value) => (Math.abs(value) < LARGE ? fixed(value, 1) : Math.abs(value) < 1e4 ? fixed(value, 0) : minus(value.toExponential(0)));

// press(i): cell i was pressed. flat: without numbers where they would take a second line.
// Gives { node, update(values, limit, open, what) }.
export function vector(root, name, press, flat = false) {
  const cells = html("div", { class: "cells" }), node = html("div", { class: "vector" }, html("span", { class: "name" }, name), cells);
  const told = (values) => values.length <= (flat ? ACROSS : WRITTEN);
  return {
    node,
    update(values, limit, open, what) {
      if (cells.children.length !== values.length) {
        node.classList.toggle("dense", !told(values));
        cells.style.gridTemplateColumns = `repeat(${Math.min(values.length, told(values) ? ACROSS : MANY)}, minmax(0, 1fr))`;
        cells.replaceChildren(...Array.from(values, (_, i) => html("button", { type: "button", tabindex: "-1", onclick: () => press(i) })));
      }
      Array.from(cells.children, (cell, i) => {
        cell.style.background = colourOf(root, "signed", values[i], limit);
        put(cell, told(values) ? written(values[i]) : "");
        cell.title = `${what} ${i + 1}: ${fixed(values[i], 3)}`;
        cell.classList.toggle("open", open === i);
      });
    },
  };
}
