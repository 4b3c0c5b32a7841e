// The cell repeated over the steps, and one step of one unit opened: its wiring, its arithmetic, its course.
// facts: dlplay/probes/states.py. Acts: step {time}, lock {layer, unit, time}, release, example {part, index}, text {value}.
import { hover, onHover } from "./bus.js";
import { fixed, html, put, speaker, svg } from "./dom.js";
import { onEscape } from "./escape.js";
import { example } from "./example.js";
import { icon } from "./icons.js";
import { arithmetic } from "./states/arithmetic.js";
import { course } from "./states/course.js";
import { strip } from "./states/strip.js";
import { wiring } from "./states/wiring.js";
import { capital, fromEnd, layerWords, stepWords, unitWords, valueBefore, valueOf, within } from "./states/words.js";
import { textWidth } from "./theme.js";
import { arrow, clamp, plain } from "./walk.js";

const LOOK = `
.unrolled { display: flex; flex-direction: column; gap: 4px; outline-offset: 4px; border-radius: 4px; }
.unrolled .top, .unrolled .which { flex: none; height: 28px; gap: 4px; }
.unrolled .title { flex: 1; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.part.unrolled .tool { height: 28px; min-height: 28px; padding: 0 6px; display: inline-flex; align-items: center; }
.unrolled .opened { position: relative; flex: none; }
.unrolled .opened svg { overflow: visible; }
.unrolled .beam { position: absolute; inset: 0 0 auto; height: 12px; }
.unrolled .beam path { fill: none; stroke: var(--border); }
.unrolled .frame { margin-top: 10px; border: 1px solid var(--border); border-radius: 8px; padding: 0; overflow: hidden; }
.unrolled .wire { fill: none; stroke: var(--control); stroke-width: 1.5; }
.unrolled .op { fill: var(--page); stroke: var(--text); stroke-width: 1.5; }
.unrolled .gate { fill: var(--page); stroke: var(--control); }
.unrolled .cell { stroke: var(--control); stroke-width: 0.75; }
.unrolled .ring { fill: none; stroke: var(--text); stroke-width: 2.5; pointer-events: none; }
.unrolled rect.peek { fill: none; stroke: var(--text); stroke-dasharray: 3 2; pointer-events: none; }
.unrolled .hit, .unrolled .pressed, .unrolled .course { cursor: pointer; }
.unrolled .pressed:hover text { text-decoration: underline dotted; text-underline-offset: 3px; }
.unrolled .pressed.open rect.gate { stroke: var(--text); stroke-width: 2.5; }
.unrolled .pressed.open text { text-decoration: underline; text-underline-offset: 3px; }
.part.unrolled svg text.halo { paint-order: stroke; stroke: var(--page); stroke-width: 4px; stroke-linejoin: round; }
.part.unrolled svg text.number.strong { font-weight: 700; }
.part.unrolled svg text.wrong { text-decoration: underline wavy; text-underline-offset: 2px; }
.part.unrolled svg text.formula { fill: var(--text); }
.unrolled .made { flex: none; height: 16px; font-size: 12px; line-height: 16px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.unrolled { container-type: inline-size; }
@container (max-width: 380px) { .unrolled .made { height: 32px; white-space: normal; } }
.unrolled .low { flex: none; height: 122px; position: relative; }
.part.unrolled .low .back { position: absolute; right: 0; top: -3px; border: 0; background: none; padding: 0 5px; min-height: 0; font-size: 16px; line-height: 18px; }
.unrolled .window { fill: none; stroke: var(--control); }
.unrolled .here { fill: none; stroke: var(--text); stroke-width: 3; }
.unrolled .triangle { fill: var(--text); stroke: var(--text); stroke-width: 2; }
.unrolled .rule { stroke: var(--rule); } .unrolled .now { stroke: var(--control); } .unrolled line.peek { stroke: var(--text); stroke-dasharray: 3 3; }
.unrolled .course .line { fill: none; stroke: var(--text); stroke-width: 2; stroke-linejoin: round; }
.unrolled .course .followed { fill: none; stroke: var(--control); stroke-dasharray: 4 3; stroke-width: 1.5; }
.unrolled .dot { fill: var(--text); stroke: var(--page); stroke-width: 1.5; }
@media (pointer: coarse) {
  .unrolled .top, .unrolled .which { height: 44px; }
  .part.unrolled .tool { height: 44px; min-height: 44px; }
  .part.unrolled .tool { min-width: 44px; justify-content: center; }
  .part.unrolled .low .back { min-height: 32px; }
}
`;
const EVERY = 700; // ms a step while it plays

export function mount(root, act) {
  const title = html("span", { class: "title" });
  const tool = (name, label, onclick, turn = "") => {
    const drawn = icon(name, 18);
    drawn.style.transform = turn;
    return html("button", { class: "tool", type: "button", tabindex: "-1", "aria-label": label, title: label, onclick }, drawn);
  };
  const back = tool("skip_next", "One step back (←)", () => go(-1), "scaleX(-1)"), play = tool("play_arrow", "Read step by step", () => (timer ? rest() : begin())), forth = tool("skip_next", "Next step (→)", () => go(1));
  const which = example(root, act);
  const repeated = strip(root, (time) => look(time === null ? null : { time }), (time) => step(time));
  const beam = svg("svg", { class: "beam", "aria-hidden": "true" }), rays = svg("path");
  beam.append(rays);
  const frame = html("div", { class: "frame" }), opened = html("div", { class: "opened" }, beam, frame);
  const made = html("div", { class: "made" });
  const worked = arithmetic(), line = course((time) => look(time === null ? null : { time }), (time) => step(time));
  const shut = html("button", { class: "back", type: "button", tabindex: "-1", "aria-label": "Back to the course of the unit", title: "Back to the course of the unit (Esc)", onclick: () => open(null) }, "×");
  const low = html("div", { class: "low" }, line.node, worked.node, shut);
  root.append(
    html("style", {}, LOOK),
    html("div", { class: "spread top" }, title, which.said, back, play, forth),
    which.node,
    repeated.node, opened, made, low,
  );
  root.tabIndex = 0;
  root.setAttribute("role", "application");
  const say = speaker(root);
  let facts = null, at = null, wires = null, drawn = "", chosen = null, timer = 0, mine = null, sending = 0;

  // ---- where it stands: a step of one's own holds until the run has heard of it
  const stands = () => ({ unit: facts.unit ?? facts.looked.unit, time: mine ?? facts.at ?? facts.looked.at });
  const cell = () => ({ unit: at?.unit ?? stands().unit, time: at?.time ?? stands().time });
  function step(time) {
    mine = clamp(time, 0, facts.time - 1);
    clearTimeout(sending);
    sending = setTimeout(() => act({ do: "step", time: mine }), 120);
    draw();
    say(words());
  }
  const go = (by) => step((facts.time + stands().time + by) % facts.time);
  function begin() {
    if (stands().time >= facts.time - 1) step(0);
    timer = setInterval(() => { if (stands().time >= facts.time - 1) rest(); else step(stands().time + 1); }, EVERY);
    paused();
  }
  function rest() { clearInterval(timer); timer = 0; paused(); }
  function paused() {
    const label = timer ? "Stop reading" : "Read step by step", drawn = icon(timer ? "pause" : "play_arrow", 18);
    play.replaceChildren(drawn); play.title = label; play.setAttribute("aria-label", label);
  }
  function open(name) {
    chosen = chosen === name ? null : name;
    if (chosen && at) look(null);
    draw();
    if (chosen) say(worked.node.textContent);
  }
  function words() {
    const here = cell();
    return `${capital(`${layerWords(facts)}${unitWords(facts, here.unit)}`)}, ${stepWords(facts, here.time)}: ${facts.shown.map(({ name, title }) => `${title.toLowerCase()} ${fixed(valueOf(facts, name, here))}`).join(", ")}`;
  }

  // ---- drawing: at every frame
  function draw() {
    const width = root.clientWidth;
    if (!facts || !width) return;
    if (facts.cell !== drawn) {
      drawn = facts.cell;
      wires = wiring(root, drawn, open);
      frame.replaceChildren(wires.node);
      if (!wires.names.includes(chosen)) chosen = null;
    }
    const way = facts.directions < 2 ? "" : fromEnd(facts, stands().unit) ? "read from the end ←" : "read from the start →", room = title.clientWidth;
    const short = facts.layers > 1 ? `Layer ${facts.layer + 1} of ${facts.layers}` : "Unrolled", long = `${short}, ${way || (facts.layers > 1 ? "unrolled" : "and one step opened")}`;
    put(title, 1.25 * textWidth(long) <= room ? long : `${short} ${way.slice(-1)}`.trim());
    title.title = `The cell of ${facts.layers > 1 ? `layer ${facts.layer + 1}` : "the layer"}, repeated over the steps, and one step opened`;
    const here = cell(), { x, from } = repeated.update(facts, stands(), at?.time ?? null, width);
    rays.setAttribute("d", `M${x} ${from}L12 11M${x} ${from}L${width - 12} 11`);
    wires.update(facts, here, chosen);
    put(made, formula(here));
    line.node.style.display = chosen ? "none" : "";
    worked.node.style.display = shut.style.display = chosen ? "" : "none";
    if (chosen) {
      const known = facts.looked.unit === here.unit && facts.looked.at === here.time;
      worked.update(known ? facts.work.find(({ name }) => name === chosen) ?? null : null, `${layerWords(facts)}${unitWords(facts, here.unit)}, step ${here.time + 1}`, width);
    } else line.update(facts, { unit: here.unit, time: stands().time }, at?.time ?? null, width);
    which.update(facts.example, facts.refused, facts.dates);
    title.hidden = Boolean(facts.refused); // why a text cannot be read stands in its place
    root.setAttribute("aria-label", `${facts.cell} unrolled over ${facts.time} steps. ${words()}. Left and right go from step to step, up and down from unit to unit, Enter locks, A opens the arithmetic of the next number, Escape releases.`);
  }
  function formula(here) {
    const v = (name) => valueOf(facts, name, here), b = (value) => (value < 0 ? `(${fixed(value)})` : fixed(value)), was = (name) => valueBefore(facts, name, here);
    const fit = (words, numbers) => (textWidth(`${words} = ${numbers}`) <= root.clientWidth ? `${words} = ${numbers}` : `${words.split(" ")[0]} = ${numbers}`);
    if (facts.cell === "LSTM") return fit("c = forget × c + input × cand.", `${fixed(v("forget"))} × ${b(was("cell"))} + ${fixed(v("input"))} × ${b(v("candidate"))} = ${fixed(v("cell"))}`);
    if (facts.cell === "GRU") return fit("h = update × h + (1 − update) × cand.", `${fixed(v("update"))} × ${b(was("hidden"))} + ${fixed(1 - v("update"))} × ${b(v("candidate"))} = ${fixed(v("hidden"))}`);
    const bend = facts.work.find(({ name }) => name === "hidden")?.bend ?? "tanh";
    return `h = ${bend}(W x + U h + bias): press a number for its arithmetic`;
  }

  // ---- pointing
  function look(cell) {
    if (!facts || (!cell && !at)) return;
    if (cell && at && cell.time === at.time && cell.unit === at.unit) return;
    at = cell;
    draw();
    hover(cell && { kind: "state", time: cell.time ?? null, unit: cell.unit ?? null, words: words() });
  }
  const quiet = onHover((what) => {
    if (!facts) return;
    const next = what?.kind === "state" && within(facts, what) ? { unit: what.unit ?? undefined, time: what.time ?? undefined } : null;
    if (!next && !at) return;
    at = next;
    draw();
  });

  root.addEventListener("keydown", (event) => {
    if (!facts || !plain(event) || event.target.closest?.("form")) return;
    const by = arrow(event), rows = facts.arrays.ranked.values, row = rows.indexOf(stands().unit);
    if (by?.[1]) go(by[1]);
    else if (by) act({ do: "lock", layer: facts.layer, unit: rows[clamp(row + by[0], 0, rows.length - 1)], time: stands().time });
    else if (event.key === "Enter" && event.target === root) act({ do: "lock", layer: facts.layer, ...stands() });
    else if (event.key === "[" || event.key === "]") which.go(event.key === "]" ? 1 : -1);
    else if (event.key === "Home") step(0);
    else if (event.key === "End") step(facts.time - 1);
    else if (event.key === "a" || event.key === "A") {
      const names = wires.names, next = names[(names.indexOf(chosen) + (event.shiftKey ? names.length - 1 : 1)) % names.length];
      open(next);
    } else if (event.key !== "Escape" || !leave()) return;
    event.preventDefault();
  });
  function leave() {
    if (!chosen && facts.unit === null && facts.at === null) return false;
    rest();
    if (chosen) open(null);
    else { mine = null; act({ do: "release" }); }
    return true;
  }
  const settle = onEscape(() => facts && leave());
  const watch = new ResizeObserver(() => draw());
  watch.observe(root);

  return {
    update(next) {
      facts = next;
      if (mine !== null && (facts.at === mine || mine >= facts.time)) mine = null;
      if (!within(facts, at)) at = null;
      draw();
    },
    end() { rest(); clearTimeout(sending); settle(); quiet(); watch.disconnect(); if (at) hover(null); },
  };
}
