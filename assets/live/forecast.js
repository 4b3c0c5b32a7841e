// A forecast: what came, what the model said one step ahead, what it says on its own, and below how far off it was.
// facts: dlplay/probes/forecast.py. Acts: begin {value}, release.
import { linearTicks, tickWords } from "./axis.js";
import { hover, onHover } from "./bus.js";
import { count, html, number, put, speaker, svg } from "./dom.js";
import { everyLabel, place, pointed, same, timeOf } from "./steps.js";
import { textWidth, token } from "./theme.js";
import { arrow, clamp, plain } from "./walk.js";

const LOOK = `
.forecast .head, .forecast .says { display: flex; gap: 8px; align-items: center; white-space: nowrap; overflow: hidden; }
.forecast .head { height: 22px; }
.forecast .says { height: 18px; font-size: 12px; line-height: 18px; }
.forecast .says > *, .forecast .head > * { overflow: hidden; text-overflow: ellipsis; }
.forecast .head .read { margin-left: auto; font-size: 12px; flex: none; }
.forecast .keys { display: inline-flex; gap: 12px; font-size: 12px; color: var(--muted); flex: none; }
.forecast .keys > span { display: inline-flex; gap: 4px; align-items: center; }
.forecast .keys svg { width: 18px; height: 10px; }
.forecast .stage { height: 112px; cursor: crosshair; touch-action: manipulation; user-select: none; }
.forecast .stage svg { width: 100%; height: 100%; }
.forecast path, .forecast .keys line { fill: none; stroke-width: 1.5; stroke-linejoin: round; }
.forecast .truth { stroke: var(--text); fill: none; }
.forecast .said { stroke: var(--model); stroke-width: 2; }
.forecast .free { stroke: var(--model); stroke-width: 2; stroke-dasharray: 2 3; }
.forecast .naive { stroke: var(--control); stroke-dasharray: 6 3; }
.forecast .stage .plot { overflow: hidden; height: 66px; }
.forecast .rule { stroke: var(--rule); }
.forecast .zero { stroke: var(--border); }
.forecast .over { fill: var(--positive); } .forecast .under { fill: var(--negative); }
.forecast .begin { stroke: var(--text); stroke-width: 2; }
.forecast .unknown { fill: var(--raised); }
.forecast .stage text { paint-order: stroke; stroke: var(--page); stroke-width: 4px; stroke-linejoin: round; }
.forecast .unknown ~ text.on { stroke: var(--raised); }
.forecast .cursor { stroke: var(--control); }
.forecast .dot { stroke: var(--page); }
@media (max-width: 520px) { .forecast .head { height: 40px; flex-wrap: wrap; row-gap: 0; } .forecast .says { height: 54px; white-space: normal; } .forecast .head .read { margin-left: 0; } .forecast .keys { gap: 8px; } }
`;
const LEFT = 44, RIGHT = 8, TOP = 6, HIGH = 112, PLOT = 64, REST = 72, DEEP = 24; // pixels; the residuals begin at REST

export function mount(root, act) {
  const key = (kind, words) => html("span", {}, svg("svg", { "aria-hidden": "true" }, svg("line", { class: kind, x1: 0, x2: 18, y1: 5, y2: 5 })), words);
  const naiveKey = key("naive", "naive");
  naiveKey.title = "The naive forecast: the last value once more";
  const keys = html("span", { class: "keys" }, key("truth", "true"), key("said", "one step ahead"), key("free", "on its own"), naiveKey);
  const title = html("span", { class: "title" }), read = html("span", { class: "read" });
  const says = html("span");
  const stage = html("div", { class: "stage", tabindex: "0", role: "application", "aria-roledescription": "line chart" });
  const unknown = svg("rect", { class: "unknown" }), rules = svg("g"), residuals = svg("g"), zero = svg("line", { class: "zero" });
  const naive = svg("path", { class: "naive" }), truth = svg("path", { class: "truth" }), said = svg("path", { class: "said" }), free = svg("path", { class: "free" });
  const begin = svg("line", { class: "begin" }), beginWords = svg("text"), cursor = svg("line", { class: "cursor" }), error = svg("text", { "text-anchor": "end" }), labels = svg("g");
  const residual = svg("text", { "text-anchor": "end", class: "on" }, "truth − forecast");
  const dots = ["var(--text)", "var(--model)", "var(--model)"].map((fill) => svg("circle", { r: 3.5, class: "dot", fill }));
  stage.append(svg("svg", { "aria-hidden": "true" }, unknown, rules, zero, residuals, svg("svg", { class: "plot" }, naive, truth, said, free), begin, beginWords, cursor, error, residual, labels, ...dots));
  root.append(html("style", {}, LOOK), html("div", { class: "head" }, title, keys, read), html("div", { class: "says" }, says), stage);
  const speak = speaker(root);
  let example = "", sentence = "", facts = null, plan = null, here = null, mine = false, touched = false;

  const values = (name) => facts.arrays[name].values;
  const last = () => facts.begin + values("free").length - 1; // the last value on its own
  // What is said of value t: known, forecast one step ahead, forecast on its own.
  const known = (t) => (t <= facts.count ? values("known")[t] : NaN);
  const ahead = (t) => (t >= 1 && t <= facts.count ? values("said")[t - 1] : NaN);
  const alone = (t) => (t >= facts.begin && t <= last() ? values("free")[t - facts.begin] : NaN);
  const guess = (t) => (t >= 1 && t <= facts.count ? values("naive")[t - 1] : NaN);
  const asked = (t) => t >= 1 && t <= facts.count && values("asked")[t - 1] === 1;

  function line(path, from, to, of, { x, y }) {
    let words = "", pen = false;
    for (let t = from; t <= to; t++) {
      const value = of(t);
      if (!Number.isFinite(value)) { pen = false; continue; }
      words += `${pen ? "L" : "M"}${x(t).toFixed(1)},${y(value).toFixed(1)}`;
      pen = true;
    }
    path.setAttribute("d", words);
  }
  function nodes(group, wanted, make) {
    while (group.children.length > wanted) group.lastChild.remove();
    while (group.children.length < wanted) group.append(make());
    return [...group.children];
  }

  function draw() {
    if (!facts || !stage.clientWidth) return;
    root.style.setProperty("--model", token(root, "experiments")[0]);
    const wide = stage.clientWidth, end = last(), all = [...values("known"), ...values("said"), ...values("free")].filter(Number.isFinite);
    // The range is that of what came, and of forecasts as far as four times that: wild ones leave the picture.
    const came = [...values("known")].filter(Number.isFinite), middle = (Math.min(...came) + Math.max(...came)) / 2, half = Math.max(1e-9, (Math.max(...came) - Math.min(...came)) / 2);
    const within = all.filter((value) => Math.abs(value - middle) <= 5 * half);
    const low = Math.min(...within), high = Math.max(...within), span = high - low || 1;
    const x = (t) => LEFT + (t / Math.max(1, end)) * (wide - LEFT - RIGHT), y = (value) => TOP + ((high - value) / span) * (PLOT - TOP);
    const scale = { x, y };
    plan = { x, y, pitch: (wide - LEFT - RIGHT) / Math.max(1, end), end };
    place(unknown, { x: x(facts.count), y: 0, width: Math.max(0, wide - RIGHT - x(facts.count)), height: HIGH - 14 });
    const ticks = linearTicks(low, high, 5);
    nodes(rules, 2 * ticks.length, () => svg("g")).forEach((node, i) => {
      const value = ticks[i >> 1];
      if (!node.firstChild) node.append(i % 2 ? svg("text", { "text-anchor": "end" }) : svg("line", { class: "rule" }));
      if (i % 2) { place(node.firstChild, { x: LEFT - 6, y: y(value) + 4 }); put(node.firstChild, tickWords(value)); }
      else place(node.firstChild, { x1: LEFT, x2: wide - RIGHT, y1: y(value), y2: y(value) });
    });
    line(truth, 0, facts.count, known, scale);
    line(said, 1, facts.count, ahead, scale);
    line(naive, 1, facts.count, guess, scale);
    line(free, facts.begin, end, alone, scale);
    place(begin, { x1: x(facts.begin), x2: x(facts.begin), y1: 0, y2: PLOT + 4 });
    // Residuals: truth less what was said one step before, on the scale of the values where it can be seen.
    const off = (t) => (asked(t) ? known(t) - ahead(t) : NaN), most = Math.max(1e-12, ...Array.from({ length: facts.count }, (_, i) => Math.abs(off(i + 1))).filter(Number.isFinite));
    const base = REST + DEEP / 2, thick = Math.max(1, Math.min(10, plan.pitch * 0.6));
    place(zero, { x1: LEFT, x2: x(facts.count), y1: base, y2: base });
    nodes(residuals, facts.count, () => svg("rect")).forEach((node, i) => {
      const value = off(i + 1), tall = Number.isFinite(value) ? (Math.abs(value) / most) * (DEEP / 2) : 0;
      place(node, { x: x(i + 1) - thick / 2, width: thick, y: value > 0 ? base - tall : base, height: tall, class: value > 0 ? "over" : "under" });
    });
    place(error, { x: LEFT - 6, y: base + 4 });
    put(error, `±${tickWords(most)}`);
    place(residual, { x: wide - RIGHT, y: base + 4 });
    residual.style.display = wide - RIGHT - x(facts.count) < 96 ? "none" : "";
    const every = everyLabel(plan.pitch, facts.dates.length ? textWidth(facts.dates[0]) + 12 : 40), listing = [];
    for (let t = every - 1; t <= end; t += every) listing.push(t);
    nodes(labels, listing.length, () => svg("text", { "text-anchor": "middle" })).forEach((node, i) => {
      const words = facts.dates[listing[i]] ?? String(listing[i] + 1), side = textWidth(words) / 2;
      place(node, { x: clamp(x(listing[i]), side, wide - side), y: HIGH - 1 });
      put(node, words);
    });
    const right = x(facts.begin) > wide - 150;
    place(beginWords, { x: x(facts.begin) + (right ? -5 : 5), y: 9, "text-anchor": right ? "end" : "start" });
    put(beginWords, "from here on its own");
    put(title, facts.target === "value" ? "Forecast" : `${facts.name || "Forecast"}: ${facts.target}`);
    title.title = title.textContent;
    const { here: one, part, free: run } = facts, answers = values("asked").reduce((sum, wanted) => sum + wanted, 0);
    const amount = (value) => (value === null ? "–" : number(value));
    sentence = [
      `${capital(part.name)}, ${part.used === part.all ? "all" : `${count(part.used)} of`} ${count(part.all)}: ${part.sentence} (mean |error| ${amount(part.model)}, naive ${amount(part.naive)}).`,
      run.error === null ? "" : `On its own ${amount(run.error)} over ${run.steps} ${run.steps === 1 ? "step" : "steps"}${facts.held.length ? `, ${facts.held.join(" and ")} held` : ""}.`,
    ].filter(Boolean).join(" ");
    says.title = `${sentence} Errors are means of absolute values, in the data's units.`;
    example = one.model === null ? "" : `this example ${amount(one.model)}, naive ${amount(one.naive)}${answers < facts.count ? ` (${answers} of ${facts.count} steps)` : ""}`;
    const words = `Forecast of ${facts.target}${facts.name ? ` of ${facts.name}, from ${facts.dates[0]} on` : ""}: ${facts.count} steps read, from value ${facts.begin + 1} on its own up to value ${end + 1}. ${sentence} Arrows go along the values, Enter lets the model go on alone from there, Escape goes back.`;
    if (stage.getAttribute("aria-label") !== words) stage.setAttribute("aria-label", words);
    show();
  }
  const capital = (words) => words[0].toUpperCase() + words.slice(1);

  function show() {
    cursor.style.display = here === null ? "none" : "";
    const points = here === null ? [NaN, NaN, NaN] : [known(here), ahead(here), alone(here)];
    dots.forEach((dot, i) => {
      const seen = Number.isFinite(points[i]) && plan.y(points[i]) > 0 && plan.y(points[i]) <= PLOT + 2;
      dot.style.display = seen ? "" : "none";
      if (seen) place(dot, { cx: plan.x(here), cy: plan.y(points[i]) });
    });
    if (here !== null) place(cursor, { x1: plan.x(here), x2: plan.x(here), y1: 0, y2: HIGH - 14 });
    put(read, example);
    put(says, here === null ? sentence : told(here));
  }
  function told(t) {
    const parts = [["true", known(t)], ["said", ahead(t)], ["on its own", alone(t)], ["naive", guess(t)]].filter(([, value]) => Number.isFinite(value));
    return `${facts.dates[t] ?? `value ${t + 1}`}: ${parts.map(([name, value]) => `${name} ${number(value)}`).join(", ")}`;
  }

  // Step t reads value t, both counted from 1 where they are written: one place in the linked pictures.
  function point(t, own) {
    if (same(t, here)) return;
    here = t === null || t <= plan.end ? t : null;
    mine = own && here !== null;
    if (own) hover(pointed(here !== null && here < facts.count ? here : null));
    show();
  }
  const choose = (t) => act(t === null || t === facts.begin ? { do: "release" } : { do: "begin", value: t });
  const under = (event) => {
    const found = Math.round((event.clientX - stage.getBoundingClientRect().left - LEFT) / plan.pitch);
    return found >= 0 && found <= plan.end ? found : null;
  };
  stage.addEventListener("pointerdown", (event) => { touched = event.pointerType === "touch"; });
  stage.addEventListener("pointermove", (event) => { if (plan && event.pointerType !== "touch") point(under(event), true); });
  stage.addEventListener("pointerleave", (event) => { if (plan && event.pointerType !== "touch" && mine) point(null, true); });
  stage.addEventListener("click", (event) => {
    if (!plan) return;
    const t = under(event), knew = same(t, here);
    point(t, true);
    if (t !== null && (!touched || knew)) choose(clamp(t, 1, facts.count));
  });
  stage.addEventListener("keydown", (event) => {
    if (!plan || !plain(event)) return;
    const by = arrow(event);
    if (by) point(clamp((here ?? facts.begin) + (by[1] || -by[0]), 0, plan.end), true);
    else if (event.key === "Home") point(0, true);
    else if (event.key === "End") point(plan.end, true);
    else if (event.key === "Enter" && here !== null) choose(clamp(here, 1, facts.count));
    else if (event.key === "Escape") { point(null, true); choose(null); }
    else return;
    event.preventDefault();
    if (here !== null) speak(told(here));
  });
  stage.addEventListener("blur", () => { if (plan && mine) point(null, true); });
  const quiet = onHover((what) => { if (plan && !(mine && same(timeOf(what), here)) && !(mine && here >= facts.count)) { mine = false; point(timeOf(what), false); } });
  const watch = new ResizeObserver(draw);
  watch.observe(stage);
  return {
    update(given) { facts = given; if (here !== null && here > last()) here = null; draw(); },
    end() { quiet(); watch.disconnect(); if (mine) hover(null); },
  };
}
