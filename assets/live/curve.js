// The curves of a run, growing while zoom and hover stay. Frame: dlplay/ui/curves.py.
import { linearTicks, logTicks, tickWords } from "./axis.js";
import { hover, onHover } from "./bus.js";
import { dashed, inkOf, range, short, told, turns } from "./curve/gates.js";
import { count, html, number, percent, speaker } from "./dom.js";
import { plotly, SHEET } from "./plotly.js";
import { css, scale, textWidth, token } from "./theme.js";

const LOOK = `
.curve .title { flex: none; }
.curve .words { text-align: right; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; min-width: 0; }
.curve .words b { color: var(--text); font-weight: 650; }
.curve .stage { position: relative; height: 140px; border-radius: 4px; }
.curve .chart { position: absolute; inset: 0; }
.curve .cursor { position: absolute; width: 0; border-left: 1px solid var(--text); pointer-events: none; }
.curve .cursor.hover { border-left: 1px dashed var(--control); }
.curve .measured { position: absolute; top: 0; right: 0; color: var(--muted); font-size: 12px; line-height: 14px; pointer-events: none; }
.curve .views { display: flex; gap: 2px; height: 24px; align-items: center; margin-top: 4px; }
.curve .views button { font-size: 12px; line-height: 16px; padding: 2px 7px; min-height: 0; border-color: transparent; background: none; color: var(--muted); }
.curve .views button[aria-pressed=true] { background: var(--raised); color: var(--text); box-shadow: none; }
.curve .views .grow { flex: 1; }
.curve { container-type: inline-size; }
@container (max-width: 268px) { .curve .spread { flex-wrap: wrap; column-gap: 8px; } .curve .views { flex-wrap: wrap; height: auto; row-gap: 2px; } .curve .views .grow { flex: 0 0 100%; } }
@media (pointer: coarse) { .curve .views { height: 44px; } .curve .views button { min-height: 44px; padding: 2px 12px; } }
${SHEET}`;
const MARGIN = { l: 36, r: 52, t: 16, b: 20 }; // above the picture stands when it was measured
const TALL = 140, LOW = 106; // pixels: alone, and where it shares its column
const BEFORE = "before"; // the line of the run before
const TITLES = { loss: "Loss", norms: "Gradients", gates: "Gates" };
const NEVER_LOG = ["score", "gates"];
const CONFIG = { displayModeBar: false, doubleClick: false, scrollZoom: false, showTips: false };

export function mount(root, act) {
  let facts = null, Plotly = null, width = 0, zoom = null, drawn = null, hovered = null, mine = false, waiting = 0;
  let chosen = "loss", logarithmic = true;
  const coarse = matchMedia("(pointer: coarse)").matches;

  const title = html("span", { class: "title" }), words = html("span", { class: "words muted small" });
  const chart = html("div", { class: "chart" }), cursor = html("div", { class: "cursor", hidden: true }), over = html("div", { class: "cursor hover", hidden: true });
  const when = html("div", { class: "measured" });
  const stage = html("div", { class: "stage", tabindex: 0, role: "img" }, chart, cursor, over, when);
  const pick = (name, label, choose) => html("button", { type: "button", "data-name": name, "aria-pressed": "false", onclick: choose }, label);
  const buttons = ["loss", "score", "norms", "gates"].map((name) => pick(name, name, () => { chosen = name; zoom = null; draw(); }));
  const log = pick("log", "log", () => { logarithmic = !logarithmic; zoom = null; draw(); });
  log.title = "logarithmic scale";
  const answers = pick("answers", "answers", () => act({ do: "answers" }));
  answers.title = "right and wrong answers, example by example";
  const views = html("div", { class: "views", role: "group", "aria-label": "What is drawn" }, ...buttons, html("span", { class: "grow" }), log, answers);
  root.append(html("style", {}, LOOK), html("div", { class: "spread" }, title, words), stage, views);
  const say = speaker(root);

  const tall = () => (facts.turns ? LOW : TALL);
  const before = (line) => line.name === BEFORE;
  const view = () => facts.views.find((one) => one.name === chosen) ?? facts.views[0];
  const isLog = () => logarithmic && !NEVER_LOG.includes(view()?.name);
  const gates = () => view()?.name === "gates";
  const margin = () => (gates() ? { ...MARGIN, t: facts.moments.length ? 30 : MARGIN.t, r: 6 + Math.max(...view().lines.map(({ name }) => textWidth(short(name)))) } : MARGIN);
  const values = (name) => facts.arrays[name].values;
  const shown = () => facts.looking ?? facts.step;
  const scoreIs = () => (facts.scoreName === "accuracy" ? percent : (value) => number(value));

  function indexAt(steps, at) {
    let low = -1, high = steps.length; // the last point at or before the step
    while (high - low > 1) { const middle = (low + high) >> 1; if (steps[middle] <= at) low = middle; else high = middle; }
    return low;
  }
  function nearest(steps, at) {
    const i = indexAt(steps, at);
    return i < 0 || steps[i + 1] - at < at - steps[i] ? Math.min(i + 1, steps.length - 1) : i;
  }
  const valueAt = (line, at) => values(line.y)[nearest(values(line.x), at)] ?? NaN; // of the nearest measurement
  const capital = (words) => words.replace(/^./, (letter) => letter.toUpperCase());
  const allSteps = () => [...new Set(view().lines.flatMap((line) => [...values(line.x)]))].sort((a, b) => a - b);

  // -- ranges: the whole run, or what was zoomed to
  function ranges() {
    const lines = view().lines, log10 = isLog();
    const own = Math.max(1, ...lines.filter((line) => !before(line)).map((line) => values(line.x).at(-1) ?? 1));
    let low = Infinity, high = -Infinity, first = Infinity, last = 1;
    for (const line of lines) {
      const x = values(line.x), y = values(line.y);
      for (let i = 0; i < y.length; i++) {
        if (!Number.isFinite(y[i]) || (log10 && y[i] <= 0) || x[i] > own) continue;
        first = Math.min(first, x[i]);
        last = Math.max(last, x[i]);
        const value = log10 ? Math.log10(y[i]) : y[i];
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    if (low > high) [low, high] = log10 ? [-1, 0] : [0, 1];
    if (gates()) [low, high] = range(low, high);
    if (chosen === "score") low = Math.max(low, -1); // R² begins anywhere below zero
    const pad = Math.max(0.06 * (high - low), log10 ? 0.05 : 0.01 * Math.abs(high) + 1e-9);
    return { x: [Math.min(first, 0), last], y: [low - pad, high + pad] };
  }

  function colours(n) {
    if (gates()) return inkOf(root, view().lines);
    if (view().name !== "norms") return [token(root, "text"), token(root, "muted"), token(root, "control")];
    const table = scale(root, "amount"); // first layer pale, last layer strong
    return Array.from({ length: n }, (_, i) => { const k = 3 * Math.round(90 + (150 * i) / Math.max(1, n - 1)); return css(table.subarray(k, k + 3)); });
  }

  function labels(lines, ink, y, x) {
    const log10 = isLog(), last = lines.map((line) => [line.name, values(line.y)[indexAt(values(line.x), x[1])] ?? NaN]);
    const places = last.map(([name, value], i) => ({ name, i, at: log10 ? Math.log10(value) : value })).filter(({ at }) => Number.isFinite(at));
    const some = view().name === "norms" ? places.filter(({ i }) => i === 0 || i === lines.length - 1) : places;
    const gap = ((y[1] - y[0]) * 13) / (tall() - margin().t - MARGIN.b), room = Math.floor((y[1] - y[0]) / gap);
    if (gates() && some.length > room) some.sort((a, b) => Math.abs(b.at) - Math.abs(a.at)).splice(room); // those that are open widest
    some.sort((a, b) => a.at - b.at);
    let free = y[0] + gap / 2; // from the bottom up, none over another; then from the top down
    for (const one of some) { one.at = Math.max(free, one.at); free = one.at + gap; }
    free = y[1] - gap / 2;
    for (const one of some.reverse()) { one.at = Math.min(free, one.at); free = one.at - gap; }
    return some.map(({ name, i, at }) => ({
      text: view().name === "norms" ? (i ? "last" : "first") : gates() ? short(name) : name, xref: "paper", x: 1, xanchor: "left", xshift: 3, y: at, yanchor: "middle", showarrow: false,
      font: { size: 12, color: i === 0 && view().name !== "norms" ? token(root, "text") : token(root, "muted"), weight: i === 0 && view().name !== "norms" ? 600 : 400 },
    }));
  }

  function picture() {
    const { lines } = view(), ink = colours(lines.length), log10 = isLog(), { x, y } = zoom ?? ranges();
    const numbers = log10 ? logTicks(y[0], y[1]) : linearTicks(y[0], y[1]), steps = linearTicks(x[0], x[1]);
    const format = view().name === "score" && facts.scoreName === "accuracy" ? (value) => `${tickWords(Math.round(1e4 * value) / 100)} %` : tickWords;
    const moments = turns(root, facts.moments, x), dash = (line, i) => (gates() ? dashed(lines, line) : i === 1 && view().name !== "norms");
    const axis = { zeroline: false, showline: false, ticks: "", tickfont: { size: 12, color: token(root, "muted") }, fixedrange: coarse };
    const traces = lines.map((line, i) => ({
      type: "scatter", mode: values(line.x).length === 1 ? "markers" : "lines", name: line.name, x: values(line.x), y: values(line.y), hoverinfo: "none",
      opacity: before(line) ? 0.6 : 1,
      line: { color: ink[i % ink.length], width: before(line) ? 3 : 1.6, dash: dash(line, i) ? "4px,3px" : "solid", simplify: true }, marker: { color: ink[i % ink.length], size: 4 },
    }));
    const layout = {
      width, height: tall(), margin: margin(), showlegend: false, hovermode: "x", dragmode: coarse ? false : "zoom", hoverdistance: -1,
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", font: { family: root.style.getPropertyValue("--fontText"), size: 12, color: token(root, "muted") },
      uirevision: "kept", annotations: [...(gates() ? moments.annotations : []), ...labels(lines, ink, y, x)], shapes: moments.shapes,
      xaxis: { ...axis, range: [...x], showgrid: false, tickvals: steps, ticktext: steps.map(count) },
      yaxis: { ...axis, type: log10 ? "log" : "linear", range: [...y], gridcolor: token(root, "rule"), zeroline: gates(), zerolinecolor: token(root, "control"), tickvals: numbers, ticktext: numbers.map(format) },
    };
    return { traces, layout };
  }

  async function draw() {
    if (facts && !facts.views.length) clear();
    if (!facts || !width || !facts.views.length) { write(); return; }
    Plotly ??= await plotly();
    const { traces, layout } = picture();
    drawn = { x: layout.xaxis.range, y: layout.yaxis.range };
    const first = !chart.on;
    Plotly.react(chart, traces, layout, CONFIG);
    if (first) listen();
    write();
    place();
  }
  // A run that begins again shows nothing of the one before.
  function clear() {
    if (chart.on) Plotly.purge(chart);
    drawn = zoom = null;
    cursor.hidden = over.hidden = true;
  }
  // Frames may come faster than they can be drawn: only the newest one is.
  function soon() {
    if (!waiting) waiting = requestAnimationFrame(() => { waiting = 0; draw(); });
  }

  function listen() {
    chart.on("plotly_relayout", (change) => {
      if (change["xaxis.range[0]"] === undefined && change["yaxis.range[0]"] === undefined) return;
      const { xaxis, yaxis } = chart.layout;
      zoom = { x: [...xaxis.range], y: [...yaxis.range] };
      soon();
    });
    chart.on("plotly_doubleclick", () => { zoom = null; soon(); });
    chart.on("plotly_hover", ({ points }) => { mine = true; hover({ kind: "step", step: points[0].x }); });
    chart.on("plotly_unhover", leave);
    chart.on("plotly_click", ({ points }) => look(points[0].x));
  }
  function leave() { if (mine) { mine = false; hover(null); } }
  function look(at) {
    const kept = [...facts.arrays.kept.values];
    if (kept.length) act({ do: "at", step: kept.reduce((best, one) => (Math.abs(one - at) < Math.abs(best - at) ? one : best)) });
  }

  // -- words and cursors: cheap, at every hover
  function summary(at) {
    const main = facts.views.find(({ name }) => name === "loss"), score = facts.views.find(({ name }) => name === "score");
    const read = (lines, format) => lines.map((line) => `${line.name} ${format(valueAt(line, at))}`).join(" · ");
    if (view().name === "norms") {
      const norms = view().lines.map((line) => [valueAt(line, at), line.name]).filter(([value]) => Number.isFinite(value)).sort((a, b) => a[0] - b[0]);
      return { plain: norms.length ? `${number(norms[0][0])} to ${number(norms[norms.length - 1][0])}, most in ${norms[norms.length - 1][1]}` : "", strong: "" };
    }
    if (gates()) return { plain: told(view().lines.map((line) => [line.name, valueAt(line, at)]), facts.moments, at), strong: "" };
    const ours = (lines) => lines.filter((line) => !before(line) || hovered !== null);
    if (view().name === "score") return { plain: read(ours(view().lines), scoreIs()), strong: "" };
    // Where the answers have a panel of their own, that one says how many are right.
    const held = score?.lines.find(({ name }) => name !== "train") ?? score?.lines[0];
    const right = held ? valueAt(held, at) : NaN;
    return { plain: read(ours(main?.lines ?? []), number), strong: facts.turns && Number.isFinite(right) ? (facts.scoreName === "accuracy" ? `${percent(right)} right` : `${facts.scoreName} ${number(right)}`) : "" };
  }
  function write() {
    if (!facts) return;
    const names = { loss: "loss", score: facts.scoreName, norms: "gradients", gates: "gates" };
    answers.hidden = !facts.turns;
    if (!facts.views.length) {
      title.textContent = "Loss";
      words.textContent = words.dataset.key = "Play to see it fall";
      when.textContent = "";
      for (const button of buttons) { button.textContent = names[button.dataset.name]; button.hidden = button.dataset.name === "gates"; }
      stage.setAttribute("aria-label", "No loss yet.");
      return;
    }
    title.textContent = TITLES[view().name] ?? capital(facts.scoreName);
    for (const button of buttons) {
      const name = button.dataset.name;
      button.hidden = !facts.views.some((one) => one.name === name);
      if (button.textContent !== names[name]) button.textContent = names[name];
      button.setAttribute("aria-pressed", String(name === view().name));
    }
    log.hidden = NEVER_LOG.includes(view().name);
    log.setAttribute("aria-pressed", String(logarithmic));
    const at = hovered ?? shown(), { plain, strong } = summary(at);
    const line = hovered === null ? plain : `step ${count(at)} · ${plain}`;
    const key = line + strong + (hovered === null);
    if (words.dataset.key !== key) {
      words.dataset.key = key;
      const told = facts.told && hovered === null ? `, ${facts.told}` : "";
      if (told && strong) words.replaceChildren(html("b", {}, strong), told); // the curves say the rest
      else words.replaceChildren(line, ...(strong && hovered === null ? [", ", html("b", {}, strong)] : []));
      if (words.scrollWidth > words.clientWidth && strong && !told) words.lastChild.textContent = strong.replace(" right", ""); // too long for a narrow panel
      const all = told ? `${line}${strong && ", "}${strong}\nRight: ${facts.told}` : words.textContent;
      words.title = `${all}${view().lines.some(before) ? "\nbefore: held-out, in the run before this one" : ""}`;
    }
    when.textContent = whenMeasured(at, hovered === null);
    stage.setAttribute("aria-label", `${title.textContent} over ${count(facts.step)} steps${isLog() ? ", logarithmic scale" : ""}. ${capital(whenMeasured(shown(), true))}: ${summary(shown()).plain}${summary(shown()).strong ? `, ${summary(shown()).strong}${facts.told && `, ${facts.told}`}` : ""}.`);
  }
  // The step that the words are true of, beside the step looked at where nothing was measured there.
  function whenMeasured(at, alone) {
    const own = view().lines.find((line) => !before(line)), steps = own ? values(own.x) : [], known = steps[nearest(steps, at)];
    if (known === undefined) return "";
    return known === at || !alone ? `measured at step ${count(known)}` : `step ${count(at)} · measured at ${count(known)}`;
  }
  function place() {
    if (!drawn) return;
    const across = width - MARGIN.l - margin().r;
    for (const [node, at] of [[cursor, shown()], [over, hovered]]) {
      const share = at === null ? -1 : (at - drawn.x[0]) / (drawn.x[1] - drawn.x[0]);
      node.hidden = !(share >= 0 && share <= 1.0001);
      node.style.cssText = `left:${MARGIN.l + share * across - 0.5}px;top:${margin().t}px;height:${tall() - margin().t - MARGIN.b}px`;
    }
  }

  const quiet = onHover((what) => {
    const next = what?.kind === "step" ? what.step : null;
    if (next === hovered) return;
    hovered = next;
    if (facts?.views.length) { write(); place(); }
  });
  chart.addEventListener("pointerleave", leave);
  stage.addEventListener("blur", leave);
  stage.addEventListener("keydown", (event) => {
    if (!facts?.views.length || event.ctrlKey || event.metaKey || event.altKey) return;
    const steps = allSteps(), i = Math.max(0, indexAt(steps, hovered ?? shown())), far = Math.max(1, Math.round(steps.length / 20));
    const to = { ArrowLeft: i - (event.shiftKey ? far : 1), ArrowRight: i + (event.shiftKey ? far : 1), Home: 0, End: steps.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      mine = true;
      hover({ kind: "step", step: steps[Math.min(steps.length - 1, Math.max(0, to))] });
      say(words.textContent);
    } else if (event.key === "Enter" && hovered !== null) look(hovered);
    else if (event.key === "Escape") { if (zoom) { zoom = null; soon(); } leave(); }
  });
  const observer = new ResizeObserver(() => {
    if (stage.clientWidth === width) return;
    width = stage.clientWidth;
    soon();
  });
  observer.observe(stage);

  return {
    update(next) {
      if (facts && next.step < facts.step) zoom = null; // another run, or this one from its beginning
      facts = next;
      stage.style.height = `${tall()}px`;
      soon();
    },
    end() {
      observer.disconnect();
      quiet();
      leave();
      cancelAnimationFrame(waiting);
      if (chart.on) Plotly.purge(chart);
    },
  };
}
