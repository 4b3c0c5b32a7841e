// What can be switched off, each with what it is worth, and how well the model answers without it.
// facts: dlplay/probes/silencing.py. Acts: silence {name}, hear.
import { fixed, html, minus, number, percent, put, speaker } from "./dom.js";
import { token } from "./theme.js";
import { clamp, plain } from "./walk.js";
import { switchRows } from "./attention/room.js";

const LOOK = `
.silence .top { height: 24px; }
.part.silence .on { border: 0; background: none; padding: 0 4px; min-height: 0; font-size: 12px; line-height: 20px; text-decoration: underline dotted var(--control); text-underline-offset: 3px; }
.silence .scores { display: grid; grid-template-columns: 60px minmax(0, 1fr) auto; column-gap: 8px; font-size: 12px; line-height: 18px; height: 36px; align-items: center; }
.silence .scores .well { height: 10px; background: var(--raised); border-radius: 2px; overflow: hidden; }
.silence .scores .fill { height: 100%; transform-origin: left; border-radius: 2px; }
.silence .scores .number { text-align: right; white-space: nowrap; }
.silence .table { display: grid; grid-template-columns: 62px minmax(0, 1fr) 66px 82px; column-gap: 4px; margin-top: 6px; overflow: hidden auto; scrollbar-width: thin; align-content: start; outline-offset: 2px; }
.silence.slim .table { grid-template-columns: 50px minmax(0, 1fr) 54px 50px; column-gap: 3px; } .part.silence.slim .table .switch { font-size: 11px; }
.silence .all { display: grid; grid-auto-flow: column; grid-auto-columns: minmax(0, 1fr); gap: 2px; }
.part.silence .switch { position: relative; padding: 0 2px; height: 24px; min-height: 24px; font-size: 12px; line-height: 18px; border-radius: 4px; white-space: nowrap; overflow: hidden; box-shadow: none; font-weight: 400; }
.part.silence .switch[aria-pressed="true"] { background: repeating-linear-gradient(135deg, var(--raised) 0 3px, var(--border) 3px 4px); text-decoration: line-through; border-color: var(--text); }
.silence .switch .worth { position: absolute; left: 0; bottom: 0; height: 3px; width: 100%; transform-origin: left; }
.silence .wide { display: flex; gap: 4px; flex: 1; min-width: 0; margin-left: 8px; }
.part.silence .wide .switch { padding: 0 8px; flex: 0 1 auto; text-overflow: ellipsis; }
.part.silence.slim .scores { grid-template-columns: 48px minmax(0, 1fr) auto; }
.silence .told { height: 16px; margin-top: 4px; font-size: 12px; line-height: 16px; color: var(--muted); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
@media (pointer: coarse) { .part.silence .table { height: auto !important; row-gap: 4px !important; } .part.silence .switch { height: 44px !important; } .silence .top { height: auto; } }
`;

export function mount(root, act) {
  const on = html("button", { class: "on", type: "button", onclick: () => act({ do: "hear" }) }, "all on");
  const bar = (words) => { const fill = html("div", { class: "fill" }), name = html("span", { class: "muted" }, words), value = html("span", { class: "number" }); return { fill, name, value, well: html("div", { class: "well" }, fill) }; };
  const bars = [bar("all on"), bar("without")];
  const table = html("div", { class: "table", role: "group", "aria-label": "Switches. Arrows go from one to the next, Enter switches." }), wide = html("div", { class: "wide", role: "group", "aria-label": "What all layers share" }), told = html("div", { class: "told" });
  root.append(
    html("style", {}, LOOK), html("div", { class: "spread top" }, html("span", { class: "title" }, "Switch off"), wide, on),
    html("div", { class: "scores" }, ...bars.flatMap((one) => [one.name, one.well, one.value])), table, told,
  );
  const say = speaker(root);
  let facts = null, made = "", switches = [], at = null;

  function build() {
    const slim = root.clientWidth < 300, signature = JSON.stringify([facts.rows, facts.shared, slim]);
    if (signature === made) return;
    made = signature;
    switches = [];
    root.classList.toggle("slim", slim);
    const { line, gap, tall } = switchRows(facts.rows.reduce((sum, row) => sum + row.parts.filter((part) => part.heads.length).length, 0));
    table.style.rowGap = `${gap}px`;
    table.style.height = `${tall}px`;
    const worded = (words) => (slim ? words.replace("feed-forward", "feed-fw").replace(/^(Enc|Dec)oder/, "$1") : words);
    const one = (name, words, title) => {
      const worth = html("span", { class: "worth" }), node = html("button", { class: "switch", style: `height: ${line}px; min-height: ${line}px`, type: "button", tabindex: "-1", onclick: () => { at = name; act({ do: "silence", name }); } }, worded(words), worth);
      node.addEventListener("pointerenter", () => { at = name; show(); });
      node.addEventListener("focus", () => { at = name; show(); say(words_(name)); });
      switches.push({ name, node, worth, title });
      return node;
    };
    const nodes = [];
    for (const row of facts.rows) {
      for (const [i, part] of row.parts.filter((part) => part.heads.length).entries()) {
        const feed = row.parts.find((other) => !other.heads.length), title = row.title;
        nodes.push(
          i ? html("span") : one(row.block, title, title),
          html("span", { class: "all" }, ...part.heads.map((name, k) => one(name, `${k + 1}`, `${title}, ${part.title === "attention" ? "" : `${part.title} `}head ${k + 1}`))),
          one(part.name, part.title, `${title}, all ${part.title}`),
          i || !feed ? html("span") : one(feed.name, feed.title, `${title}, ${feed.title}`),
        );
      }
    }
    wide.replaceChildren(...facts.shared.map((name) => one(name, name, `The ${name}`)));
    table.replaceChildren(...nodes);
    switches[0].node.tabIndex = 0;
  }
  const signed = (value, words) => `${value < 0 ? "−" : "+"}${words}`;
  const score = (value) => (facts.score_name === "accuracy" ? percent(value) : fixed(value, 3));
  function words_(name) {
    const effect = facts.effects[name], title = switches.find((one) => one.name === name)?.title ?? name;
    if (!effect || effect.loss === null) return `${title}: not measured yet`;
    const change = facts.score_name === "accuracy" ? `${fixed(100 * Math.abs(effect.score), 1)} %` : fixed(Math.abs(effect.score), 3);
    return `Without ${title.toLowerCase()}: loss ${signed(effect.loss, number(Math.abs(effect.loss), 2))}, ${facts.score_name} ${signed(effect.score, change)}`;
  }

  function update(next) {
    facts = next;
    build();
    show();
  }
  function show() {
    const strong = token(root, "amount")[4], most = Math.max(1e-9, ...Object.values(facts.effects).map((one) => Math.abs(one.loss ?? 0)));
    on.style.visibility = facts.silent.length ? "visible" : "hidden";
    [facts.on, facts.off].forEach((one, i) => {
      const { fill, value, name } = bars[i];
      put(name, i ? (facts.silent.length > 1 ? `without ${facts.silent.length}` : "without") : "all on");
      fill.style.background = i ? token(root, "negative") : strong;
      fill.style.transform = `scaleX(${one ? clamp(one.score ?? 0, 0, 1) : 0})`;
      put(value, one ? `${root.clientWidth < 300 ? "" : `${facts.score_name} `}${score(one.score)} · loss ${one.loss === null ? "–" : minus(number(one.loss, 3))}` : "press a part");
    });
    for (const { name, node, worth } of switches) {
      const effect = facts.effects[name]?.loss ?? 0;
      node.setAttribute("aria-pressed", String(facts.silent.includes(name)));
      worth.style.transform = `scaleX(${Math.min(1, Math.abs(effect) / most)})`;
      worth.style.background = effect < 0 ? token(root, "negative") : strong;
      const words = words_(name);
      if (node.title !== words) { node.title = words; node.setAttribute("aria-label", words); }
    }
    put(told, at ? words_(at) : `bars: what the loss gains without it · ${facts.used} of ${facts.all} held-out`);
  }
  const walk = (event) => {
    if (!facts || !plain(event)) return;
    const by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key], here = switches.findIndex((one) => one.node === event.target);
    if (!by || here < 0) return;
    const next = switches[clamp(here + by, 0, switches.length - 1)].node;
    switches[here].node.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
    event.preventDefault();
    event.stopPropagation();
  };
  for (const node of [table, wide]) {
    node.addEventListener("pointerleave", () => { at = null; if (facts) show(); });
    node.addEventListener("keydown", walk);
  }
  const watch = new ResizeObserver(() => { if (facts && root.clientWidth) update(facts); });
  watch.observe(root);
  return { update, end: () => watch.disconnect() };
}
