// The same image with its patches in another order, and what the model answers to both, with and without positions.
import { fixed, html, percent, put } from "../dom.js";
import { photo } from "../fields.js";

export const PATCHES_LOOK = `
.patches { display: grid; grid-template-columns: auto auto minmax(0, 1fr); gap: 4px 24px; margin-top: 2px; align-items: start; }
.patches figure { margin: 0; font-size: 12px; line-height: 16px; color: var(--muted); text-align: center; }
.patches .picture { position: relative; width: 100px; height: 100px; }
.patches .picture > * { position: absolute; inset: 0; width: 100%; height: 100%; border-radius: 0; }
.patches .cuts { --line: color-mix(in srgb, var(--control) 70%, transparent); background: repeating-linear-gradient(90deg, var(--line) 0 1px, transparent 1px var(--wide)), repeating-linear-gradient(var(--line) 0 1px, transparent 1px var(--high)); box-shadow: inset -1px -1px var(--line); }
.patches .told { display: grid; grid-template-columns: max-content max-content max-content minmax(76px, 150px) max-content; gap: 8px 16px; font-size: 13px; line-height: 20px; align-items: center; padding-top: 2px; }
.patches .told .head { font-size: 12px; line-height: 16px; color: var(--muted); }
.patches .told .number { white-space: nowrap; }
.patches .told b { font-weight: 600; }
.patches .well { height: 10px; background: var(--raised); border-radius: 2px; overflow: hidden; }
.patches .fill { height: 100%; transform-origin: left; background: var(--strong); }
.patches .sentence { font-size: 12px; line-height: 16px; margin-top: 14px; }
@media (max-width: 640px) { .patches { grid-template-columns: auto auto; justify-content: start; } .patches .beside { grid-column: 1 / -1; } .patches .told { gap: 4px 8px; font-size: 12px; grid-template-columns: minmax(0, 1fr) max-content max-content max-content; } .patches .told .bar { display: none; } }
`;

export function patches() {
  const picture = (words) => { const canvas = html("canvas", { class: "pixelated", role: "img" }), cuts = html("div", { class: "cuts" }); return { canvas, cuts, node: html("figure", {}, html("div", { class: "picture" }, canvas, cuts), words) }; };
  const pictures = [picture("as it stands"), picture("shuffled")], told = html("div", { class: "told" });
  const rows = ["with positions", "without positions"].map((words) => {
    const cells = [html("span", { class: "muted" }, words), html("b"), html("b")], fill = html("div", { class: "fill" }), value = html("span", { class: "number" });
    return { cells, fill, value, all: [...cells, html("div", { class: "bar" }, html("div", { class: "well" }, fill)), value] };
  });
  const heads = ["the model answers", "as it stands", "shuffled", "", ""].map((words, i) => html("span", { class: i === 3 ? "head bar" : "head" }, words));
  told.append(...heads, ...rows.flatMap((row) => row.all));
  const said = html("div", { class: "sentence" }), node = html("div", { class: "patches" }, ...pictures.map((one) => one.node), html("div", { class: "beside" }, told, said));
  const best = ([word, share]) => `${word} · ${fixed(share)}`;

  return {
    node,
    update(facts) {
      ["image", "shuffled"].forEach((name, i) => {
        const { values, shape } = facts.arrays[name], { canvas, cuts } = pictures[i];
        photo(canvas, values, shape);
        cuts.style.setProperty("--wide", `${100 / facts.grid.columns}px`);
        cuts.style.setProperty("--high", `${100 / facts.grid.rows}px`);
        canvas.setAttribute("aria-label", i ? `The image with its ${facts.grid.rows} × ${facts.grid.columns} parts in another order` : "The image as it stands");
      });
      told.style.display = facts.with ? "" : "none";
      put(said, sentence(facts));
      if (!facts.with) return;
      const both = [facts.kind === "none" ? null : facts.with, facts.without];
      rows.forEach(({ cells, fill, value, all }, i) => {
        for (const one of all) one.style.display = both[i] ? "" : "none";
        if (!both[i]) return;
        put(cells[1], best(both[i].before[0]));
        put(cells[2], best(both[i].after[0]));
        fill.style.transform = `scaleX(${Math.min(1, both[i].change ?? 0)})`;
        put(value, both[i].change === null ? "–" : `${percent(both[i].change)} moved`);
      });
    },
  };
}

// What the shuffle shows, in a sentence.
function sentence({ without, grid }) {
  if (!without || without.change === null) return "";
  if (without.change < 0.0005) return "Without positions the answer stays: attention sees the patches as a set, whatever their order.";
  if (!grid.alone) return `Even without positions ${percent(without.change)} of the probability moves: convolutions come first, and they see the new seams.`;
  return `Without positions ${percent(without.change)} of the probability moves.`;
}
