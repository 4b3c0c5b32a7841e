// How a place is told: the encoding, how alike places are, and the same tokens in another order.
// facts: dlplay/probes/positions.py. Acts: shuffle {seed}.
import { fixed, html, percent, put } from "./dom.js";
import { heat } from "./heat.js";
import { cut } from "./heat/layout.js";
import { icon } from "./icons.js";
import { seenToken } from "./attention/words.js";
import { token } from "./theme.js";

const LOOK = `
.positions .maps { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 24px; height: 244px; }
.positions .about { font-size: 12px; line-height: 16px; height: 20px; color: var(--muted); overflow: hidden; }
.positions .order { border-top: 1px solid var(--rule); margin-top: 8px; padding-top: 6px; height: 164px; }
.positions .order .spread { height: 28px; }
.part.positions .tool { height: 28px; min-height: 28px; padding: 0 8px; display: inline-flex; align-items: center; gap: 6px; font-size: 12px; }
.positions .rows { display: grid; grid-template-columns: 100px minmax(0, 1fr) 196px; column-gap: 12px; row-gap: 3px; font-size: 12px; line-height: 18px; align-items: start; margin-top: 4px; }
.positions .words { display: flex; gap: 3px; overflow: auto hidden; scrollbar-width: none; }
.positions .words span { flex: none; min-width: 20px; text-align: center; padding: 0 4px; border-radius: 3px; background: var(--raised); white-space: nowrap; }
.positions .words .moved { box-shadow: inset 0 -3px 0 var(--strong); }
.positions .well { display: inline-block; width: 76px; height: 10px; background: var(--raised); border-radius: 2px; vertical-align: -1px; margin-right: 8px; overflow: hidden; }
.positions .fill { height: 100%; transform-origin: left; background: var(--strong); }
.positions .said { font-size: 12px; line-height: 16px; margin-top: 6px; }
@media (max-width: 640px) { .positions .maps { grid-template-columns: minmax(0, 1fr); height: auto; } .positions .order { height: auto; } .positions .rows { grid-template-columns: minmax(0, 1fr); } }
@media (pointer: coarse) { .part.positions .tool { height: 44px; } }
`;
const TALL = 200;
const STORIES = {
  sinusoidal: "Each pair of units is a wave over the places, every one slower than the one before; near places look alike.",
  learned: "A vector for each place, learnt like any other weight; it begins by chance.",
  rotary: "Nothing is added: queries and keys are turned by these angles, so a score knows the distance alone.",
  relative: "Nothing is added to the stream: each distance adds a number to the scores.",
  none: "No place is told: only the mask, where there is one, makes one place differ from another.",
};

export function mount(root, act) {
  const about = html("div", { class: "about" }), encoding = heat(root), similarity = heat(root), maps = html("div", { class: "maps" }, encoding.node, similarity.node);
  const dice = html("button", { class: "tool", type: "button", onclick: () => act({ do: "shuffle", seed: (facts.seed + 1) % 1000 }) }, icon("casino", 18), "Another order");
  const rows = html("div", { class: "rows" }), said = html("div", { class: "said" });
  const order = html("div", { class: "order" }, html("div", { class: "spread" }, html("b", { class: "small" }, "The same tokens in another order"), dice), rows, said);
  root.append(html("style", {}, LOOK), html("div", { class: "title" }, "Where a token stands"), about, maps, order);
  let facts = null;

  const line = (name) => { const label = html("span", { class: "muted" }, name), words = html("div", { class: "words" }), fill = html("div", { class: "fill" }), value = html("span", { class: "number" }); rows.append(label, words, html("div", {}, html("span", { class: "well" }, fill), value)); return { words, fill, value, well: fill.parentNode }; };
  const lines = ["as it stands", "shuffled", "with positions", "without"].map(line);

  function tokens(node, words, moved = null) {
    while (node.children.length > words.length) node.lastChild.remove();
    while (node.children.length < words.length) node.append(html("span"));
    words.forEach((word, i) => { put(node.children[i], cut(seenToken(word), 120)); node.children[i].className = moved?.[i] > 0.1 ? "moved" : ""; });
  }
  function update(next) {
    facts = next;
    root.style.setProperty("--strong", token(root, "amount")[4]);
    put(about, STORIES[facts.kind]);
    const labels = facts.tokens.map((word, i) => `${seenToken(word)} ${i + 1}`), { encoding: e, similarity: s } = facts.arrays;
    show(encoding, e, () => ({ name: facts.kind === "rotary" ? "Angles: cosine and sine" : "Encoding", row: "place", column: "unit", rowLabels: labels }));
    show(similarity, s, () => ({ name: facts.kind === "relative" ? "Added to the scores, mean of heads" : "How alike places are", row: "place", column: "place", rowLabels: labels, columnLabels: facts.tokens.map((_, i) => `${i + 1}`) }));
    order.style.display = facts.with ? "" : "none";
    if (!facts.with) return;
    const other = facts.order.map((i) => facts.tokens[i]), changes = facts.arrays.changes.values, n = facts.arrays.changes.shape[1], each = facts.each_step;
    tokens(lines[0].words, facts.tokens);
    tokens(lines[1].words, other);
    [facts.with, facts.without].forEach((one, i) => {
      const place = (k) => (each ? facts.order[k] : k), count = each ? other.length : one.after.length;
      const told = Array.from({ length: count }, (_, k) => one.after[place(k)]), moved = Array.from({ length: count }, (_, k) => changes[i * n + place(k)]);
      tokens(lines[2 + i].words, told.map(([word, share], k) => (n === 1 ? `${one.before[0][0]} ${fixed(one.before[0][1])} → ${word} ${fixed(share)}` : one.before[place(k)][0] === word ? word : `${seenToken(one.before[place(k)][0])}→${seenToken(word)}`)), moved);
      lines[2 + i].fill.style.transform = `scaleX(${Math.min(1, one.change ?? 0)})`;
      put(lines[2 + i].value, one.change === null ? "–" : `${percent(one.change)} moved`);
    });
    for (const one of lines.slice(0, 2)) { one.well.style.visibility = "hidden"; put(one.value, ""); }
    put(said, sentence());
  }
  function show(map, array, more) {
    map.node.style.visibility = array ? "visible" : "hidden";
    if (!array) return;
    const limit = Math.max(1e-9, array.values.reduce((most, one) => Math.max(most, Math.abs(one)), 0));
    map.update({ values: array.values, rows: array.shape[0], columns: array.shape[1], scale: "signed", low: -limit, high: limit, height: TALL, most: 28, locked: null, ...more() });
  }
  function sentence() {
    const { change } = facts.without, what = facts.each_step ? "every token's answer goes with it" : "the answer stays";
    if (change === null) return "";
    if (change < 0.0005) return `Without positions order means nothing: ${what}, whatever the order. Underlined: more than a tenth of the probability moves.`;
    return facts.masked ? "Without positions order still shows a little: the mask lets each token see those before it alone. Underlined: more than a tenth moves." : `Without positions ${percent(change)} of the probability moves. Underlined: more than a tenth moves.`;
  }
  return { update, end() { encoding.end(); similarity.end(); } };
}
