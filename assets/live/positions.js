// How a place is told: the encoding, how alike places are, and the same tokens or patches in another order.
// facts: dlplay/probes/positions.py. Acts: shuffle {seed}, place {at}, release.
import { fixed, html, put } from "./dom.js";
import { heat } from "./heat.js";
import { icon } from "./icons.js";
import { seenToken } from "./attention/words.js";
import { LIKENESS_LOOK, likeness } from "./positions/likeness.js";
import { PATCHES_LOOK, patches } from "./positions/patches.js";
import { TOKENS_LOOK, tokens, tokensSaid } from "./positions/tokens.js";
import { token } from "./theme.js";

const LOOK = `${LIKENESS_LOOK}${PATCHES_LOOK}${TOKENS_LOOK}
.positions .maps { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 24px; height: 244px; }
.positions .maps.patched { grid-template-columns: minmax(0, 1fr) auto; }
.positions .top { min-height: 26px; }
.positions .about { font-size: 12px; line-height: 16px; height: 20px; color: var(--muted); overflow: hidden; }
.positions .order { border-top: 1px solid var(--rule); margin-top: 8px; padding-top: 6px; height: 164px; }
.positions .order .spread { height: 28px; }
.part.positions .tool { height: 28px; min-height: 28px; padding: 0 8px; display: inline-flex; align-items: center; gap: 6px; font-size: 12px; white-space: nowrap; }
.positions .said { font-size: 12px; line-height: 16px; margin-top: 6px; }
@media (max-width: 640px) { .positions .maps, .positions .maps.patched { grid-template-columns: minmax(0, 1fr); height: auto; } .positions .order { height: auto; } .positions .top { min-height: 26px; }
.positions .top { flex-wrap: wrap; } .positions .about { height: auto; margin-bottom: 4px; } }
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
const OF_PATCHES = {
  sinusoidal: ({ word, columns }) => `Waves over the number of a ${word}, row after row: the next one is 1 place away, the one below ${columns}.`,
  learned: ({ word }) => `A vector for each ${word}, learnt, told nothing of rows and columns.`,
  none: ({ word }) => `No place is told, so there is nothing to compare: to the model one ${word} stands where any other stands.`,
};

export function mount(root, act) {
  const title = html("div", { class: "title" }), about = html("div", { class: "about" }), encoding = heat(root), similarity = heat(root);
  const alike = likeness(root, (at) => act(at === null ? { do: "release" } : { do: "place", at })), maps = html("div", { class: "maps" }, encoding.node, similarity.node, alike.node);
  const dice = html("button", { class: "tool", type: "button", onclick: () => act({ do: "shuffle", seed: (facts.seed + 1) % 1000 }) }, icon("casino", 18), "Another order");
  const heading = html("b", { class: "small" }), inTurn = { tokens: tokens(), patches: patches() }, said = html("div", { class: "said" });
  const order = html("div", { class: "order" }, html("div", { class: "spread" }, heading, dice), inTurn.tokens.node, inTurn.patches.node, said);
  root.append(html("style", {}, LOOK), html("div", { class: "spread top" }, title, alike.ways), about, maps, order);
  let facts = null;

  function update(next) {
    facts = next;
    const { grid } = facts, { encoding: e, similarity: s } = facts.arrays, word = grid?.word ?? "token";
    root.style.setProperty("--strong", token(root, "amount")[4]);
    put(title, `Where a ${word} stands`);
    put(about, grid ? OF_PATCHES[facts.kind](grid) + near(grid) : STORIES[facts.kind]);
    const labels = facts.tokens.map((one, i) => (grid ? one : `${seenToken(one)} ${i + 1}`));
    maps.classList.toggle("patched", Boolean(grid));
    maps.style.display = grid && !e ? "none" : "";
    show(encoding, e, () => ({ name: facts.kind === "rotary" ? "Angles: cosine and sine" : "Encoding", row: "place", column: "unit", rowLabels: labels }));
    similarity.node.style.display = grid ? "none" : "";
    alike.node.style.display = grid ? "" : "none";
    alike.ways.style.display = grid && s ? "" : "none";
    if (!grid) show(similarity, s, () => ({ name: facts.kind === "relative" ? "Added to the scores, mean of heads" : "How alike places are", row: "place", column: "place", rowLabels: labels, columnLabels: facts.tokens.map((_, i) => `${i + 1}`) }));
    else if (s) alike.update(facts);
    turn(grid);
  }
  const near = ({ near: all, apart }) => (all ? ` Cosine of neighbours ${fixed(all.beside)}, of others ${fixed(all.others)}; without their mean ${fixed(apart.beside)} and ${fixed(apart.others)}.` : "");
  function turn(grid) {
    order.style.display = facts.with || grid ? "" : "none";
    if (!facts.with && !grid) return;
    put(heading, grid ? `The same image with its ${grid.word === "patch" ? "patches" : `${grid.word}s`} in another order` : "The same tokens in another order");
    for (const [name, one] of Object.entries(inTurn)) one.node.style.display = (name === "patches") === Boolean(grid) ? "" : "none";
    inTurn[grid ? "patches" : "tokens"].update(facts);
    put(said, grid ? "" : tokensSaid(facts));
  }
  function show(map, array, more) {
    map.node.style.visibility = array ? "visible" : "hidden";
    if (!array) return;
    const limit = Math.max(1e-9, array.values.reduce((most, one) => Math.max(most, Math.abs(one)), 0));
    map.update({ values: array.values, rows: array.shape[0], columns: array.shape[1], scale: "signed", low: -limit, high: limit, height: TALL, most: 28, locked: null, ...more() });
  }
  return { update, end() { encoding.end(); similarity.end(); } };
}
