// One head large, as lines between tokens or as a matrix; hover previews other heads, a click locks a query and a key.
// facts: dlplay/probes/attention.py. Acts: lock {query, key}, release, drawn {value}, silence {name}.
import { current, hover, onHover } from "./bus.js";
import { choice } from "./choice.js";
import { fixed, html, put, speaker } from "./dom.js";
import { lines, LINES_LOOK } from "./attention/lines.js";
import { allowed, asking, headWords, measureWords, ofPlaces, quoted, same, seenToken, switchOf, weightsOf } from "./attention/words.js";
import { onEscape } from "./escape.js";
import { heat } from "./heat.js";
import { arrow, clamp, plain } from "./walk.js";

const LOOK = `${LINES_LOOK}
.attention { outline-offset: 4px; border-radius: 4px; }
.attention .top { height: 28px; }
.attention .top .title { flex: 1; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.attention .measure { height: 18px; font-size: 12px; line-height: 18px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.attention .segments { display: inline-flex; border: 1px solid var(--border); border-radius: 8px; overflow: hidden; flex: none; }
.part.attention .segments button { border: 0; border-left: 1px solid var(--border); border-radius: 0; padding: 0 10px; height: 26px; min-height: 26px; font-size: 12px; color: var(--muted); background: none; }
.part.attention .segments button:first-child { border-left: 0; }
.part.attention .segments button[aria-pressed="true"] { color: var(--text); background: var(--raised); }
.attention .large { height: 358px; overflow: hidden; margin-top: 4px; }
.attention .large .heat .read { display: none; }
.attention .said { min-height: 32px; margin-top: 6px; font-size: 12px; line-height: 16px; overflow: hidden; display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; }
.attention .ways { min-height: 16px; margin-top: 4px; font-size: 12px; line-height: 16px; color: var(--muted); display: flex; gap: 6px; align-items: center; white-space: nowrap; overflow: hidden; }
@media (max-width: 640px) { .attention .ways { white-space: normal; } }
@media (pointer: coarse) { .attention .top { height: 44px; } .part.attention .segments button { height: 44px; min-width: 56px; } }
`;
const DRAWN = ["lines", "matrix"], TALL = 358;

export function mount(root, act) {
  const title = html("span", { class: "title" }), measure = html("div", { class: "measure muted" });
  const kinds = choice(DRAWN, (value) => act({ do: "drawn", value }));
  kinds.node.setAttribute("aria-label", "How the weights are drawn");
  const drawn = lines(root, { look: (cell) => { walked = false; look(cell); }, choose });
  const map = heat(root, {
    hover: (cell) => { walked = false; look(cell && { query: cell.row, key: cell.column }); },
    lock: (cell) => (cell ? choose({ query: cell.row, key: cell.column }) : act({ do: "release" })),
  });
  map.node.querySelector(".cells").tabIndex = -1; // the part is one tab stop
  const large = html("div", { class: "large" }, drawn.node, map.node), said = html("div", { class: "said" });
  const ways = html("div", { class: "ways" }), swatch = html("span", { class: "swatch hatch" }), future = html("span");
  root.append(html("style", {}, LOOK), html("div", { class: "spread top" }, title, kinds.node), measure, large, said, ways);
  root.tabIndex = 0;
  root.setAttribute("role", "application");
  root.setAttribute("aria-roledescription", "attention of one head");
  const say = speaker(root);
  let facts = null, preview = null, at = null, walked = false;

  const which = () => preview ?? facts.shown;
  const locked = () => facts.at;
  const cell = () => at ?? locked();
  function within(one) { return one && (one.query === null || one.query < facts.queries.length) && (one.key === null || one.key < facts.keys.length) ? one : null; }

  function update(next) {
    facts = next;
    if (!root.clientWidth) return; // not laid out yet; the observer will tell
    at = within(at);
    if (preview && !known(preview)) preview = null;
    draw();
  }
  const known = ({ layer, head }) => layer < facts.layers && (typeof head !== "number" || head < facts.heads) && (head !== "rollout" || facts.arrays.rollout);

  function draw() {
    const weights = weightsOf(facts, which()), matrix = facts.drawn === "matrix", here = cell();
    put(title, headWords(facts, which()));
    put(measure, measureWords(facts, which()));
    kinds.set(facts.drawn);
    drawn.node.style.display = matrix ? "none" : "";
    map.node.style.display = matrix ? "" : "none";
    if (matrix) {
      const values = facts.causal ? Float32Array.from(weights, (one, i) => (allowed(facts, Math.floor(i / facts.keys.length), i % facts.keys.length) ? one : NaN)) : weights;
      map.update({
        name: `${facts.queryWord} ↓ reads ${facts.keyWord} →`, values, rows: facts.queries.length, columns: facts.keys.length, scale: "amount", low: 0, high: 1,
        rowLabels: facts.queries.map(seenToken), columnLabels: facts.keys.map(seenToken), missing: "not allowed, exactly 0", most: 48,
        locked: locked() && { row: locked().query, column: locked().key }, height: TALL - 20,
      });
      map.point(at && at.query !== null && at.key !== null ? { row: at.query, column: at.key } : null);
    } else drawn.update(facts, weights, here, at ? null : locked(), root.clientWidth, TALL);
    put(said, sentence(weights, here));
    mask();
    root.setAttribute("aria-label", `${headWords(facts, which())}, ${measureWords(facts, which())}. ${sentence(weights, here)} Up and down go from query to query, left and right from key to key, Enter locks, M turns between lines and matrix, S silences the head, Escape releases.`);
  }
  function mask() {
    if (facts.causal && ways.firstChild !== swatch) ways.replaceChildren(swatch, future);
    if (facts.causal) put(future, `the future: not allowed, exactly ${facts.future === 0 ? "0" : fixed(facts.future, 4)}; thickness and colour: weight`);
    else put(ways, ofPlaces(facts, facts.unmasked ? "the mask is off: every token sees the future" : `${asking(facts, "every")} may look at every token; thickness and colour: weight`));
  }
  function sentence(weights, here) {
    if (!here) return facts.drawn === "matrix" ? "Each row sums to 1. Point at a weight, click to work it out." : `Point at ${asking(facts, "a")} to see what it looks at, click to work it out.`;
    const across = facts.keys.length, of = (query, key) => weights[query * across + key];
    if (here.query === null) {
      const by = facts.queries.map((_, query) => query).sort((a, b) => of(b, here.key) - of(a, here.key)).slice(0, 3);
      return `${quoted(facts.keys[here.key])} is looked at most by ${by.map((query) => `${quoted(facts.queries[query])} ${fixed(of(query, here.key))}`).join(", ")}.`;
    }
    if (here.key !== null && !allowed(facts, here.query, here.key)) return `${quoted(facts.queries[here.query])} may not look at ${quoted(facts.keys[here.key])}: it comes later. The weight is exactly 0.`;
    const best = facts.keys.map((_, key) => key).sort((a, b) => of(here.query, b) - of(here.query, a)).slice(0, 3).filter((key) => of(here.query, key) >= 0.01);
    const told = facts.under?.[here.query], next = told ? ` It ${facts.underWord === "next" ? "expects" : "says"} ${quoted(told[0])}, ${fixed(told[1])}.` : "";
    const list = best.map((key) => `${quoted(facts.keys[key])} ${fixed(of(here.query, key))}`).join(", ");
    if (facts.underWord === "next" && here.key === null) return `After ${quoted(facts.queries[here.query])} this head looks at ${list}${told ? ` to write ${quoted(told[0])}, ${fixed(told[1])}` : ""}.`;
    const one = here.key === null ? "" : `${quoted(facts.queries[here.query])} looks at ${quoted(facts.keys[here.key])} with weight ${fixed(of(here.query, here.key), 3)}; `;
    return `${one}${one ? "most" : quoted(facts.queries[here.query])} at ${list}.${next}`;
  }

  // ---- pointing
  function look(next) {
    if ((!next && !at) || (next && at && next.query === at.query && next.key === at.key)) return;
    at = next;
    draw();
    hover(next && { kind: "weight", ...next });
  }
  function choose(next) {
    const was = locked();
    act(was && was.query === next.query && was.key === next.key ? { do: "release" } : { do: "lock", ...next });
  }
  root.addEventListener("keydown", (event) => {
    if (!facts || !plain(event) || event.target.closest("button")) return;
    const step = arrow(event), here = cell() ?? { query: 0, key: null };
    if (step) {
      walked = true;
      const key = step[1] || here.key !== null ? clamp((here.key ?? -step[1]) + step[1], 0, facts.keys.length - 1) : null;
      look({ query: clamp((here.query ?? 0) + (cell() ? step[0] : 0), 0, facts.queries.length - 1), key });
      say(sentence(weightsOf(facts, which()), at));
    } else if (event.key === "Enter" && at) choose({ query: at.query ?? 0, key: at.key ?? 0 });
    else if (event.key === "m" || event.key === "M") act({ do: "drawn", value: facts.drawn === "matrix" ? "lines" : "matrix" });
    else if ((event.key === "s" || event.key === "S") && switchOf(facts, facts.shown)) act({ do: "silence", name: switchOf(facts, facts.shown) });
    else if (event.key !== "Escape" || !leave()) return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
  root.addEventListener("focusout", () => { if (walked) { walked = false; look(null); } });
  function leave() {
    if (!at && !locked() && !facts.locked) return false;
    look(null);
    if (locked() || facts.locked) act({ do: "release" });
    return true;
  }
  const settle = onEscape(() => facts && leave());
  const quiet = onHover((what) => {
    if (!facts) return;
    const head = what?.kind === "head" && known(what) ? { layer: what.layer, head: what.head } : null;
    const other = what?.kind === "weight" ? within({ query: what.query, key: what.key }) : null;
    if (same(head, preview) || (!head && !preview)) { if (JSON.stringify(other) === JSON.stringify(at)) return; }
    preview = head;
    at = other;
    draw();
  });
  const watch = new ResizeObserver(() => { if (facts) update(facts); });
  watch.observe(root);
  return { update, end() { settle(); quiet(); map.end(); watch.disconnect(); if (at && current()?.kind === "weight") hover(null); } };
}
