// How right targets are by the length of what was read: a line for tokens, a dashed one for whole targets.
// facts: dlplay/probes/lengths.py.
import { count, html, percent, speaker, svg } from "./dom.js";

const LOOK = `
.lengths { container-type: inline-size; }
.lengths .head { display: flex; gap: 8px; justify-content: space-between; height: 20px; white-space: nowrap; overflow: hidden; }
.lengths .stage { height: 88px; margin-top: 4px; }
.lengths .stage svg { width: 100%; height: 100%; }
.lengths .line { fill: none; stroke: var(--text); stroke-width: 2; }
.lengths .line.exact { stroke: var(--muted); stroke-dasharray: 4 3; }
.lengths .swatch { display: inline-block; vertical-align: middle; width: 14px; height: 8px; margin: 0 3px 0 6px; }
@container (max-width: 300px) { .lengths .head { flex-wrap: wrap; height: 40px; row-gap: 0; } .lengths .swatch:first-child { margin-left: 0; } }
.lengths .rule { stroke: var(--rule); }
.lengths .cursor { stroke: var(--control); }
`;
const LEFT = 34, RIGHT = 8, TOP = 6, BOTTOM = 18;

export function mount(root) {
  root.append(html("style", {}, LOOK));
  const title = html("span", { class: "title" }, "Written alone"), words = html("span", { class: "muted small" });
  const stage = html("div", { class: "stage", tabindex: "0", role: "application" }), picture = svg("svg", { "aria-hidden": "true" });
  const rules = [0, 0.5, 1].map((share) => ({ share, line: svg("line", { class: "rule" }), text: svg("text", { "text-anchor": "end" }, `${100 * share} %`) }));
  const exact = svg("path", { class: "line exact" }), tokens = svg("path", { class: "line tokens" }), cursor = svg("line", { class: "cursor" });
  const used = svg("text", { "text-anchor": "middle" }), first = svg("text"), last = svg("text", { "text-anchor": "end" });
  picture.append(...rules.flatMap(({ line, text }) => [line, text]), cursor, exact, tokens, used, first, last);
  stage.append(picture);
  root.append(html("div", { class: "head" }, title, words), stage);
  const speak = speaker(root);
  let facts = null, at = null;

  const swatch = (kind) => svg("svg", { class: "swatch", "aria-hidden": "true" }, svg("line", { class: `line ${kind}`, x1: 0, x2: 14, y1: 4, y2: 4 }));
  const legend = { tokens: swatch("tokens"), exact: swatch("exact") }, whole = (share) => `${Math.round(100 * share)} %`;
  const column = (name) => facts.arrays[name].values;
  function draw() {
    if (!facts || !stage.clientWidth) return;
    const wide = stage.clientWidth, high = 88, lengths = column("length"), n = lengths.length;
    const low = lengths[0], span = Math.max(1, lengths[n - 1] - low);
    const x = (i) => LEFT + ((lengths[i] - low) / span) * (wide - LEFT - RIGHT), y = (share) => TOP + (1 - share) * (high - TOP - BOTTOM);
    const path = (values) => [...values].map((share, i) => `${i ? "L" : "M"}${x(i)},${y(share)}`).join("");
    exact.setAttribute("d", path(column("exact")));
    tokens.setAttribute("d", path(column("tokens")));
    for (const { share, line, text } of rules) {
      for (const [name, value] of Object.entries({ x1: LEFT, x2: wide - RIGHT, y1: y(share), y2: y(share) })) line.setAttribute(name, value);
      text.setAttribute("x", LEFT - 5); text.setAttribute("y", y(share) + 4);
    }
    first.textContent = String(low); first.setAttribute("x", LEFT); first.setAttribute("y", high - 2);
    last.textContent = String(lengths[n - 1]); last.setAttribute("x", wide - RIGHT); last.setAttribute("y", high - 2);
    used.textContent = `${wide < 260 ? "" : "right by length, "}${count(facts.used)} of ${count(facts.all)} held-out`;
    used.setAttribute("x", (LEFT + wide - RIGHT) / 2); used.setAttribute("y", high - 2);
    cursor.style.display = at === null ? "none" : "";
    if (at !== null) for (const [name, value] of Object.entries({ x1: x(at), x2: x(at), y1: TOP, y2: high - BOTTOM })) cursor.setAttribute(name, value);
    if (at === null) words.replaceChildren(legend.tokens, `tokens ${whole(facts.tokens)},`, legend.exact, `whole ${whole(facts.right)}`);
    else words.textContent = `${lengths[at]}: ${percent(column("tokens")[at])}, ${percent(column("exact")[at])} of ${column("count")[at]}`;
    words.title = `${count(facts.used)} of ${count(facts.all)} held-out examples, written alone: each token is given what the model wrote before, not the true token. Line: tokens ${percent(facts.tokens)}. Dashes: whole targets ${percent(facts.right)}.`;
    stage.setAttribute("aria-label", `Accuracy by source length, written alone for ${facts.used} of ${facts.all} held-out examples: tokens ${percent(facts.tokens)}, whole targets ${percent(facts.right)}. Arrows go along the lengths.`);
  }
  function choose(i) { at = i; draw(); speak(i === null ? "" : words.textContent); }
  stage.addEventListener("pointermove", (event) => {
    if (!facts) return;
    const box = stage.getBoundingClientRect(), lengths = column("length"), share = (event.clientX - box.left - LEFT) / Math.max(1, box.width - LEFT - RIGHT);
    const wanted = lengths[0] + share * (lengths[lengths.length - 1] - lengths[0]);
    choose([...lengths.keys()].reduce((best, i) => (Math.abs(lengths[i] - wanted) < Math.abs(lengths[best] - wanted) ? i : best), 0));
  });
  stage.addEventListener("pointerleave", () => choose(null));
  stage.addEventListener("blur", () => choose(null));
  stage.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === "Escape") choose(null);
    else if (by && facts) choose(Math.max(0, Math.min(column("length").length - 1, (at ?? (by > 0 ? -1 : column("length").length)) + by)));
    else return;
    event.preventDefault();
  });
  const watch = new ResizeObserver(draw);
  watch.observe(stage);
  return {
    update(given) { facts = given; if (at !== null && at >= column("length").length) at = null; draw(); },
    end() { watch.disconnect(); },
  };
}
