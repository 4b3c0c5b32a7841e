// A text that the model writes: token by token, what it weighed at each, and the text coloured by one of its units.
// facts: dlplay/probes/writing.py. Acts: write {value}, temperature {value}, top_k {value}, top_p {value}, seed {value}, unit {layer, unit}, state {value}.
import { glance, GLANCE_LOOK } from "./attention/glance.js";
import { seenToken, withoutWords } from "./attention/words.js";
import { clamp, plain } from "./walk.js";
import { choice } from "./choice.js";
import { paint } from "./codes.js";
import { fixed, html, put, speaker, tidy } from "./dom.js";
import { icon } from "./icons.js";
import { legend } from "./legend.js";
import { OWN, own } from "./own.js";
import { colourOf, token } from "./theme.js";

const LOOK = `
.writing { height: 152px; display: flex; flex-direction: column; gap: 5px; }
.writing .head, .writing .foot { display: flex; gap: 8px; align-items: center; white-space: nowrap; font-size: 12px; flex: none; }
.writing .head { height: 28px; }
.writing .foot { height: 20px; }
.writing form, .writing .group { display: inline-flex; gap: 4px; align-items: center; min-width: 0; }
.writing form { flex: 1; }
.part.writing input { height: 28px; padding: 0 8px; font-size: 12px; min-width: 0; }
.part.writing form input { flex: 1; max-width: 220px; }
@media (min-width: 641px) { .part.writing form:focus-within input { max-width: none; } .writing .head:has(form:focus-within) .group { max-width: 0; overflow: hidden; } }
.part.writing .seed { width: 62px; }
.part.writing select { height: 28px; padding: 0 2px; font-size: 12px; }
.part.writing input[type="range"] { width: 76px; padding: 0; accent-color: var(--control); background: none; border: 0; }
.part.writing .head button { height: 28px; min-height: 28px; padding: 0 6px; font-size: 12px; display: inline-flex; align-items: center; }
.writing .foot .without { font-weight: 600; flex: none; max-width: 60%; overflow: hidden; text-overflow: ellipsis; } .writing .foot .looked { overflow: hidden; text-overflow: ellipsis; min-width: 0; }
.writing .heat { display: inline-block; width: 22px; }
.writing .body { display: flex; gap: 16px; flex: 1; min-height: 0; }
.writing .text { flex: 1; min-width: 0; overflow-y: auto; scrollbar-width: thin; font: 13px/17px var(--fontNumber); white-space: pre-wrap; overflow-wrap: anywhere; outline-offset: 2px; border-radius: 2px; cursor: text; }
.writing .text span { border-radius: 2px; }
.writing .text .given { text-decoration: underline; text-decoration-color: var(--control); text-underline-offset: 3px; }
.writing .text .end { color: var(--muted); }
.writing .text.more::after { content: "…"; color: var(--muted); }
.writing .text .unread { visibility: hidden; }
.writing .text .here { box-shadow: 0 0 0 1.5px var(--text); }
.writing .next { width: 212px; flex: none; font-size: 12px; line-height: 13px; }
.writing .next .what { height: 14px; color: var(--muted); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.writing .row { display: grid; grid-template-columns: 38px minmax(0, 1fr) 34px; gap: 6px; align-items: center; height: 13px; }
.writing .row .word { text-align: right; overflow: hidden; white-space: nowrap; text-overflow: ellipsis; font-family: var(--fontNumber); }
.writing .row.said { font-weight: 700; }
.writing .well { height: 9px; position: relative; background: var(--raised); border-radius: 2px; overflow: hidden; }
.writing .well div { position: absolute; left: 0; width: 100%; transform-origin: left; }
.writing .after { top: 0; height: 6px; background: var(--strong); }
.writing .before { bottom: 0; height: 3px; background: var(--control); }
.writing .row .number { text-align: right; line-height: 13px; }
.writing .units { position: relative; flex: 1; min-width: 40px; height: 14px; cursor: crosshair; touch-action: manipulation; }
.writing .units canvas { width: 100%; height: 100%; }
.writing .units .mark { position: absolute; top: -2px; bottom: -2px; box-shadow: 0 0 0 2px var(--text); border-radius: 1px; pointer-events: none; }
.writing .segments { display: inline-flex; border: 1px solid var(--border); border-radius: 8px; overflow: hidden; }
.part.writing .segments button { border: 0; border-radius: 0; height: 20px; min-height: 20px; line-height: 20px; padding: 0 8px; font-size: 12px; color: var(--muted); background: none; }
.part.writing .segments button[aria-pressed="true"] { color: var(--text); background: var(--raised); }
.writing.large { height: 456px; } .writing.large .text { font-size: 15px; line-height: 24px; } .writing.large .next { line-height: 20px; width: 260px; }
.writing.large .row, .writing.large .next .what { height: 22px; } .writing.large .row { grid-template-columns: 60px minmax(0, 1fr) 40px; } .writing.large .well { height: 14px; } .writing.large .after { height: 9px; } .writing.large .before { height: 5px; }
@media (max-width: 640px) {
  .writing, .writing.large { height: auto; } .writing .head { height: auto; flex-wrap: wrap; } .writing form { flex-basis: 100%; } .part.writing form input { max-width: none; }
  .writing .body { flex-direction: column; gap: 8px; } .writing .text { flex: none; height: 153px; } .writing .next { width: 100%; }
  .writing .foot { height: auto; flex-wrap: wrap; justify-content: space-between; } .writing .units { flex: none; width: 100%; order: -1; height: 20px; }
}
@media (pointer: coarse) { .part.writing input, .part.writing .head button, .part.writing .segments button { height: 44px; min-height: 44px; } .writing .units { height: 32px; } }
`;
const SPEED = 120, FAINT = 0.02; // ms a token; a weight that is not drawn
const ROWS = 6, MOST_ROWS = 8;
const KEPT = [0, 1, 2, 3, 5, 10, 20], SHARES = [1, 0.95, 0.9, 0.8, 0.5];

export function mount(root, act) {
  const tool = (name, label, onclick) => html("button", { type: "button", "aria-label": label, title: label, onclick }, icon(name, 16));
  const quietly = (node) => { node.addEventListener("keydown", (event) => event.stopPropagation()); return node; };
  const box = own("How the text begins", "Write", (value) => act({ do: "write", value }));
  box.input.placeholder = "how it begins";
  const heat = quietly(html("input", { type: "range", min: 0, step: 0.1, "aria-label": "Temperature", title: "Temperature: below 1 it plays safe, above 1 it dares; at 0 it always takes the most probable" }));
  const heatWords = html("span", { class: "heat number" });
  heat.addEventListener("input", () => put(heatWords, Number(heat.value).toFixed(1)));
  heat.addEventListener("change", () => act({ do: "temperature", value: Number(heat.value) }));
  const chosen = (name, what, values, words) => {
    const node = quietly(html("select", { "aria-label": what, title: what, onchange: () => act({ do: name, value: Number(node.value) }) }, ...values.map((one) => html("option", { value: one }, words(one)))));
    return { node, set(value) { if (!values.includes(value) && node.lastChild.value !== String(value)) node.append(html("option", { value }, words(value))); node.value = String(value); } };
  };
  const topK = chosen("top_k", "Top-k: only so many of the most probable tokens are drawn from", KEPT, (one) => (one ? `${one} best` : "all"));
  const topP = chosen("top_p", "Top-p: only the most probable tokens that make up this share are drawn from", SHARES, (one) => (one < 1 ? one.toFixed(2) : "all"));
  const seed = quietly(html("input", { class: "seed number", type: "number", min: 0, step: 1, "aria-label": "Seed", title: "Seed: the same one draws the same text" }));
  seed.addEventListener("change", () => act({ do: "seed", value: seed.value }));
  const dice = tool("casino", "Another seed", () => act({ do: "seed", value: Math.floor(Math.random() * (facts.last_seed + 1)) }));
  const back = tool("skip_next", "One token back", () => go((cursor ?? count() - 1) - 1));
  back.firstChild.style.transform = "scaleX(-1)";
  const play = tool("play_arrow", "Write it token by token", () => (timer ? pause() : start()));
  const forth = tool("skip_next", "Next token", () => go((cursor ?? count() - 1) + 1));
  const head = html("div", { class: "head" }, html("span", { class: "title" }, "Writing"), box.node,
    html("label", { class: "group" }, html("span", { class: "muted" }, "temperature"), heat, heatWords),
    html("label", { class: "group" }, html("span", { class: "muted" }, "top-k"), topK.node), html("label", { class: "group" }, html("span", { class: "muted" }, "top-p"), topP.node),
    html("label", { class: "group" }, html("span", { class: "muted" }, "seed"), seed), dice, html("span", { class: "group" }, back, play, forth));
  const text = html("div", { class: "text", tabindex: "0", role: "application", "aria-roledescription": "written text" });
  const what = html("div", { class: "what" }), next = html("div", { class: "next", role: "img" }, what);
  const rows = Array.from({ length: MOST_ROWS }, () => {
    const word = html("span", { class: "word" }), after = html("div", { class: "after" }), before = html("div", { class: "before" }), share = html("span", { class: "number" });
    const node = html("div", { class: "row" }, word, html("div", { class: "well" }, after, before), share);
    next.append(node);
    return { node, word, after, before, share };
  });
  const about = html("span", { class: "muted" }), canvas = html("canvas", { class: "pixelated", "aria-hidden": "true" }), mark = html("div", { class: "mark" });
  const units = html("div", { class: "units", tabindex: "0", role: "slider", "aria-label": "Unit that colours the text" }, canvas, mark);
  const states = html("span"), range = legend({ tag: "span" });
  const looks = html("div", { class: "foot" }), looked = html("span", { class: "muted looked" }), without = html("span", { class: "without" }), scale = legend({ tag: "span" });
  const seen = glance(root);
  looks.append(without, looked, scale.node);
  const foot = html("div", { class: "foot" }, about, units, range.node, states);
  root.append(html("style", {}, LOOK + GLANCE_LOOK + OWN), head, box.said, html("div", { class: "body" }, text, next), seen.node, foot, looks);
  const speak = speaker(root);
  let facts = null, spans = [], cursor = null, hovered = null, preview = null, timer = 0, segments = null, listed = "";

  const count = () => facts.arrays.token.values.length;
  const of = (name) => facts.arrays[name].values;
  const word = (number) => facts.vocabulary[number];
  const isEnd = (number) => facts.ends !== null && word(number) === facts.ends;
  const isBegin = (number) => facts.begins !== null && word(number) === facts.begins;
  const attends = () => Boolean(facts.arrays.looked);
  // How much the token at a place looked at an earlier one when it was read.
  const lookedAt = (place, at) => of("looked")[place * count() + at] / 255;
  const unit = () => preview ?? facts.unit;
  const value = (place, which) => of("values")[place * facts.units + which];
  // What is looked at: under the pointer, where the writing stands, else the last token that was written and is no end.
  function place() {
    if (hovered !== null || cursor !== null) return clamp(hovered ?? cursor, 0, count() - 1);
    for (let at = count() - 1; at > 0; at--) if (!of("given")[at] && !isEnd(of("token")[at])) return at;
    return count() - 1;
  }
  // Where the text begins that a place belongs to: no token sees another text.
  function begins(at) {
    let first = at;
    while (first > 0 && !isEnd(of("token")[first - 1])) first--;
    return first;
  }

  function go(to) { if (facts) { cursor = to >= count() - 1 ? null : Math.max(0, to); draw(); tell(); } }
  function pause() { clearInterval(timer); timer = 0; playing(); }
  function start() {
    if (cursor === null) cursor = Math.max(0, of("given").indexOf(0) - 1);
    timer = setInterval(() => { cursor += 1; if (cursor >= count() - 1) { cursor = null; pause(); } draw(); }, SPEED);
    playing();
  }
  function playing() {
    play.replaceChildren(icon(timer ? "pause" : "play_arrow", 16));
    play.setAttribute("aria-label", timer ? "Stop writing" : "Write it token by token");
  }

  function draw() {
    if (!facts) return;
    root.style.setProperty("--strong", token(root, "amount")[4]);
    const numbers = of("token"), given = of("given"), n = count(), which = unit(), active = root.getRootNode().activeElement;
    const typed = facts.beginning.filter((one) => one !== facts.begins).join(facts.joint);
    heat.max = facts.hottest;
    seed.max = facts.last_seed;
    box.input.title = typed;
    box.set({ text: typed, refused: facts.refused, shown: typed ? `what begins with ${typed}` : "a text without a beginning" });
    if (active !== heat) { heat.value = facts.temperature; put(heatWords, Number(facts.temperature).toFixed(1)); }
    if (active !== seed) seed.value = facts.seed;
    topK.set(facts.top_k);
    topP.set(facts.top_p);
    root.classList.toggle("large", attends());
    put(without, withoutWords(facts.off));
    without.title = facts.off.join(", ");
    without.hidden = !facts.off.length;
    seen.node.hidden = !attends() || Boolean(facts.refused);
    looks.style.display = attends() && !facts.refused ? "" : "none";
    foot.style.display = facts.refused || !facts.units ? "none" : "";
    let limit = 1e-9;
    for (let i = 0; i < n; i++) { const one = Math.abs(value(i, which)); if (one > limit) limit = one; }
    while (spans.length > n) spans.pop().remove();
    while (spans.length < n) { const span = html("span"); spans.push(span); text.append(span); }
    const now = place();
    spans.forEach((span, i) => {
      const number = numbers[i], letters = isBegin(number) ? "" : isEnd(number) ? `${facts.ends}  ` : word(number) + facts.joint;
      if (span.textContent !== letters) span.textContent = letters;
      const look = [given[i] ? "given" : "", isEnd(number) ? "end" : "", cursor !== null && i > cursor ? "unread" : "", (hovered ?? cursor) !== null && i === now ? "here" : ""].join(" ").trim();
      if (span.className !== look) span.className = look;
      const held = facts.units ? value(i, which) : NaN, seen = attends() ? lookedAt(now, i) : 0;
      const ground = Number.isFinite(held) ? colourOf(root, "signed", held, limit) : seen >= FAINT ? colourOf(root, "amount", 0.1 + 0.5 * seen, 1) : "";
      if (span.dataset.ground !== ground) { span.dataset.ground = ground; span.style.background = ground; }
    });
    text.classList.toggle("more", !facts.done && cursor === null);
    bars(now);
    if (attends()) {
      const best = [...numbers.keys()].sort((a, b) => lookedAt(now, b) - lookedAt(now, a)).slice(0, 3).filter((i) => lookedAt(now, i) >= FAINT);
      put(looked, best.length ? `“${named(numbers[now])}” looks at ${best.map((i) => `“${named(numbers[i])}” ${fixed(lookedAt(now, i))}`).join(", ")} · when it was read, the mean of the last layer's heads` : "an end looks at nothing");
      scale.set({ low: "0", high: "1", scale: "amount" });
      const piece = Array.from({ length: now + 1 - begins(now) }, (_, i) => begins(now) + i);
      seen.show(piece.map((i) => seenToken(word(numbers[i]))), piece.map((i) => lookedAt(now, i)));
    }
    strip(now, which, limit);
    const words = `Text ${withoutWords(facts.off) || "written"} by the model${facts.done ? "" : ", still being written"}: ${[...numbers].filter((one) => !isBegin(one)).map(word).join(facts.joint).slice(0, 300)}. Coloured by ${attends() ? "what the token looked at" : `unit ${which + 1}`}. Arrows go along the tokens, Escape shows all.`;
    if (text.getAttribute("aria-label") !== words) text.setAttribute("aria-label", words);
  }
  const named = (number) => (isEnd(number) ? "end" : word(number) === " " ? "space" : word(number));
  const amount = (share) => (share > 0 && share < 0.005 ? "<.01" : fixed(share));

  // What could stand at this place: the upper bar is what was drawn from, the lower one what the model says itself.
  function bars(now) {
    const ranks = facts.arrays.likely.shape[1], own = of("own"), there = Number.isFinite(own[2 * now]), cut = facts.top_k > 0 || facts.top_p < 1, hot = facts.temperature !== 1 || cut;
    put(what, there ? `place ${now + 1}${hot ? ` · thin: ${cut ? "before temperature and cuts" : "at temperature 1"}` : ""}` : "the first token has no past");
    rows.forEach((row, i) => {
      const visible = there && i < Math.min(ranks, attends() ? MOST_ROWS : ROWS);
      row.node.style.visibility = visible ? "visible" : "hidden";
      if (!visible) return;
      const at = now * ranks + i, number = of("likely")[at], after = of("shares")[2 * at + 1];
      put(row.word, named(number));
      row.node.classList.toggle("said", number === of("token")[now]);
      row.after.style.transform = `scaleX(${after})`;
      row.before.style.transform = `scaleX(${of("shares")[2 * at]})`;
      put(row.share, amount(after));
    });
    next.setAttribute("aria-label", there ? `Next tokens: ${rows.filter((row) => row.node.style.visibility === "visible").map((row) => `${row.word.textContent} ${row.share.textContent}`).join(", ")}` : "No probabilities");
  }

  // All units at the place that is looked at; the one that colours the text is framed.
  function strip(now, which, limit) {
    if (!facts.units) return;
    const at = Array.from({ length: facts.units }, (_, i) => { const one = value(now, i); return Number.isFinite(one) ? one : 0; });
    const most = Math.max(1e-9, ...at.map(Math.abs));
    paint(root, canvas, at, 1, facts.units, "signed", most);
    mark.style.left = `${(100 * which) / facts.units}%`;
    mark.style.width = `${100 / facts.units}%`;
    const number = value(now, which);
    put(about, `${facts.layers > 1 ? `layer ${facts.layer + 1}, ` : ""}unit ${which + 1} of ${facts.units}: ${Number.isFinite(number) ? fixed(number) : "–"}`);
    for (const [name, words] of Object.entries({ "aria-valuemin": 1, "aria-valuemax": facts.units, "aria-valuenow": which + 1, "aria-valuetext": about.textContent })) units.setAttribute(name, words);
    range.set({ low: tidy(-limit), high: tidy(limit), scale: "signed" });
    if (listed !== facts.states.join()) {
      listed = facts.states.join();
      segments = facts.states.length > 1 ? choice(facts.states, (state) => act({ do: "state", value: state })) : null;
      states.replaceChildren(...(segments ? [segments.node] : []));
    }
    segments?.set(facts.state);
  }
  function tell() {
    const now = place(), own = of("own")[2 * now + 1];
    speak(`Place ${now + 1}, ${named(of("token")[now])}${Number.isFinite(own) ? `, probability ${amount(own)}` : ""}${facts.units ? `, unit ${unit() + 1} ${fixed(value(now, unit()))}` : attends() ? `, ${looked.textContent}` : ""}`);
  }

  const under = (event) => { const found = spans.indexOf(event.target); return found < 0 ? null : found; };
  text.addEventListener("pointermove", (event) => { const found = facts && under(event); if (found !== hovered && event.pointerType !== "touch") { hovered = found; draw(); } });
  text.addEventListener("pointerleave", () => { if (hovered !== null) { hovered = null; draw(); } });
  text.addEventListener("click", (event) => { if (facts) { hovered = null; const found = under(event); go(found === null || found === cursor ? count() : found); } });
  text.addEventListener("keydown", (event) => {
    if (!facts || !plain(event)) return;
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by) go((cursor ?? count() - 1) + by);
    else if (event.key === "Home") go(0);
    else if (event.key === "Escape" && cursor !== null) { pause(); go(count()); }
    else return;
    event.preventDefault();
  });
  const unitUnder = (event) => { const where = units.getBoundingClientRect(); return clamp(Math.floor(((event.clientX - where.left) / where.width) * facts.units), 0, facts.units - 1); };
  const look = (which) => { if (preview !== which) { preview = which; draw(); } };
  const lock = (which) => act({ do: "unit", layer: facts.layer, unit: which });
  let touched = false;
  units.addEventListener("pointerdown", (event) => { touched = event.pointerType === "touch"; });
  units.addEventListener("pointermove", (event) => { if (facts?.units && event.pointerType !== "touch") look(unitUnder(event)); });
  units.addEventListener("pointerleave", (event) => { if (event.pointerType !== "touch") look(null); });
  units.addEventListener("click", (event) => { const which = unitUnder(event), knew = which === preview; look(which); if (!touched || knew) lock(which); });
  units.addEventListener("keydown", (event) => {
    if (!facts || !plain(event)) return;
    const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (by) look(clamp(unit() + by, 0, facts.units - 1));
    else if (event.key === "Enter" && preview !== null) lock(preview);
    else if (event.key === "Escape" && preview !== null) look(null);
    else return;
    event.preventDefault();
  });
  units.addEventListener("blur", () => look(null));
  return {
    update(given) { facts = given; if (cursor !== null && cursor >= count() - 1) cursor = null; if (preview !== null && preview >= facts.units) preview = null; draw(); },
    end() { clearInterval(timer); },
  };
}
