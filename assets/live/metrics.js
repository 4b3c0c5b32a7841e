// How well the model answers: confusion matrix and class scores, or true against predicted numbers. Frame: dlplay/probes/metrics.py.
import { linearTicks, tickWords } from "./axis.js";
import { count, html, number, percent, speaker, svg } from "./dom.js";
import { colourOf, token } from "./theme.js";

const LOOK = `
.metrics .words { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; min-width: 0; }
.metrics .words { flex: 1; text-align: right; }
.metrics .back { font-size: 12px; line-height: 16px; padding: 2px 7px; min-height: 0; border-color: transparent; background: var(--raised); }
.metrics .words b { color: var(--text); font-weight: 650; }
.metrics .grid { display: block; margin-top: 4px; border-radius: 4px; touch-action: manipulation; }
.metrics .cell { cursor: pointer; }
.metrics .behind { display: flex; align-items: center; gap: 4px; height: 32px; margin-top: 4px; font-size: 12px; line-height: 16px; color: var(--muted); white-space: nowrap; overflow: hidden; }
.metrics .behind .what { overflow: hidden; text-overflow: ellipsis; min-width: 0; flex: 1; }
.metrics .behind button { padding: 2px; min-width: 28px; height: 28px; min-height: 0; font-size: 12px; line-height: 16px; border-radius: 4px; flex: none; }
.metrics .behind canvas { width: 22px; height: 22px; margin: auto; }
.metrics .plot { position: relative; margin-top: 4px; border-radius: 4px; cursor: crosshair; }
.metrics .plot canvas { position: absolute; inset: 0; width: 100%; height: 100%; }
@media (pointer: coarse) { .metrics .behind { height: 44px; } .metrics .behind button { min-width: 40px; height: 40px; } }
`;

export function mount(root, act) {
  const title = html("span", { class: "title" }), words = html("span", { class: "words muted small" });
  const body = html("div");
  const back = html("button", { type: "button", class: "back", onclick: () => act({ do: "curves" }) }, "curves");
  root.append(html("style", {}, LOOK), html("div", { class: "spread" }, title, words, back), body);
  const say = speaker(root);
  let view = null, kind = null, facts = null;

  const observer = new ResizeObserver(() => { if (facts) view.draw(facts); });
  observer.observe(body);
  return {
    update(next) {
      facts = next;
      back.hidden = !facts.turns;
      if (facts.answers !== kind) {
        kind = facts.answers;
        view?.end?.();
        body.replaceChildren();
        view = kind === "classes" ? matrix(root, body, act, say) : scatter(root, body, act, say);
      }
      const part = facts.part === "train" ? "train" : "held-out", score = facts.score === null ? NaN : facts.score;
      title.textContent = kind === "classes" ? "Answers" : "True and predicted";
      const main = html("b", {}, kind === "classes" ? `${percent(score)} right` : `R² ${number(score)}`);
      const rest = ` on ${drawnOf(facts)} ${part}, step ${count(facts.step)}`;
      title.hidden = facts.turns && kind === "classes"; // the picture says it, and there is little room
      if (words.dataset.key !== main.textContent + rest) {
        words.dataset.key = main.textContent + rest;
        words.replaceChildren(main, rest);
        words.title = `${words.textContent}\nloss ${number(facts.loss ?? NaN)}`;
      }
      view.draw(facts);
    },
    end() { observer.disconnect(); view?.end?.(); },
  };
}

// What was answered: examples, or where every step is answered steps; and of how many, where only some were drawn.
function drawnOf(facts) {
  const steps = facts.count === facts.examples ? "" : `${count(facts.count)} steps of `;
  return `${steps}${count(facts.examples)}${facts.examples < facts.of ? ` of ${count(facts.of)}` : ""}`;
}

// Rows are the truth, columns the answers; the colour is the share of the true class.
function matrix(root, body, act, say) {
  let facts = null, names = "", small = 0, cells = [], scores = [], focus = null, locked = null, hovered = null, shown = "";
  const picture = svg("svg", { class: "grid", tabindex: 0, role: "application" });
  const behind = html("div", { class: "behind" });
  body.append(picture, behind);
  const ring = svg("rect", { fill: "none", stroke: "var(--text)", "stroke-width": 2, rx: 2, "pointer-events": "none" });
  const classes = () => facts.classes.length, value = (truth, answer) => facts.arrays.matrix.values[truth * classes() + answer];
  const inside = (node) => (node?.dataset?.truth === undefined ? null : { truth: Number(node.dataset.truth), answer: Number(node.dataset.answer) });
  const same = (a, b) => a && b && a.truth === b.truth && a.answer === b.answer;
  const short = (name, room) => (name.length * 6.5 <= room ? name : `${name.slice(0, Math.max(1, Math.floor(room / 6.5) - 1))}…`);

  function build(width) {
    const n = classes(), longest = Math.max(...facts.classes.map((name) => name.length));
    const left = Math.min(76, 10 + 7 * longest) + 16, right = 40, top = 34;
    const tall = Math.max(8, Math.min(44, Math.floor((252 - top) / n))), wide = Math.max(8, Math.min(2 * tall, Math.floor((width - left - right) / n)));
    small = Math.min(tall, wide) < 14 ? 0 : wide;
    cells = [];
    scores = [];
    const pieces = [];
    const write = (x, y, text, attributes = {}) => { const node = svg("text", { x, y, ...attributes }); node.textContent = text; pieces.push(node); return node; };
    write(left, 12, "answer", {});
    write(10, top + (n * tall) / 2, "true", { "text-anchor": "middle", transform: `rotate(-90 10 ${top + (n * tall) / 2})` });
    write(left + n * wide + right - 4, 28, "F1", { "text-anchor": "end" });
    facts.classes.forEach((name, i) => {
      const across = write(left + (i + 0.5) * wide, 28, short(name, wide - 2), { "text-anchor": "middle" });
      const down = write(left - 6, top + (i + 0.5) * tall + 4, short(name, left - 24), { "text-anchor": "end" });
      for (const node of [across, down]) { const full = svg("title"); full.textContent = name; node.append(full); }
      scores.push(write(left + n * wide + right - 4, top + (i + 0.5) * tall + 4, "", { "text-anchor": "end", class: "number" }));
      for (let j = 0; j < n; j++) {
        const box = svg("rect", { x: left + j * wide, y: top + i * tall, width: wide - 1, height: tall - 1, rx: 2, class: "cell", "data-truth": i, "data-answer": j });
        const text = svg("text", { x: left + (j + 0.5) * wide - 0.5, y: top + (i + 0.5) * tall + 4, "text-anchor": "middle", "pointer-events": "none" });
        cells.push({ box, text });
        pieces.push(box, text);
      }
    });
    picture.replaceChildren(...pieces, ring);
    picture.setAttribute("width", left + n * wide + right);
    picture.setAttribute("height", top + n * tall);
  }

  function draw(next) {
    facts = next;
    const width = body.clientWidth;
    if (!width) return;
    const key = JSON.stringify([facts.classes, width]);
    if (key !== names) { names = key; build(width); if (locked && Math.max(locked.truth, locked.answer) >= classes()) locked = null; focus = null; }
    const n = classes();
    for (let truth = 0; truth < n; truth++) {
      for (let answer = 0; answer < n; answer++) {
        const { box, text } = cells[truth * n + answer], many = value(truth, answer), share = many / Math.max(1, facts.support[truth]);
        const colour = colourOf(root, "amount", share, 1), words = many && small ? (small < 26 && many > 999 ? "•" : String(many)) : "";
        if (box.getAttribute("fill") !== colour) { box.setAttribute("fill", colour); text.style.fill = token(root, share > 0.55 ? "page" : "text"); }
        if (text.textContent !== words) text.textContent = words;
      }
      const words = facts.f1[truth].toFixed(2);
      if (scores[truth].textContent !== words) scores[truth].textContent = words;
    }
    picture.setAttribute("aria-label", `Confusion matrix of ${count(facts.count)} ${facts.part} examples: rows are the truth, columns the answer. ${facts.classes.map((name, i) => `${name}: F1 ${facts.f1[i].toFixed(2)}`).join(", ")}.`);
    chosen();
  }

  function chosen() {
    const cell = hovered ?? locked ?? focus, n = classes();
    ring.setAttribute("visibility", cell ? "visible" : "hidden");
    if (cell) {
      const { box } = cells[cell.truth * n + cell.answer];
      for (const name of ["x", "y", "width", "height"]) ring.setAttribute(name, box.getAttribute(name));
      ring.setAttribute("stroke-width", same(cell, locked) ? 2.5 : 1.5);
    }
    const table = facts.arrays.examples.values, found = [];
    if (cell) for (let k = 0; k < table.length; k += 3) if (table[k] === cell.truth && table[k + 1] === cell.answer) found.push([k / 3, table[k + 2]]);
    const key = JSON.stringify([cell, found, cell && value(cell.truth, cell.answer), root.dataset.theme, facts.part]);
    if (key === shown) return;
    shown = key;
    const what = html("span", { class: "what" });
    if (!cell) {
      what.append("pick a cell");
      const bar = html("span", { class: "bar amount" });
      behind.replaceChildren(what, html("span", { class: "legend" }, "share of true class: 0", bar, "1"));
      return;
    }
    const { classes: all } = facts;
    what.textContent = `${all[cell.truth]} ${cell.truth === cell.answer ? "rightly" : `taken for ${all[cell.answer]}`}: ${count(value(cell.truth, cell.answer))}`;
    what.title = `${what.textContent}. ${all[cell.truth]}: precision ${facts.precision[cell.truth].toFixed(2)}, recall ${facts.recall[cell.truth].toFixed(2)}, ${facts.support[cell.truth]} examples`;
    behind.replaceChildren(what, ...found.map(([place, index]) => chip(place, index)));
  }
  function chip(place, index) {
    const label = `example ${count(index + 1)}`, images = facts.arrays.thumbnails;
    const button = html("button", { type: "button", title: label, "aria-label": label, onclick: () => act({ do: "example", part: facts.part, index }) });
    if (!images) { button.append(String(index + 1)); return button; }
    const [, channels, rows, columns] = images.shape, canvas = html("canvas", { width: columns, height: rows, class: "pixelated" });
    const context = canvas.getContext("2d"), pixels = context.createImageData(columns, rows), area = rows * columns, from = place * channels * area;
    for (let i = 0; i < area; i++) {
      for (let c = 0; c < 3; c++) pixels.data[4 * i + c] = images.values[from + (channels === 3 ? c * area : 0) + i];
      pixels.data[4 * i + 3] = 255;
    }
    context.putImageData(pixels, 0, 0);
    button.append(canvas);
    return button;
  }
  const speak = (cell) => say(`true ${facts.classes[cell.truth]}, answered ${facts.classes[cell.answer]}: ${value(cell.truth, cell.answer)} of ${facts.support[cell.truth]}`);
  function lock(cell) {
    locked = !cell || same(cell, locked) ? null : cell;
    focus = locked ?? focus;
    chosen();
  }
  let touched = null; // a first tap previews, the second locks
  picture.addEventListener("pointerover", (event) => { if (event.pointerType === "mouse") { hovered = inside(event.target); chosen(); } });
  picture.addEventListener("pointerleave", () => { hovered = null; chosen(); });
  picture.addEventListener("click", (event) => {
    const cell = inside(event.target);
    if (event.pointerType === "touch" && cell && !same(cell, touched)) { touched = focus = cell; chosen(); return; }
    if (cell || locked) lock(cell);
  });
  picture.addEventListener("keydown", (event) => {
    const n = classes(), cell = focus ?? locked ?? { truth: 0, answer: 0 }, move = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (move) {
      event.preventDefault();
      const clamp = (i) => Math.min(n - 1, Math.max(0, i));
      focus = focus ? { truth: clamp(cell.truth + move[0]), answer: clamp(cell.answer + move[1]) } : cell;
      if (locked && !same(locked, focus)) lock(null);
      chosen();
      speak(focus);
    } else if (event.key === "Enter") { event.preventDefault(); focus ??= cell; lock(focus); } else if (event.key === "Escape" && (locked || focus)) { if (locked) lock(null); focus = null; chosen(); }
  });
  picture.addEventListener("blur", () => { focus = null; if (facts) chosen(); });
  return { draw };
}

// Every point on the diagonal is answered exactly; the line from a point to the diagonal is its residual.
function scatter(root, body, act, say) {
  const HEIGHT = 220, LEFT = 44, BOTTOM = 34, TOP = 6, RIGHT = 8;
  let facts = null, width = 0, range = [0, 1], hovered = null, locked = null;
  const canvas = html("canvas"), axes = svg("svg", { "aria-hidden": "true" });
  const plot = html("div", { class: "plot", tabindex: 0, role: "application", style: `height:${HEIGHT}px` }, axes, canvas);
  const line = html("div", { class: "behind" });
  body.append(plot, line);
  const columns = () => facts.arrays.truth.shape[1] ?? 1, points = () => facts.arrays.truth.shape[0];
  const truth = (i) => facts.arrays.truth.values[i * columns()], predicted = (i) => facts.arrays.predicted.values[i * columns()];
  const share = (v) => (v - range[0]) / (range[1] - range[0]);
  const x = (v) => LEFT + share(v) * (width - LEFT - RIGHT), y = (v) => HEIGHT - BOTTOM - share(v) * (HEIGHT - BOTTOM - TOP);

  function draw(next) {
    facts = next;
    width = plot.clientWidth;
    if (!width) return;
    let low = Infinity, high = -Infinity;
    for (let i = 0; i < points(); i++) for (const v of [truth(i), predicted(i)]) if (Number.isFinite(v)) { low = Math.min(low, v); high = Math.max(high, v); }
    if (low > high) [low, high] = [0, 1];
    const pad = 0.04 * (high - low) || 0.5;
    range = [low - pad, high + pad];
    const ticks = linearTicks(...range), write = (px, py, text, attributes) => { const node = svg("text", { x: px, y: py, ...attributes }); node.textContent = text; return node; };
    axes.setAttribute("width", width);
    axes.setAttribute("height", HEIGHT);
    const name = facts.targets[0] ?? "";
    axes.replaceChildren(
      ...ticks.flatMap((v) => [
        svg("line", { x1: LEFT, x2: width - RIGHT, y1: y(v), y2: y(v), stroke: "var(--rule)" }),
        write(LEFT - 6, y(v) + 4, tickWords(v), { "text-anchor": "end" }),
        write(x(v), HEIGHT - BOTTOM + 16, tickWords(v), { "text-anchor": "middle" }),
      ]),
      write(width - RIGHT, HEIGHT - 2, `true ${name}`.trim(), { "text-anchor": "end" }),
      write(LEFT + 4, TOP + 10, `predicted ${name}`.trim(), {}),
      svg("line", { x1: x(range[0]), y1: y(range[0]), x2: x(range[1]), y2: y(range[1]), stroke: "var(--control)", "stroke-dasharray": "4 3" }),
    );
    if (locked !== null && locked >= points()) locked = null;
    dots();
    plot.setAttribute("aria-label", `True against predicted ${name} for ${count(points())} ${facts.part} examples: R² ${number(facts.score ?? NaN)}, mean error ${number(facts.error ?? NaN)}. The dashed line is a perfect answer.`);
  }
  function dots() {
    const ratio = devicePixelRatio || 1, ink = token(root, "text"), ground = token(root, "page");
    canvas.width = width * ratio;
    canvas.height = HEIGHT * ratio;
    const context = canvas.getContext("2d"), at = hovered ?? locked;
    context.scale(ratio, ratio);
    context.fillStyle = ink;
    context.strokeStyle = ground;
    context.globalAlpha = points() > 150 ? 0.55 : 0.85;
    for (let i = 0; i < points(); i++) { context.beginPath(); context.arc(x(truth(i)), y(predicted(i)), 3, 0, 7); context.fill(); context.stroke(); }
    context.globalAlpha = 1;
    if (at !== null && at < points()) {
      const sign = predicted(at) < truth(at) ? "negative" : "positive";
      context.strokeStyle = context.fillStyle = token(root, sign);
      context.lineWidth = 2;
      context.beginPath();
      context.moveTo(x(truth(at)), y(truth(at)));
      context.lineTo(x(truth(at)), y(predicted(at)));
      context.stroke();
      context.beginPath();
      context.arc(x(truth(at)), y(predicted(at)), 4.5, 0, 7);
      context.fill();
    }
    const all = facts.count > points() ? `${count(points())} of ${count(facts.count)} points · ` : "";
    const words = at === null ? `${all}mean error ${number(facts.error ?? NaN)} · dashed: a perfect answer` : `example ${count(facts.arrays.index.values[at] + 1)}: true ${number(truth(at))}, predicted ${number(predicted(at))}, off by ${number(predicted(at) - truth(at))}`;
    if (line.textContent !== words) line.textContent = words;
  }
  function nearest(event) {
    const box = plot.getBoundingClientRect(), px = event.clientX - box.left, py = event.clientY - box.top;
    let best = null, least = 20 ** 2;
    for (let i = 0; i < points(); i++) { const d = (x(truth(i)) - px) ** 2 + (y(predicted(i)) - py) ** 2; if (d < least) { least = d; best = i; } }
    return best;
  }
  function choose(i) {
    locked = i === locked ? null : i;
    if (locked !== null) act({ do: "example", part: facts.part, index: facts.arrays.index.values[locked] });
    dots();
  }
  plot.addEventListener("pointermove", (event) => { if (facts && event.pointerType === "mouse") { const next = nearest(event); if (next !== hovered) { hovered = next; dots(); } } });
  plot.addEventListener("pointerleave", () => { hovered = null; if (facts) dots(); });
  plot.addEventListener("click", (event) => {
    const found = nearest(event);
    if (event.pointerType === "touch" && found !== null && found !== hovered) { hovered = found; dots(); return; }
    if (found !== null || locked !== null) choose(found ?? locked);
  });
  plot.addEventListener("keydown", (event) => {
    if (!facts || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step) {
      event.preventDefault();
      const order = Array.from({ length: points() }, (_, i) => i).sort((a, b) => truth(a) - truth(b)), i = order.indexOf(hovered ?? locked);
      hovered = order[i < 0 ? 0 : Math.min(order.length - 1, Math.max(0, i + step))];
      dots();
      say(line.textContent);
    } else if (event.key === "Enter" && hovered !== null) choose(hovered);
    else if (event.key === "Escape") { hovered = null; if (locked !== null) choose(locked); else dots(); }
  });
  return { draw };
}
