// Gradient through time: one bar a step, on a log scale, for how strongly its state moves the loss.
// facts: dlplay/probes/gradients.py. Acts: loss {step}, lock {step}, layer {value}, release.
import { hover, onHover } from "./bus.js";
import { count, html, put, speaker, svg, tidy } from "./dom.js";
import { everyLabel, fromLog, place, pointed, powerOfTen, same, shown, stepUnder, timeOf } from "./steps.js";
import { textWidth, token } from "./theme.js";
import { arrow, clamp, plain } from "./walk.js";

const LOOK = `
.gradient .head, .gradient .says { display: flex; gap: 8px; align-items: center; white-space: nowrap; overflow: hidden; }
.gradient .head { height: 26px; }
.gradient .says { height: 18px; font-size: 12px; line-height: 18px; }
.gradient .says > * { overflow: hidden; text-overflow: ellipsis; }
.gradient .says .read { margin-left: auto; flex: none; color: var(--muted); }
.gradient .grow { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; }
.part.gradient .head select { height: 26px; padding: 0 4px; font-size: 12px; max-width: 240px; }
.part.gradient .head button { height: 26px; min-height: 26px; width: 26px; padding: 0; }
.gradient .at { min-width: 76px; text-align: center; font-size: 12px; }
.gradient [hidden] { display: none; }
.gradient .stage { height: 108px; cursor: crosshair; touch-action: manipulation; user-select: none; }
.gradient .stage svg { width: 100%; height: 100%; }
.gradient .rule { stroke: var(--rule); }
.gradient .bar { fill: var(--strong); }
.gradient .bar.faint { opacity: .4; }
.gradient .fit { stroke: var(--text); stroke-dasharray: 4 3; stroke-width: 1.5; }
.gradient .ring { fill: none; stroke: var(--text); }
.gradient .ring.locked { stroke-width: 2; }
.gradient .loss { stroke: var(--text); stroke-width: 1.5; }
@media (pointer: coarse) { .gradient .head { height: 44px; } .part.gradient .head select, .part.gradient .head button { height: 44px; min-height: 44px; } .part.gradient .head button { width: 44px; } }
@media (max-width: 520px) { .gradient .head { height: auto; flex-wrap: wrap; row-gap: 4px; } .gradient .head .title { flex-basis: 100%; } .gradient .head .about { display: none; } .gradient .says { height: 36px; flex-wrap: wrap; white-space: normal; } .gradient .says .read { margin-left: 0; } }
`;
const LEFT = 44, RIGHT = 4, TOP = 4, BOTTOM = 18, HIGH = 108, LETTER = 11, NUMBER = 26; // pixels
const FIT = "The factor is that of a straight line through the logarithms of all sizes before the loss, by least squares (dashes).";

export function mount(root, act) {
  const title = html("span", { class: "title" }), about = html("span", { class: "muted small grow about" });
  const which = html("select", { "aria-label": "State", onchange: () => choosePath(which.value) });
  const step = (by, words) => html("button", { type: "button", "aria-label": words, title: words, onclick: () => move(by) }, by < 0 ? "‹" : "›");
  const at = html("span", { class: "at" }), chooser = html("span", { class: "spread" }, step(-1, "Loss one step earlier"), at, step(1, "Loss one step later"));
  const sentence = html("span", { title: FIT }), read = html("span", { class: "read" });
  const stage = html("div", { class: "stage", tabindex: "0", role: "application", "aria-roledescription": "bar chart" });
  const rules = svg("g"), bars = svg("g"), labels = svg("g"), fit = svg("line", { class: "fit" }), loss = svg("line", { class: "loss" });
  const ring = svg("rect", { class: "ring", rx: 2 }), lock = svg("rect", { class: "ring locked", rx: 2 }), flag = svg("text", { "text-anchor": "middle", class: "strong" });
  stage.append(svg("svg", { "aria-hidden": "true" }, rules, bars, fit, loss, labels, lock, ring, flag));
  root.append(html("style", {}, LOOK), html("div", { class: "head" }, title, about, which, chooser), html("div", { class: "says" }, sentence, read), stage);
  const speak = speaker(root);
  let facts = null, path = null, here = null, plan = null, mine = false, touched = false, listed = "";

  const name = (one) => [
    facts.paths.some((other) => other.layer) ? `layer ${one.layer + 1}` : "", one.state === "cell" ? "cell state" : "hidden state",
    facts.paths.some((other) => other.direction === "back") ? (one.direction === "back" ? "← from the end" : "→ from the start") : "",
  ].filter(Boolean).join(", ");
  const key = (one) => `${one.layer}.${one.direction}.${one.state}`, kind = (one) => `${one.direction}.${one.state}`;
  // The layer is the one that all panels show; of it the hidden state that reads from the beginning stands there first.
  const number = () => {
    const of = (wanted) => facts.paths.findIndex((one) => one.layer === facts.layer && kind(one) === wanted), found = of(path);
    return Math.max(0, found < 0 ? of("there.hidden") : found);
  };
  function choosePath(value) {
    const one = facts.paths.find((other) => key(other) === value);
    path = kind(one);
    if (one.layer !== facts.layer) act({ do: "layer", value: one.layer });
    draw();
  }
  const logOf = (t) => facts.arrays.logs.values[number() * facts.count + t];
  const label = (t) => (facts.labels ? shown(facts.labels[t]) : String(t + 1));
  const words = (t) => `step ${t + 1}${facts.labels ? ` “${label(t)}”` : ""}`;

  function move(by) {
    const i = facts.asked.indexOf(facts.at), next = facts.asked[clamp(i + by, 0, facts.asked.length - 1)];
    if (next !== facts.at) act({ do: "loss", step: next });
  }

  function nodes(group, wanted, tag, attributes = {}) {
    while (group.children.length > wanted) group.lastChild.remove();
    while (group.children.length < wanted) group.append(svg(tag, attributes));
    return [...group.children];
  }

  function draw() {
    if (!facts || !stage.clientWidth) return;
    root.style.setProperty("--strong", token(root, "amount")[4]);
    const chosen = facts.paths[number()], n = facts.count, wide = stage.clientWidth;
    const keys = facts.paths.map((one) => `${key(one)} ${name(one)}`).join();
    if (listed !== keys) {
      listed = keys;
      which.replaceChildren(...facts.paths.map((one) => html("option", { value: key(one) }, name(one))));
    }
    which.value = key(chosen);
    put(title, `Gradient through time${facts.paths.some((one) => one.layer) ? `, layer ${chosen.layer + 1}` : ""}`);
    which.hidden = facts.paths.length < 2;
    chooser.hidden = facts.at === null || facts.asked.length < 2;
    put(at, facts.at === null ? "" : `loss at ${facts.at + 1}`);
    put(about, `size of ∂loss${facts.at === null ? "" : ` at step ${facts.at + 1}`} / ∂ ${chosen.state === "cell" ? "c" : "h"} at every step${facts.true ? "" : "; the loss of the model's own best answer"}`);
    put(sentence, `The gradient ${chosen.sentence}.`);
    sentence.title = `${sentence.textContent} ${FIT}`;

    const logs = Array.from({ length: n }, (_, t) => logOf(t)), finite = logs.filter(Number.isFinite);
    const low = finite.length ? Math.floor(Math.min(...finite) - 0.15) : -1, high = finite.length ? Math.max(low + 1, Math.ceil(Math.max(...finite) - 1e-6)) : 0;
    const pitch = (wide - LEFT - RIGHT) / n, floor = HIGH - BOTTOM, gap = Math.min(5, pitch * 0.2);
    const y = (log) => TOP + ((high - log) / (high - low)) * (floor - TOP), x = (t) => LEFT + t * pitch;
    plan = { left: LEFT, pitch, count: n, floor };
    const every = Math.max(1, Math.ceil((high - low) / 4)), ticks = [];
    for (let k = low; k <= high; k++) if ((k - high) % every === 0) ticks.push(k);
    nodes(rules, 2 * ticks.length, "g").forEach((node, i) => {
      const k = ticks[i >> 1];
      if (!node.firstChild) node.append(i % 2 ? svg("text", { "text-anchor": "end" }) : svg("line", { class: "rule" }));
      if (i % 2) { place(node.firstChild, { x: LEFT - 6, y: y(k) + 4 }); put(node.firstChild, powerOfTen(k)); }
      else place(node.firstChild, { x1: LEFT, x2: wide - RIGHT, y1: y(k), y2: y(k) });
    });
    const before = (t) => (chosen.direction === "back" ? t >= chosen.from : t <= chosen.from);
    nodes(bars, n, "rect", { class: "bar" }).forEach((node, t) => {
      const log = logs[t], there = Number.isFinite(log), zero = log === -Infinity && before(t);
      const top = there ? y(log) : floor - 2;
      place(node, { x: x(t) + gap / 2, width: Math.max(0.5, pitch - gap), y: top, height: there || zero ? floor - top : 0, class: zero ? "bar faint" : "bar" });
    });
    const distance = (t) => Math.abs(chosen.from - t) - 1, end = chosen.direction === "back" ? n - 1 : 0;
    const drawn = chosen.factor !== null && Math.abs(end - chosen.from) > 1;
    fit.style.display = drawn ? "" : "none";
    if (drawn) {
      const line = (t) => clamp(y(chosen.start + distance(t) * Math.log10(chosen.factor)), TOP, floor), first = chosen.from + (end ? 1 : -1);
      place(fit, { x1: x(end) + pitch / 2, x2: x(first) + pitch / 2, y1: line(end), y2: line(first) });
    }
    place(loss, { x1: x(chosen.from) + pitch / 2, x2: x(chosen.from) + pitch / 2, y1: floor, y2: floor + 4 });
    const step = everyLabel(pitch, facts.labels ? LETTER : NUMBER), listing = [];
    const long = facts.labels && Math.max(...facts.labels.map((one) => textWidth(shown(one)))) > pitch;
    for (let t = 0; t < n; t++) {
      const round = facts.labels ? !long && step === 1 || long && t % everyLabel(pitch, 44) === 0 : t === 0 || (t + 1) % step === 0;
      if (round && t !== chosen.from) listing.push(t);
    }
    nodes(labels, listing.length, "text", { "text-anchor": "middle" }).forEach((node, i) => { place(node, { x: x(listing[i]) + pitch / 2, y: HIGH - 3 }); put(node, label(listing[i])); });
    mark(lock, facts.locked);
    show();
    const told = `Gradient through time, ${name(chosen)}: ${n} steps, from ${fromLog(Math.min(...finite))} to ${fromLog(Math.max(...finite))}. ${sentence.textContent} Arrows go along the steps, Enter locks, L measures the loss there, Escape releases.`;
    if (stage.getAttribute("aria-label") !== told) stage.setAttribute("aria-label", told);
  }
  function mark(node, t) {
    const there = t !== null && t !== undefined && t < facts.count;
    node.style.display = there ? "" : "none";
    if (there) place(node, { x: LEFT + t * plan.pitch, width: plan.pitch, y: TOP - 2, height: plan.floor - TOP + 4 });
  }
  // What is pointed at, here or in another picture; without it where the loss is.
  function show() {
    const chosen = facts.paths[number()], t = here ?? chosen.from;
    mark(ring, here);
    const text = here === null ? (facts.labels ? `${label(t)} · loss` : `loss at ${t + 1}`) : label(t);
    const half = textWidth(text) / 2 + 4, middle = clamp(LEFT + (t + 0.5) * plan.pitch, LEFT + half, Math.max(LEFT + half, stage.clientWidth - half));
    place(flag, { x: middle, y: HIGH - 3 });
    put(flag, text);
    for (const node of labels.children) node.style.visibility = Math.abs(node.getAttribute("x") - middle) < half + textWidth(node.textContent) / 2 ? "hidden" : "";
    put(read, here === null ? `loss ${facts.loss === null ? "not finite" : tidy(facts.loss)}` : said(here));
  }
  function said(t) {
    const chosen = facts.paths[number()], after = chosen.direction === "back" ? t < chosen.from : t > chosen.from, apart = Math.abs(t - chosen.from);
    const value = logOf(t) === -Infinity ? (after && !Number.isFinite(logOf(t)) ? "behind the loss, no gradient" : "exactly 0") : fromLog(logOf(t));
    return `${words(t)}${apart && !after ? `, ${count(apart)} before the loss` : ""}: ${value}`;
  }

  function point(t, own) {
    if (same(t, here)) return;
    here = t === null || t < facts.count ? t : null;
    mine = own && here !== null;
    if (own) hover(pointed(here));
    if (plan) show();
  }
  const choose = (t) => act(t === null || t === facts.locked ? { do: "release" } : { do: "lock", step: t });
  stage.addEventListener("pointerdown", (event) => { touched = event.pointerType === "touch"; });
  stage.addEventListener("pointermove", (event) => { if (plan && event.pointerType !== "touch") point(stepUnder(event, stage, plan), true); });
  stage.addEventListener("pointerleave", (event) => { if (event.pointerType !== "touch" && mine) point(null, true); });
  stage.addEventListener("click", (event) => {
    if (!plan) return;
    const t = stepUnder(event, stage, plan), known = same(t, here);
    point(t, true);
    if (!touched || known) choose(t);
  });
  stage.addEventListener("keydown", (event) => {
    if (!plan || !plain(event)) return;
    const by = arrow(event), from = here ?? facts.locked ?? null;
    if (by) point(clamp((from ?? facts.paths[number()].from) + (by[1] || -by[0]), 0, facts.count - 1), true);
    else if (event.key === "Home") point(0, true);
    else if (event.key === "End") point(facts.count - 1, true);
    else if (event.key === "Enter" && from !== null) choose(from);
    else if ((event.key === "l" || event.key === "L") && from !== null && facts.asked.includes(from) && facts.at !== null) act({ do: "loss", step: from });
    else if (event.key === "Escape" && from !== null) { point(null, true); if (facts.locked !== null) choose(null); }
    else return;
    event.preventDefault();
    if (here !== null) speak(said(here));
  });
  stage.addEventListener("blur", () => { if (mine) point(null, true); });
  const quiet = onHover((what) => { if (facts && !mine) point(timeOf(what), false); else if (mine && timeOf(what) !== here) { mine = false; point(timeOf(what), false); } });
  const watch = new ResizeObserver(draw);
  watch.observe(stage);
  return {
    update(given) { facts = given; if (here !== null && here >= facts.count) here = null; draw(); },
    end() { quiet(); watch.disconnect(); if (mine) hover(null); },
  };
}
