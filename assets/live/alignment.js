// A target being written: what is read stands above, what is written on the left, and between them where each step looked.
// facts: dlplay/probes/decoding.py. Acts: lock {step}, release, example {part, index}, text {value}, width {value}, choose {value}.
import { withoutWords } from "./attention/words.js";
import { hover, onHover } from "./bus.js";
import { paint } from "./codes.js";
import { count, fixed, html, number, speaker, svg } from "./dom.js";
import { icon } from "./icons.js";
import { OWN, own } from "./own.js";

const LOOK = `
.alignment { height: 555px; display: flex; flex-direction: column; gap: 6px; user-select: none; }
.alignment .line { display: flex; gap: 6px; align-items: center; height: 32px; flex: none; }
.alignment .line.low { height: 22px; }
.alignment .which { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.alignment form { display: flex; gap: 6px; flex: 1; min-width: 0; justify-content: flex-end; }
.alignment form input { min-width: 0; width: 240px; }
.alignment .line .title { white-space: nowrap; flex: none; }
.alignment .without { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; min-width: 0; font-weight: 600; }
.alignment .grow { flex: 1; }
.part.alignment .tool { height: 30px; min-height: 30px; padding: 0 7px; display: inline-flex; align-items: center; }
.alignment .says { display: grid; grid-template-columns: 56px minmax(0, 1fr); font-size: 14px; line-height: 20px; flex: none; }
.alignment .says > * { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; min-width: 0; }
.alignment .says .wrong { text-decoration: underline wavy var(--control) 1px; text-underline-offset: 3px; }
.alignment .says .hot { background: var(--text); color: var(--page); border-radius: 2px; }
.alignment .field { flex: 1; min-height: 0; position: relative; touch-action: manipulation; cursor: crosshair; }
.alignment .field svg { position: absolute; inset: 0; width: 100%; height: 100%; }
.alignment .field canvas { position: absolute; }
.alignment .ring, .alignment .still { position: absolute; pointer-events: none; border-radius: 2px; }
.alignment .ring { box-shadow: 0 0 0 1px var(--text); }
.alignment .ring.locked { box-shadow: 0 0 0 2px var(--text); }
.alignment .still { background: var(--page); opacity: 0.82; }
.part.alignment .widths { display: inline-flex; border: 1px solid var(--border); border-radius: 8px; overflow: hidden; flex: none; }
.part.alignment .widths button { border: 0; border-left: 1px solid var(--border); border-radius: 0; padding: 0 9px; height: 28px; min-height: 28px; font-size: 12px; color: var(--muted); }
.part.alignment .widths button:first-child { border-left: 0; }
.part.alignment .widths button[aria-pressed="true"] { color: var(--text); }
.alignment.low { height: 474px; } .alignment.low .beams { height: calc(20px * var(--held)); }
.alignment .beams { height: 100px; flex: none; font-size: 12px; line-height: 20px; }
.part.alignment .beams button { display: grid; grid-template-columns: minmax(0, 1fr) 64px 64px; gap: 8px; width: 100%; height: 20px; min-height: 0; padding: 0 4px; border: 0; border-radius: 3px; text-align: left; font-size: 12px; line-height: 20px; background: none; }
.alignment .beams button > * { overflow: hidden; white-space: nowrap; text-overflow: ellipsis; }
.alignment .over { width: 84px; text-align: right; padding-right: 4px; } .alignment .over:last-child { width: 68px; margin-left: -2px; }
.alignment .beams .number { text-align: right; }
.alignment .beams button.shown { background: var(--raised); font-weight: 600; }
.alignment .beams button:disabled { cursor: default; color: var(--muted); }
.alignment.narrow form input { width: 100%; }
.alignment.narrow .which .long, .alignment.narrow .hint { display: none; }
@media (pointer: coarse) {
  .alignment, .alignment.low { height: 660px; }
  .alignment .line { height: 44px; } .alignment .line.low { height: 22px; }
  .part.alignment .tool, .part.alignment .widths button { height: 44px; min-height: 44px; }
  .alignment .beams, .alignment.low .beams { height: 140px; }
  .part.alignment .beams button { height: 28px; line-height: 28px; }
}
`;
const SPEED = 600; // ms a step
const WIDTHS = [1, 2, 3, 4, 5];
const CHARACTER = 7.2;

export function mount(root, act) {
  root.append(html("style", {}, LOOK + OWN));
  const tool = (name, label, onclick) => html("button", { class: "tool", type: "button", "aria-label": label, title: label, onclick }, icon(name, 18));
  const which = html("span", { class: "which muted" });
  const box = own("Your own source text", "Read", (value) => act({ do: "text", value }), "tool");
  const another = (by) => act({ do: "example", part: facts.part, index: (facts.index + by + facts.count) % facts.count });
  const previous = tool("expand_more", "Example before", () => another(-1)), next = tool("expand_more", "Next example", () => another(1));
  previous.firstChild.style.transform = "rotate(90deg)"; next.firstChild.style.transform = "rotate(-90deg)";
  const says = html("div", { class: "says" });
  const field = html("div", { class: "field", tabindex: "0", role: "application" });
  const canvas = html("canvas", { class: "pixelated", "aria-hidden": "true" }), labels = svg("svg", { "aria-hidden": "true" });
  const still = html("div", { class: "still", hidden: true }), ring = html("div", { class: "ring", hidden: true }), lock = html("div", { class: "ring locked", hidden: true });
  field.append(canvas, labels, still, ring, lock);
  const without = html("span", { class: "without small" });
  const legend = html("span", { class: "legend" });
  const back = tool("skip_next", "One step back", () => go(cursor === null ? steps() - 1 : cursor - 1));
  back.firstChild.style.transform = "scaleX(-1)";
  const play = tool("play_arrow", "Write it step by step", () => (timer ? pause() : start()));
  const forth = tool("skip_next", "Next step", () => go((cursor ?? 0) + 1));
  const place = html("span", { class: "muted small number" });
  const widths = html("span", { class: "widths", role: "group", "aria-label": "Beam width" }, ...WIDTHS.map((width) => html("button", { type: "button", onclick: () => act({ do: "width", value: width }) }, String(width))));
  const beamsHead = html("span", { class: "muted small" });
  const beams = html("div", { class: "beams" });
  const rows = WIDTHS.map((_, i) => {
    const cells = [html("span"), html("span", { class: "number" }), html("span", { class: "number" })];
    const button = html("button", { type: "button", onclick: () => act({ do: "choose", value: i }) }, ...cells);
    beams.append(button);
    return { button, cells };
  });
  root.append(
    html("div", { class: "line" }, previous, next, which, box.node),
    box.said, says,
    html("div", { class: "line low" }, html("span", { class: "title" }, "Where it looks"), without, html("span", { class: "grow" }), legend),
    field,
    html("div", { class: "line" }, back, play, forth, place, html("span", { class: "grow" }), html("span", { class: "muted small hint" }, "beam width"), widths),
    html("div", { class: "line low" }, beamsHead, html("span", { class: "grow" }), html("span", { class: "muted small over" }, "log P a token"), html("span", { class: "muted small over" }, "log P")),
    beams,
  );
  const title = root.querySelector(".title");
  const speak = speaker(root);
  let facts = null, cursor = null, timer = 0, here = null, plan = null, columnLabels = [], rowLabels = [], sayNodes = [];

  const steps = () => facts.words.length;
  const tell = (what) => { here = what; hover(what && { kind: "query", ...what }); };
  const locked = () => (facts.at !== null && facts.at < steps() ? facts.at : null);

  function go(to) {
    if (!facts) return;
    cursor = to >= steps() ? null : Math.max(0, to);
    tell(cursor === null ? null : { step: Math.max(0, cursor - 1), key: null });
    draw();
  }
  function pause() { clearInterval(timer); timer = 0; playing(); }
  function start() {
    if (cursor === null) go(0);
    timer = setInterval(() => { go((cursor ?? 0) + 1); if (cursor === null) pause(); }, SPEED);
    playing();
  }
  function playing() {
    const now = timer ? "pause" : "play_arrow";
    if (play.dataset.now === now) return;
    play.dataset.now = now;
    play.replaceChildren(icon(now, 18));
    play.setAttribute("aria-label", timer ? "Stop writing" : "Write it step by step");
  }

  // Where everything stands: the size of a cell, and room for the words of both sides.
  function measure() {
    const wide = field.clientWidth, high = field.clientHeight;
    const values = facts.attends ? facts.arrays.alignment : facts.arrays.hidden;
    const [n, m] = values.shape;
    const longest = (words) => Math.max(1, ...words.map((word) => word.length));
    const left = Math.min(130, 30 + CHARACTER * longest(facts.words.map(rowWord)));
    let top = 4;
    let slanted = false;
    if (facts.attends) {
      const cell = (wide - left) / m;
      slanted = longest(facts.source) * CHARACTER + 4 > Math.min(cell, 52);
      top = slanted ? Math.min(84, 14 + CHARACTER * 0.8 * longest(facts.source)) : 20;
    }
    const h = Math.min(30, (high - top - 2) / n), w = Math.min(facts.attends ? 52 : 30, (wide - left - (slanted ? 30 : 2)) / m);
    return { n, m, left, top, w, h, slanted, values };
  }
  const shownWord = (word) => (word === " " ? "␣" : word);
  function rowWord(word, i) {
    const wrong = facts.right && !facts.right[i] && facts.wanted[i];
    return wrong ? `${shownWord(word)} ≠ ${shownWord(wrong)}` : shownWord(word);
  }

  function draw() {
    if (!facts || !field.clientWidth) return;
    root.classList.toggle("narrow", root.clientWidth < 480);
    root.classList.toggle("low", Boolean(facts.low));
    root.style.setProperty("--held", facts.width);
    plan = measure();
    const { n, m, left, top, w, h, slanted, values } = plan;
    const limit = facts.attends ? 1 : Math.max(1e-9, ...values.values.map(Math.abs));
    paint(root, canvas, values.values, n, m, facts.attends ? "amount" : "signed", limit);
    Object.assign(canvas.style, { left: `${left}px`, top: `${top}px`, width: `${w * m}px`, height: `${h * n}px` });
    legend.replaceChildren(...(facts.attends
      ? ["weight", html("span", { class: "number" }, "0"), html("span", { class: "bar amount" }), html("span", { class: "number" }, "1")]
      : ["state", html("span", { class: "number" }, number(-limit, 2)), html("span", { class: "bar signed" }), html("span", { class: "number" }, number(limit, 2))]));
    title.textContent = facts.attends ? "Where it looks" : "No attention: all it knows is its state";
    without.textContent = withoutWords(facts.off);
    without.title = facts.off.join(", ");
    const words = facts.words.map(rowWord), above = facts.attends ? facts.source.map(shownWord) : [];
    columnLabels = write(columnLabels, above, (node, i) => {
      const x = left + (i + 0.5) * w, y = top - 6;
      node.setAttribute("text-anchor", slanted ? "start" : "middle");
      node.setAttribute("transform", slanted ? `translate(${x - 2} ${y}) rotate(-50)` : `translate(${x} ${y})`);
      node.classList.toggle("strong", here?.key === i);
    });
    rowLabels = write(rowLabels, words, (node, i) => {
      node.setAttribute("text-anchor", "end");
      node.setAttribute("transform", `translate(${left - 6} ${top + (i + 0.5) * h + 4})`);
      node.style.fontSize = h < 12 ? `${Math.max(8, h)}px` : "";
      node.classList.toggle("strong", here?.step === i || locked() === i);
    });
    const shown = cursor ?? n;
    still.hidden = shown >= n;
    Object.assign(still.style, { left: "0px", top: `${top + shown * h}px`, width: `${left + w * m}px`, height: `${(n - shown) * h}px` });
    mark(ring, here && here.step < n ? here.step : null);
    mark(lock, locked());
    tokens();
    place.textContent = cursor === null ? `${n} steps` : `step ${cursor} of ${n}`;
    list();
    speak(said());
  }
  function mark(node, step) {
    node.hidden = step === null;
    if (step !== null) Object.assign(node.style, { left: `${plan.left}px`, top: `${plan.top + step * plan.h}px`, width: `${plan.w * plan.m}px`, height: `${plan.h}px` });
  }
  function write(nodes, words, dress) {
    while (nodes.length > words.length) nodes.pop().remove();
    while (nodes.length < words.length) { const node = svg("text"); labels.append(node); nodes.push(node); }
    words.forEach((word, i) => {
      const text = word.length > 16 ? `${word.slice(0, 15)}…` : word;
      if (nodes[i].textContent !== text) nodes[i].textContent = text;
      dress(nodes[i], i);
    });
    return nodes;
  }

  // Both rows as text; the token under the pointer is framed in each.
  function tokens() {
    const line = (name, words, joint, dress) => {
      const spans = words.flatMap((word, i) => {
        const span = html("span", { class: dress?.(i) }, word);
        return i && joint ? [joint, span] : [span];
      });
      return [html("span", { class: "muted" }, name), html("span", { title: words.join(joint) }, ...spans)];
    };
    const written = facts.words.slice(0, cursor ?? steps()).filter((word) => word !== facts.ends);
    const key = JSON.stringify([facts.source, written, facts.wanted, facts.unanswered, here, locked(), facts.right]);
    if (says.dataset.key === key) return;
    says.dataset.key = key;
    says.replaceChildren(
      ...line("reads", facts.source, facts.joint, (i) => (here?.key === i ? "hot" : null)),
      ...line("writes", written, facts.answer_joint, (i) => [facts.right && !facts.right[i] ? "wrong" : "", here?.step === i ? "hot" : ""].join(" ")),
      ...line("wanted", facts.wanted ? facts.wanted.filter((word) => word !== facts.ends) : [`– ${facts.unanswered}`], facts.answer_joint),
    );
  }

  // The beam after the step shown, or all that was found.
  function list() {
    const during = cursor !== null && cursor > 0 ? facts.steps[Math.min(cursor, facts.steps.length) - 1] : null;
    const held = during ?? facts.beams;
    beamsHead.textContent = during ? `held after step ${cursor}` : `found${facts.width > 1 ? `, best first` : " greedily"}`;
    rows.forEach(({ button, cells }, i) => {
      const one = held[i];
      button.style.visibility = one ? "visible" : "hidden";
      if (!one) return;
      const text = `${one.text || "–"}${one.finished ? ` ${facts.ends}` : " …"}`;
      [text, fixed(one.score), fixed(one.log)].forEach((words, k) => { if (cells[k].textContent !== words) cells[k].textContent = words; });
      button.disabled = Boolean(during);
      button.classList.toggle("shown", !during && i === facts.chosen);
    });
    [...widths.children].forEach((button, i) => button.setAttribute("aria-pressed", String(WIDTHS[i] === facts.width)));
  }

  function said() {
    if (!here || here.step >= steps()) return "";
    const weight = facts.attends && here.key !== null && here.key < plan.m ? `, looks at ${facts.source[here.key]} with weight ${fixed(plan.values.values[here.step * plan.m + here.key])}` : "";
    return `Step ${here.step + 1} writes ${facts.words[here.step]}, probability ${fixed(facts.shares[here.step])}${weight}`;
  }
  function under(event) {
    if (!plan) return null;
    const box = field.getBoundingClientRect(), x = event.clientX - box.left, y = event.clientY - box.top;
    const step = Math.floor((y - plan.top) / plan.h), key = Math.floor((x - plan.left) / plan.w);
    if (step < 0 || step >= plan.n || key >= plan.m) return null;
    return { step, key: facts.attends && key >= 0 ? key : null };
  }
  const resting = () => (cursor === null ? null : { step: Math.max(0, cursor - 1), key: null });
  field.addEventListener("pointermove", (event) => { if (facts) { tell(under(event) ?? resting()); draw(); } });
  field.addEventListener("pointerleave", () => { if (facts) { tell(resting()); draw(); } });
  field.addEventListener("click", (event) => {
    const found = facts && under(event);
    if (!found || found.step === locked()) { if (facts && locked() !== null) act({ do: "release" }); return; }
    act({ do: "lock", step: found.step });
  });
  field.addEventListener("keydown", (event) => {
    if (!facts || event.ctrlKey || event.metaKey || event.altKey) return;
    const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    const clamp = (value, most) => Math.max(0, Math.min(most - 1, value));
    if (move) {
      const from = here ?? { step: locked() ?? (move[0] ? -1 : 0), key: null };
      const key = move[1] && facts.attends ? clamp((from.key ?? -1) + move[1], plan.m) : from.key;
      tell({ step: clamp(from.step + move[0], plan.n), key });
      draw();
    } else if (event.key === "Enter" && here) act(here.step === locked() ? { do: "release" } : { do: "lock", step: here.step });
    else if (event.key === "Escape") { if (here) { tell(null); draw(); } if (locked() !== null) act({ do: "release" }); }
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  field.addEventListener("blur", () => { if (facts && here) { tell(resting()); draw(); } });
  const quiet = onHover((what) => {
    const found = what?.kind === "query" ? { step: what.step, key: what.key } : null;
    if (JSON.stringify(found) !== JSON.stringify(here)) { here = found; if (facts) draw(); }
  });
  const watch = new ResizeObserver(draw);
  watch.observe(field);
  playing();

  return {
    update(given) {
      const source = JSON.stringify(given.source);
      if (facts && source !== JSON.stringify(facts.source)) { pause(); cursor = null; here = null; }
      facts = given;
      if (cursor !== null && cursor >= steps()) cursor = null;
      if (here && here.step >= steps()) here = null;
      const mine = facts.index === null;
      which.replaceChildren(mine ? "your own text" : html("span", { class: "long" }, `${facts.part} example `), ...(mine ? [] : [`${count(facts.index + 1)} of ${count(facts.count)}`]));
      previous.disabled = next.disabled = mine && !facts.count;
      box.set({ text: facts.text ?? "", refused: facts.refused, shown: mine ? facts.text : `${facts.part} example ${count(facts.index + 1)}` });
      box.input.placeholder = `your own: ${facts.source.join(facts.joint)}`;
      field.setAttribute("aria-label", `Reads ${facts.source.join(" ")}; writes ${facts.words.join(" ")}. ${facts.attends ? "Attention weights, one row a step" : "States of the decoder, one row a step"}. Arrows go to a step and a token read, Enter locks.`);
      draw();
    },
    end() { clearInterval(timer); quiet(); watch.disconnect(); hover(null); },
  };
}
