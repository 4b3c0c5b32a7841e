// What the model answers: a map over the plane with its points, or predictions on held-out examples.
// While a neuron is hovered or locked its answers stand here. Frame: dlplay/probes/surface.py.
import { onHover, current } from "./bus.js";
import { paintCodes } from "./codes.js";
import { count, fixed, html, number, percent, speaker, svg, tidy } from "./dom.js";
import { askNumber, FIELD_LOOK } from "./field.js";
import { badge, dot, mark } from "./marks.js";
import { drawClasses, drawNumbers, drawTile, nearestExample } from "./predictions.js";
import { sharp } from "./sharp.js";
import { colourOf, token } from "./theme.js";

const LOOK = `
.surface .top { display: flex; align-items: center; gap: 8px; height: 28px; }
.surface .top .title { flex: 1; min-width: 0; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.surface .tools { display: inline-flex; flex: none; }
.part .tools button { display: inline-flex; align-items: center; gap: 4px; height: 24px; min-height: 0; padding: 0 6px; font-size: 12px; line-height: 16px; color: var(--muted); border-radius: 0; margin-left: -1px; white-space: nowrap; }
.part .tools button:first-child { border-radius: 6px 0 0 6px; } .part .tools button:last-child { border-radius: 0 6px 6px 0; } .part .tools button:only-child { border-radius: 6px; }
.part .tools button[aria-pressed=true] { color: var(--text); z-index: 1; }
.surface .plot { position: relative; margin-top: 4px; }
.surface .plane { position: absolute; left: 16px; top: 0; cursor: crosshair; touch-action: manipulation; border-radius: 2px; overflow: hidden; }
.surface .plane canvas { position: absolute; left: 0; top: 0; }
.surface .plane .map { width: 100%; height: 100%; }
.surface .plane svg { position: absolute; inset: 0; pointer-events: none; overflow: hidden; }
.surface .plane text { paint-order: stroke; stroke: var(--page); stroke-width: 4px; stroke-linejoin: round; font-weight: 600; fill: var(--text); }
.surface .ticks { pointer-events: none; }
.surface .row { display: flex; align-items: center; gap: 8px; height: 20px; font-size: 12px; line-height: 16px; color: var(--muted); white-space: nowrap; }
.surface .row .end { margin-left: auto; overflow: hidden; text-overflow: ellipsis; }
.surface { container-type: inline-size; }
@container (max-width: 268px) { .surface .row { height: auto; min-height: 20px; flex-wrap: wrap; } .surface .row .end { margin-left: 0; } }
.surface .row .bar { width: 80px; height: 8px; border-radius: 2px; }
.surface label { display: inline-flex; align-items: center; gap: 6px; cursor: pointer; }
.part label input { margin: 0; padding: 0; accent-color: var(--primary); }
.surface .read { color: var(--text); }
@media (pointer: coarse) { .part .tools button { height: 36px; min-width: 36px; justify-content: center; } .surface .top { height: 40px; } .surface .row label { min-height: 44px; } .surface .row:last-of-type { height: 44px; } }
${FIELD_LOOK}`;

const REACH = 10;

export function mount(root, act) {
  const say = speaker(root);
  const title = html("span", { class: "title" }, "Output"), tools = html("span", { class: "tools", role: "group", "aria-label": "What a click does" });
  const map = html("canvas", { class: "map" }), borders = html("canvas"), dots = html("canvas"), marks = svg("svg", { "aria-hidden": "true" });
  const plane = html("div", { class: "plane", tabindex: "0", role: "application", "aria-roledescription": "map" }, map, borders, dots, marks);
  const ticks = svg("svg", { class: "ticks", "aria-hidden": "true" });
  const plot = html("div", { class: "plot" }, ticks, plane);
  const low = html("span", { class: "number" }), bar = html("canvas", { class: "bar" }), high = html("span", { class: "number" });
  const cut = html("span", { class: "end" }), read = html("span", { class: "end read number" });
  const steps = html("input", { type: "checkbox", tabindex: "-1" }), stepped = html("label", {}, steps, "in steps");
  root.append(
    html("style", {}, LOOK), html("div", { class: "top" }, title, tools), plot,
    html("div", { class: "row" }, low, bar, high, cut), html("div", { class: "row" }, stepped, read),
  );

  let facts = null, size = 0, hovered = null, mode = "look", cursor = null, drawnPoints = "", drawnTools = "", drawnTicks = "";
  const isPlane = () => facts.kind === "plane";
  const many = () => facts.classes.length > 2;

  // ---- what stands there: the hovered neuron, else the frame's own map
  function shown() {
    if (hovered?.kind === "unit" && (hovered.tile === "plane") === isPlane()) {
      const { title, map: codes, rows, columns, low, high, scale, tile, groups, kernel } = hovered;
      return { title, codes, rows, columns, low, high, scale, tile, groups, kernel, winner: null, isOutput: false };
    }
    const array = facts.arrays.map, kernel = facts.arrays.kernel;
    return {
      title: facts.title, codes: array?.values, rows: array?.shape[0], columns: array?.shape[1], low: facts.low, high: facts.high, scale: facts.scale ?? "amount",
      winner: facts.arrays.winner?.values ?? null, isOutput: !facts.lock, tile: facts.kind === "tile" ? "examples" : facts.kind, groups: facts.groups,
      kernel: kernel ? { values: kernel.values, rows: kernel.shape[1], columns: kernel.shape[2], limit: facts.kernel_limit } : null,
    };
  }

  // Codes in steps: two where the answer is one of two classes, else eight; a region of a class is one step.
  function banded(codes, here) {
    if (!steps.checked) return codes;
    const levels = here.isOutput && facts.classes.length === 2 ? 2 : here.winner ? 1 : 8;
    return codes.map((code) => (levels === 1 ? 96 : Math.round((255 * Math.floor((code * levels) / 256)) / (levels - 1))));
  }

  function draw() {
    if (!facts || !size) return;
    const here = shown();
    if (title.textContent !== here.title) title.textContent = here.title;
    stepped.style.visibility = isPlane() ? "" : "hidden";
    if (isPlane()) drawPlane(here);
    else if (here.tile === "classes" || here.tile === "numbers") (here.tile === "classes" ? drawClasses : drawNumbers)(root, sharp(dots, size + 16, size + 18), facts, size);
    else drawTile(root, sharp(dots, size + 16, size + 18), here, size);
    const ranged = here.tile !== "numbers";
    for (const node of [low, bar, high]) node.hidden = !ranged || here.tile === "classes";
    if (ranged && here.tile !== "classes") {
      low.textContent = tidy(here.low); high.textContent = tidy(here.high);
      paintCodes(root, bar, banded(Uint8Array.from({ length: 256 }, (_, i) => i), { ...here, winner: null }), 1, 256, here.scale);
    }
    const words = counts(here);
    if (cut.textContent !== words) cut.textContent = words;
    cut.title = isPlane() && mode === "look" ? "Filled marks: it learns from these. Hollow marks: held out, it is only tested on them." : "";
    describe(here);
  }

  function counts(here) {
    if (mode !== "look") return mode === "remove" ? "a click removes a point · Esc ends" : `a click adds ${facts.classes[mode] ?? "a point"} · Esc ends`;
    if (isPlane()) {
      const [some, all] = facts.held_out, [kept, every] = facts.train;
      const part = (shown, of) => (shown === of ? count(of) : `${count(shown)} of ${count(of)}`);
      return `● ${part(kept, every)} train · ○ ${part(some, all)} held-out`;
    }
    const all = facts.held_out[1], some = here.tile === "examples" ? here.rows * here.columns : here.tile === "image" ? 0 : facts.held_out[0];
    if (!some) return "the chosen example";
    const part = some === all ? `${count(all)} held-out` : `${count(some)} of ${count(all)} held-out`;
    if (here.tile !== "classes") return part;
    const examples = facts.arrays.examples.values, wrong = facts.arrays.index.values.reduce((sum, _, i) => sum + (examples[3 * i] !== examples[3 * i + 2]), 0);
    return `× wrong: ${wrong} of ${part}`;
  }

  // ---- the plane
  const toX = (x) => ((x - facts.from) / (facts.to - facts.from)) * size;
  const toY = (y) => ((facts.to - y) / (facts.to - facts.from)) * size;
  const fromSpot = ([px, py]) => [facts.from + (px / size) * (facts.to - facts.from), facts.to - (py / size) * (facts.to - facts.from)];

  function drawPlane(here) {
    paintCodes(root, map, banded(here.codes, here), here.rows, here.columns, here.scale);
    map.classList.toggle("pixelated", steps.checked);
    drawBorders(here);
    drawPoints();
    const children = [];
    if (here.winner) {
      for (const [label, x, y] of facts.labels) {
        const text = facts.classes[label], room = 4 * text.length + 6;
        children.push(svg("text", { x: Math.max(room, Math.min(size - room, toX(x))), y: toY(y) + 4, "text-anchor": "middle" }, text));
      }
    }
    const [x, y] = facts.point.map((v, i) => (i ? toY(v) : toX(v))), arms = `M${x - 8} ${y}h16M${x} ${y - 8}v16`;
    children.push(svg("path", { d: arms, stroke: "var(--page)", "stroke-width": 4 }), svg("path", { d: arms, stroke: "var(--text)", "stroke-width": 2 }));
    if (cursor && plane.matches(":focus-visible")) children.push(svg("circle", { cx: toX(cursor[0]), cy: toY(cursor[1]), r: 9, fill: "none", stroke: "var(--text)", "stroke-width": 2, "stroke-dasharray": "3 3" }));
    marks.replaceChildren(...children);
  }

  // Lines between the regions of classes, along the edges of the cells.
  function drawBorders(here) {
    borders.hidden = !here.winner;
    if (!here.winner) return;
    const g = sharp(borders, size, size), { winner, rows, columns } = here, w = size / columns, h = size / rows;
    g.beginPath();
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        const own = winner[r * columns + c];
        if (c + 1 < columns && winner[r * columns + c + 1] !== own) { g.moveTo((c + 1) * w, r * h); g.lineTo((c + 1) * w, (r + 1) * h); }
        if (r + 1 < rows && winner[(r + 1) * columns + c] !== own) { g.moveTo(c * w, (r + 1) * h); g.lineTo((c + 1) * w, (r + 1) * h); }
      }
    }
    for (const [colour, thick] of [["page", 3], ["text", 1.2]]) { g.strokeStyle = token(root, colour); g.lineWidth = thick; g.stroke(); }
  }

  function ink(answer) {
    if (facts.classes.length === 2) return token(root, answer ? "positive" : "negative");
    return facts.classes.length ? token(root, "text") : colourOf(root, "signed", answer, facts.answer_limit);
  }

  // Points hold still while a model learns, so they are drawn again only when they, the size or the theme change.
  function drawPoints() {
    const { values } = facts.arrays.points, index = facts.arrays.index.values, trained = facts.train[0];
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[i] * (i % 97);
    const wanted = [size, root.dataset.theme, index.length, trained, sum, window.devicePixelRatio].join();
    if (wanted === drawnPoints) return;
    drawnPoints = wanted;
    const g = sharp(dots, size, size), page = token(root, "page"), text = token(root, "text");
    for (let i = 0; i < index.length; i++) {
      const answer = values[3 * i + 2], hollow = i >= trained, x = toX(values[3 * i]), y = toY(values[3 * i + 1]);
      if (facts.classes.length) mark(g, answer, x, y, many() ? 3.4 : 3.2, ink(answer), page, hollow);
      else dot(g, x, y, ink(answer), text, page, hollow);
    }
  }

  function drawTicks() {
    const wanted = isPlane() ? JSON.stringify([size, facts.axes, facts.from, facts.to]) : `${size}`;
    if (wanted === drawnTicks) return;
    drawnTicks = wanted;
    const text = (x, y, words, anchor) => svg("text", { x, y, "text-anchor": anchor }, words);
    ticks.setAttribute("width", size + 16); ticks.setAttribute("height", size + 18);
    ticks.replaceChildren();
    if (!isPlane()) return;
    const middle = (facts.from + facts.to) / 2;
    ticks.append(
      text(16, size + 14, tidy(facts.from), "start"), text(16 + size / 2, size + 14, tidy(middle), "middle"), text(16 + size, size + 14, tidy(facts.to), "end"),
      text(12, 10, tidy(facts.to), "end"), text(12, size / 2 + 4, tidy(middle), "end"), text(12, size, tidy(facts.from), "end"),
      text(16 + size * 0.75, size + 14, facts.axes[0], "middle"), text(12, size * 0.25 + 4, facts.axes[1], "end"),
    );
  }

  // ---- what a click does
  function drawTools() {
    const wanted = isPlane() ? JSON.stringify([facts.classes, mode, root.dataset.theme, size]) : "";
    if (wanted === drawnTools) return;
    drawnTools = wanted;
    tools.replaceChildren();
    if (!isPlane()) return;
    const choose = (what) => () => { mode = mode === what ? "look" : what; drawTools(); draw(); };
    const button = (what, label, ...children) => html("button", { tabindex: "-1", "aria-pressed": String(mode === what), "aria-label": label, title: label, onclick: choose(what) }, ...children);
    const page = token(root, "page"), names = facts.classes.length ? facts.classes : ["point"];
    const long = names.reduce((sum, name) => sum + 7 * name.length + 34, 0) > size + 16 - 28 - 104; // room for the longest title a neuron has
    tools.append(
      ...names.map((name, number) => button(number, `Add ${name}${facts.classes.length ? " points" : ""} by clicking`, "+", badge(facts.classes.length ? number : 1, facts.classes.length ? ink(number) : token(root, "text"), page), long ? null : name)),
      button("remove", "Remove points by clicking", "−"),
    );
  }

  const spot = (event) => { const box = plane.getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; };
  function nearestPoint([px, py]) {
    const { values } = facts.arrays.points;
    let best = REACH, found = -1;
    for (let i = 0; i < values.length / 3; i++) {
      const away = Math.hypot(toX(values[3 * i]) - px, toY(values[3 * i + 1]) - py);
      if (away < best) { best = away; found = i; }
    }
    return found;
  }

  function use(where) {
    const [x, y] = fromSpot(where);
    if (mode === "look") return act({ do: "point", x, y });
    if (mode === "remove") {
      const found = nearestPoint(where);
      return found < 0 ? undefined : act({ do: "remove", index: facts.arrays.index.values[found] });
    }
    if (facts.classes.length) return act({ do: "add", x, y, answer: mode });
    return askNumber(plane, { x: where[0], y: where[1], value: 0, limit: facts.answer_limit, label: facts.targets[0] ?? "value", done: (answer) => act({ do: "add", x, y, answer }), after: () => plane.focus({ preventScroll: true }) });
  }

  function readOut([px, py]) {
    const [x, y] = fromSpot([px, py]), here = shown();
    const row = Math.min(here.rows - 1, Math.max(0, Math.floor((py / size) * here.rows))), column = Math.min(here.columns - 1, Math.max(0, Math.floor((px / size) * here.columns)));
    const code = here.codes[row * here.columns + column], value = here.low + ((here.high - here.low) * code) / 255;
    const place = `${facts.axes[0]} ${fixed(x)}, ${facts.axes[1]} ${fixed(y)}`;
    if (here.winner) return `${place}: ${facts.classes[here.winner[row * here.columns + column]]} ${percent(value)}`;
    if (here.isOutput && facts.classes.length === 2) return `${place}: ${facts.classes[value < 0 ? 0 : 1]} ${percent((1 + Math.abs(value)) / 2)}`;
    return `${place}: ${number(value, 2)}`;
  }

  plane.addEventListener("pointermove", (event) => {
    if (!facts || event.pointerType === "touch") return;
    if (isPlane()) {
      read.textContent = readOut(spot(event));
      plane.style.cursor = mode === "remove" ? (nearestPoint(spot(event)) < 0 ? "not-allowed" : "pointer") : "crosshair";
    } else pointAt(event);
  });
  plane.addEventListener("pointerleave", () => { read.textContent = ""; });
  plane.addEventListener("click", (event) => {
    if (!facts || event.target.closest(".field")) return;
    if (isPlane()) { read.textContent = readOut(spot(event)); cursor = fromSpot(spot(event)); return use(spot(event)); }
    const found = hasExamples() ? nearestExample(facts, size, spot(event)) : -1;
    return found < 0 ? undefined : act({ do: "example", part: "held-out", index: facts.arrays.index.values[found] });
  });

  const hasExamples = () => Boolean(facts.arrays.examples) && shown().tile === facts.kind;
  function told(i) {
    const [truth, value, said] = facts.arrays.examples.values.subarray(3 * i, 3 * i + 3), name = `example ${facts.arrays.index.values[i] + 1}`;
    if (facts.kind === "numbers") return `${name}: true ${number(truth)}, predicted ${number(value)}`;
    return `${name}: ${facts.classes[truth]} ${percent(value)}${said === truth ? "" : `, read as ${facts.classes[said]}`}`;
  }
  function pointAt(event) {
    const found = hasExamples() ? nearestExample(facts, size, spot(event)) : -1;
    plane.style.cursor = found < 0 ? "default" : "pointer";
    read.textContent = found < 0 ? "" : told(found);
  }

  plane.addEventListener("keydown", (event) => {
    if (!facts || event.target !== plane || event.ctrlKey || event.metaKey || event.altKey) return;
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (event.key === "Escape") {
      if (mode !== "look") { mode = "look"; drawTools(); draw(); } else if (facts.lock) act({ do: "release" });
    } else if (isPlane() && move) {
      const step = ((facts.to - facts.from) / 24) * (event.shiftKey ? 0.2 : 1), clip = (v) => Math.max(facts.from, Math.min(facts.to, v));
      cursor = (cursor ?? facts.point).map((v, i) => clip(v + move[i] * step));
      read.textContent = readOut([toX(cursor[0]), toY(cursor[1])]);
      say(read.textContent);
      draw();
    } else if (isPlane() && event.key === "Enter") use(cursor ? [toX(cursor[0]), toY(cursor[1])] : [toX(facts.point[0]), toY(facts.point[1])]);
    else if (!isPlane() && move && hasExamples()) {
      const all = facts.arrays.index.values.length;
      cursor = ((typeof cursor === "number" ? cursor : -1) + (move[0] || -move[1]) + all) % all;
      read.textContent = told(cursor);
      say(read.textContent);
    } else if (!isPlane() && event.key === "Enter" && typeof cursor === "number") act({ do: "example", part: "held-out", index: facts.arrays.index.values[cursor] });
    else return;
    event.preventDefault();
  });
  steps.addEventListener("change", draw);

  function describe(here) {
    const words = isPlane()
      ? `${here.title} over the plane of ${facts.axes.join(" and ")}, from ${number(here.low)} to ${number(here.high)}. Arrows move, Enter chooses a point.`
      : `${here.title}, ${here.tile === "classes" ? "probability of the true class, " : ""}${counts(here).replace("× ", "")}. Arrows go through the examples, Enter chooses one.`;
    if (plane.getAttribute("aria-label") !== words) plane.setAttribute("aria-label", words);
  }

  // ---- frames
  function update(next) {
    const kind = facts?.kind === "plane";
    facts = next;
    if (facts.classes.length && typeof mode === "number" && mode >= facts.classes.length) mode = "look";
    const width = Math.floor(root.clientWidth);
    if (!width) return;
    size = width - 16;
    if (kind !== isPlane()) { cursor = null; mode = "look"; }
    plot.style.height = `${size + 18}px`;
    const plain = isPlane();
    plane.style.cssText = `left:${plain ? 16 : 0}px;width:${plain ? size : size + 16}px;height:${plain ? size : size + 18}px`;
    marks.setAttribute("width", size); marks.setAttribute("height", size);
    map.hidden = marks.style.display = "";
    map.hidden = !plain; borders.hidden = true; marks.style.display = plain ? "" : "none";
    if (!plain) drawnPoints = "";
    drawTicks();
    drawTools();
    draw();
  }

  const quiet = onHover((what) => { hovered = what; draw(); });
  hovered = current();
  const sized = new ResizeObserver(() => { if (facts && Math.floor(root.clientWidth) - 16 !== size) update(facts); });
  sized.observe(root);
  return { update, end: () => { quiet(); sized.disconnect(); } };
}
