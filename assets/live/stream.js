// The residual stream, part by part: what each would answer if it were the last, how sure it is of what the model
// answers in the end, which part moves that, and how large the stream is.
// facts: dlplay/probes/stream.py. Acts: place {at}, release.
import { fixed, html, number, percent, put, speaker } from "./dom.js";
import { cut } from "./heat/layout.js";
import { legend } from "./legend.js";
import { colourOf, token } from "./theme.js";
import { quoted, seenToken } from "./attention/words.js";
import { arrow, clamp, plain } from "./walk.js";

const LOOK = `
.stream .top { height: 24px; }
.stream .about { height: 18px; font-size: 12px; line-height: 18px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.stream .body { display: grid; grid-template-columns: 130px minmax(0, 1fr) 300px; column-gap: 12px; height: 376px; overflow: hidden auto; scrollbar-width: thin; margin-top: 6px; align-content: start; }
.stream .titles, .stream .bars { display: grid; align-content: start; }
.stream .titles span { font-size: 12px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; align-self: center; }
.stream .lens { overflow: auto hidden; scrollbar-width: thin; outline-offset: 2px; cursor: pointer; }
.stream .cells { display: grid; gap: 1px; justify-content: start; }
.stream .cells span { font-size: 12px; text-align: center; white-space: nowrap; overflow: hidden; border-radius: 2px; align-self: stretch; display: grid; place-items: center; }
.stream .cells .word { color: var(--muted); background: none; }
.stream .cells .word.here { color: var(--text); font-weight: 700; }
.stream .cells .here:not(.word) { box-shadow: inset 0 0 0 1.5px var(--text); }
.stream .cells .locked:not(.word) { box-shadow: inset 0 0 0 2px var(--text); }
.stream .cells .wrong { text-decoration: underline wavy; text-underline-offset: 2px; }
.stream .bars > div { display: grid; grid-template-columns: 88px 108px 80px; column-gap: 12px; align-items: center; font-size: 12px; }
.stream .bars .bar { display: grid; grid-template-columns: minmax(0, 1fr) 40px; align-items: center; }
.stream .bars .well { position: relative; height: 12px; background: var(--raised); border-radius: 2px; }
.stream .bars .fill { position: absolute; top: 0; bottom: 0; border-radius: 1px; }
.stream .bars .number { text-align: right; }
.stream .bars .most .number { font-weight: 700; }
.stream .said > div { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.stream .said { height: 36px; margin-top: 6px; font-size: 12px; line-height: 18px; overflow: hidden; }
.stream .unasked:not(.here) { opacity: .35; }
@media (max-width: 640px) { .stream .top .title { font-size: 13px; line-height: 16px; } .stream .top { height: auto; min-height: 44px; } .stream .about, .stream .said > div { white-space: normal; height: auto; } .stream .said { height: auto; min-height: 36px; } .stream .body { grid-template-columns: 92px minmax(0, 1fr); height: auto; } .stream .bars { grid-column: 1 / -1; margin-top: 12px; } }
`;
const HEAD = 22, MOST = 58, LEAST = 24, WIDEST = 72, NARROWEST = 26, NUMBERS = 40; // pixels: of the words above, of a row, of a cell, of one with a number

export function mount(root, act) {
  const key = legend({ tag: "span", framed: true }), about = html("div", { class: "about muted" });
  const titles = html("div", { class: "titles" }), cells = html("div", { class: "cells" }), bars = html("div", { class: "bars" }), first = html("div"), second = html("div", { class: "muted" }), said = html("div", { class: "said" }, first, second);
  const lens = html("div", { class: "lens", tabindex: "0", role: "application", "aria-roledescription": "residual stream" }, cells);
  root.append(html("style", {}, LOOK), html("div", { class: "spread top" }, html("span", { class: "title" }, "What each part would answer if it were the last"), key.node), about, html("div", { class: "body" }, titles, lens, bars), said);
  const say = speaker(root);
  let facts = null, at = null, made = "", grid = [], lines = [], walked = false, limit = 1;

  const answers = () => Boolean(facts.arrays.best);
  const places = () => facts.places;
  const value = (name, row, place) => { const { shape, values } = facts.arrays[name]; return values[row * shape[1] + place]; };
  // The last place that is asked: what is said at the others nobody has taught.
  const asked = (place) => facts.asked[place] ?? true;
  const last = () => { for (let place = places() - 1; place >= 0; place--) if (asked(place)) return place; return places() - 1; };
  const here = () => clamp(at ?? facts.at ?? last(), 0, places() - 1);
  // What stands above a place: the token read there, or that it is one answer for all.
  const above = (place) => (facts.places === 1 && facts.tokens.length !== 1 ? "the answer" : seenToken(facts.tokens[place]));

  function build() {
    const wide = lens.clientWidth, rows = facts.rows.length, count = places();
    const signature = JSON.stringify([wide, facts.rows, count]);
    if (signature === made) return;
    made = signature;
    const tall = clamp(Math.floor((372 - HEAD) / rows) - 1, LEAST, MOST), one = count === 1 ? 160 : clamp(Math.floor(wide / count) - 1, answers() ? NARROWEST : NUMBERS, WIDEST);
    cells.style.gridTemplateColumns = `repeat(${count}, ${one}px)`;
    for (const node of [cells, titles, bars]) node.style.gridTemplateRows = `${HEAD}px repeat(${rows}, ${tall}px)`;
    for (const node of [titles, bars]) node.style.rowGap = "1px";
    grid = Array.from({ length: rows + 1 }, (_, row) => Array.from({ length: count }, (_, place) => {
      const node = html("span", { class: row ? "" : "word" });
      node.addEventListener("pointerenter", () => { walked = false; look(place); });
      node.addEventListener("click", () => act(facts.at === place ? { do: "release" } : { do: "place", at: place }));
      return node;
    }));
    cells.replaceChildren(...grid.flat());
    titles.replaceChildren(html("span"), ...facts.rows.map(({ title }) => html("span", {}, title)));
    const bar = () => { const fill = html("div", { class: "fill" }), figure = html("span", { class: "number" }); return { fill, figure, node: html("div", { class: "bar" }, html("div", { class: "well" }, fill), figure) }; };
    lines = facts.rows.map(() => [bar(), bar(), bar()]);
    lens.scrollLeft = (here() + 1) * (one + 1) - wide; // the place that is spoken of is in sight
    bars.replaceChildren(html("div", { class: "muted" }, html("span", {}, "final answer"), html("span", {}, "this part moves it"), html("span", {}, "norm")), ...lines.map((line) => html("div", {}, ...line.map((one) => one.node))));
  }

  function update(next) {
    facts = next;
    if (!root.clientWidth) return; // not laid out yet; the observer will tell
    if (at !== null && at >= places()) at = null;
    build();
    limit = answers() ? 1 : Math.max(1e-9, facts.arrays.value.values.reduce((most, one) => Math.max(most, Math.abs(one)), 0));
    key.set(answers() ? { before: "probability", low: "0", high: "1", scale: "amount", after: "" } : { before: "answer", low: number(-limit, 2), high: number(limit, 2), scale: "signed", after: "" });
    put(about, answers() ? "down: the parts in order; across: the tokens; each cell: the most probable answer if it is read off there; wavy: not what is wanted" : "down: the parts of the model in order; across: the steps; in each cell the number that would be answered if it is read off there");
    for (let place = 0; place < places(); place++) {
      const top = above(place);
      put(grid[0][place], cut(top, Math.max(20, 0.92 * grid[0][place].clientWidth - 2)));
      grid[0][place].title = top;
      facts.rows.forEach((_, row) => {
        const node = grid[row + 1][place];
        if (!answers()) { valued(node, value("value", row, place)); return; }
        const share = value("share", row, place), word = seenToken(facts.classes[value("best", row, place)]), wide = node.clientWidth;
        put(node, cut(word, Math.max(20, wide - 2)));
        node.style.background = colourOf(root, "amount", share, 1);
        node.style.color = token(root, share > 0.55 ? "page" : "text");
        node.title = `${facts.rows[row].title}: ${word} ${fixed(share)}`;
      });
    }
    show();
  }
  // A number that would be answered, coloured by its sign.
  function valued(node, one) {
    put(node, fixed(one));
    node.style.background = colourOf(root, "signed", one, limit);
    node.style.color = token(root, "text");
  }
  function show() {
    const place = here(), last = facts.rows.length - 1, locked = facts.at;
    grid.forEach((row, i) => row.forEach((node, n) => {
      node.classList.toggle("here", n === place);
      node.classList.toggle("locked", n === locked);
      node.classList.toggle("unasked", !asked(n));
      if (i === last + 1) node.classList.toggle("wrong", wrong(n));
    }));
    const shares = facts.rows.map((_, row) => value(answers() ? "final" : "value", row, place)), moved = shares.map((one, row) => (row ? one - shares[row - 1] : 0));
    // One answer for all places has the norms of all: their mean.
    const norms = facts.rows.map((_, row) => (places() === facts.tokens.length ? value("norm", row, place) : facts.tokens.reduce((sum, _, i) => sum + value("norm", row, i), 0) / facts.tokens.length));
    const most = Math.max(1e-9, ...norms);
    lines.forEach(([share, move, norm], row) => {
      const change = moved[row], reach = answers() ? 1 : 2 * limit, length = Math.min(0.5, Math.abs(change) / reach / 2);
      if (answers()) set(share, 0, shares[row], token(root, "amount")[4], fixed(shares[row]));
      else set(share, 0.5 + Math.min(0, shares[row] / limit / 2), Math.abs(shares[row]) / limit / 2, token(root, shares[row] < 0 ? "negative" : "positive"), fixed(shares[row]));
      set(move, change < 0 ? 0.5 - length : 0.5, length, token(root, change < 0 ? "negative" : "positive"), row ? signed(change) : "");
      set(norm, 0, norms[row] / most, token(root, "control"), fixed(norms[row]));
    });
    put(first, sentence(place, shares, moved));
    put(second, layers(shares, moved));
    lines.forEach(([, move], row) => move.node.classList.toggle("most", row === mover(moved)));
    const label = `${facts.rows.length} parts of the model, ${places()} places. ${said.textContent} Left and right go from place to place, Enter locks, Escape releases.`;
    if (lens.getAttribute("aria-label") !== label) lens.setAttribute("aria-label", label);
  }
  function set({ fill, figure, node }, from, length, colour, words) {
    Object.assign(fill.style, { left: `${100 * from}%`, width: `${100 * clamp(length, 0, 1)}%`, background: colour });
    put(figure, words);
    node.style.visibility = words ? "visible" : "hidden";
  }
  const wrong = (place) => answers() && facts.wanted !== null && facts.wanted[place] !== null && facts.wanted[place] !== undefined && facts.wanted[place] !== value("best", facts.rows.length - 1, place);
  function sentence(place, shares, moved) {
    if (!answers()) return `At step ${place + 1} the model answers ${fixed(shares.at(-1))}; read off behind the embedding it would be ${fixed(shares[0])}.`;
    const last = facts.rows.length - 1, answer = facts.classes[value("best", last, place)], where = facts.places === 1 && facts.tokens.length !== 1 ? "" : `At ${quoted(facts.tokens[place])} `;
    let first = last;
    while (first > 0 && value("best", first - 1, place) === value("best", last, place)) first--;
    const best = mover(moved);
    const truth = wrong(place) ? ` Wanted is ${quoted(facts.classes[facts.wanted[place]])}.` : !asked(place) ? " No answer is wanted here, so none was taught." : facts.unanswered ? ` ${facts.unanswered}` : "";
    return `${where}${where ? "the" : "The"} model answers ${quoted(answer)} (${percent(shares[last])}). It is the first choice from ${facts.rows[first].title.toLowerCase()} on; ${facts.rows[best].title.toLowerCase()} moves it most: ${signed(moved[best])}.${truth}`;
  }
  // The part that moves the final answer most.
  const mover = (moved) => moved.map((_, row) => row).slice(1).sort((a, b) => moved[b] - moved[a])[0];
  const signed = (value) => `${value < 0 || fixed(value) === "0.00" ? "" : "+"}${fixed(value)}`;
  // How far each layer as a whole moves the final answer.
  function layers(shares, moved) {
    const sums = [];
    facts.rows.forEach(({ block }, row) => { if (block !== null) sums[block] = (sums[block] ?? 0) + moved[row]; });
    const said = sums.map((sum, block) => `layer ${block + 1} ${signed(sum)}`);
    return `Layer by layer: embedding ${fixed(shares[0])}, ${said.join(", ")} = ${fixed(shares.at(-1))}.`;
  }

  // ---- pointing
  function look(place) {
    if (place === at) return;
    at = place;
    if (facts) show();
  }
  lens.addEventListener("pointerleave", () => { if (!walked) look(null); });
  lens.addEventListener("blur", () => { walked = false; look(null); });
  lens.addEventListener("keydown", (event) => {
    if (!facts || !plain(event)) return;
    const step = arrow(event);
    if (step?.[1]) {
      walked = true;
      look(clamp(here() + step[1], 0, places() - 1));
      grid[0][at].scrollIntoView({ block: "nearest", inline: "nearest" });
      say(said.textContent);
    } else if (event.key === "Enter") act(facts.at === here() ? { do: "release" } : { do: "place", at: here() });
    else if (event.key === "Escape" && (at !== null || facts.at !== null)) { look(null); if (facts.at !== null) act({ do: "release" }); }
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  const watch = new ResizeObserver(() => { if (facts) update(facts); });
  watch.observe(root);
  return { update, end() { watch.disconnect(); } };
}
