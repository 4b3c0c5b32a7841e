// The same tokens in another order, and what the model answers to both, with and without positions.
import { fixed, html, percent, put } from "../dom.js";
import { cut } from "../heat/layout.js";
import { seenToken } from "../attention/words.js";

export const TOKENS_LOOK = `
.positions .rows { display: grid; grid-template-columns: 100px minmax(0, 1fr) 196px; column-gap: 12px; row-gap: 3px; font-size: 12px; line-height: 18px; align-items: start; margin-top: 4px; }
.positions .words { display: flex; gap: 3px; overflow: auto hidden; scrollbar-width: none; }
.positions .words span { flex: none; min-width: 20px; text-align: center; padding: 0 4px; border-radius: 3px; background: var(--raised); white-space: nowrap; }
.positions .words .moved { box-shadow: inset 0 -3px 0 var(--strong); }
.positions .rows .well { display: inline-block; width: 76px; height: 10px; background: var(--raised); border-radius: 2px; vertical-align: -1px; margin-right: 8px; overflow: hidden; }
.positions .rows .fill { height: 100%; transform-origin: left; background: var(--strong); }
@media (max-width: 640px) { .positions .rows { grid-template-columns: minmax(0, 1fr); } }
`;

export function tokens() {
  const node = html("div", { class: "rows" });
  const line = (name) => { const label = html("span", { class: "muted" }, name), words = html("div", { class: "words" }), fill = html("div", { class: "fill" }), value = html("span", { class: "number" }); node.append(label, words, html("div", {}, html("span", { class: "well" }, fill), value)); return { words, fill, value, well: fill.parentNode }; };
  const lines = ["as it stands", "shuffled", "with positions", "without"].map(line);

  function write(place, words, moved = null) {
    while (place.children.length > words.length) place.lastChild.remove();
    while (place.children.length < words.length) place.append(html("span"));
    words.forEach((word, i) => { put(place.children[i], cut(seenToken(word), 120)); place.children[i].className = moved?.[i] > 0.1 ? "moved" : ""; });
  }
  return {
    node,
    update(facts) {
      const other = facts.order.map((i) => facts.tokens[i]), changes = facts.arrays.changes.values, n = facts.arrays.changes.shape[1], each = facts.each_step;
      write(lines[0].words, facts.tokens);
      write(lines[1].words, other);
      [facts.with, facts.without].forEach((one, i) => {
        const place = (k) => (each ? facts.order[k] : k), count = each ? other.length : one.after.length;
        const told = Array.from({ length: count }, (_, k) => one.after[place(k)]), moved = Array.from({ length: count }, (_, k) => changes[i * n + place(k)]);
        write(lines[2 + i].words, told.map(([word, share], k) => (n === 1 ? `${one.before[0][0]} ${fixed(one.before[0][1])} → ${word} ${fixed(share)}` : one.before[place(k)][0] === word ? word : `${seenToken(one.before[place(k)][0])}→${seenToken(word)}`)), moved);
        lines[2 + i].fill.style.transform = `scaleX(${Math.min(1, one.change ?? 0)})`;
        put(lines[2 + i].value, one.change === null ? "–" : `${percent(one.change)} moved`);
      });
      for (const one of lines.slice(0, 2)) { one.well.style.visibility = "hidden"; put(one.value, ""); }
    },
  };
}

// What the shuffle shows, in a sentence.
export function tokensSaid({ without: { change }, each_step: each, masked }) {
  const what = each ? "every token's answer goes with it" : "the answer stays";
  if (change === null) return "";
  if (change < 0.0005) return `Without positions order means nothing: ${what}, whatever the order. Underlined: more than a tenth of the probability moves.`;
  return masked ? "Without positions order still shows a little: the mask lets each token see those before it alone. Underlined: more than a tenth moves." : `Without positions ${percent(change)} of the probability moves. Underlined: more than a tenth moves.`;
}
