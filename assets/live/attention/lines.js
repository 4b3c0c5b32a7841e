// The weights of one head as lines from each query, on the left, to the keys it looks at, on the right.
// look(cell), choose(cell): { query, key } – key is null where only the query is pointed at – or null.
import { fixed, html, put, svg } from "../dom.js";
import { cut } from "../heat/layout.js";
import { sharp } from "../sharp.js";
import { colourOf, token } from "../theme.js";
import { clamp } from "../walk.js";
import { allowed, seenToken } from "./words.js";

export const LINES_LOOK = `
.lines { position: relative; overflow: hidden auto; scrollbar-width: thin; cursor: crosshair; touch-action: pan-y; }
.lines canvas { position: absolute; left: 0; top: 0; }
.lines svg { position: relative; }
.part .lines text.hot { fill: var(--text); font-weight: 700; }
.part .lines text.word { fill: var(--text); }
.part .lines text.faded { opacity: .45; }
.lines .box { fill: none; stroke: var(--control); stroke-dasharray: 3 2; }
.lines .box.locked { stroke: var(--text); stroke-width: 2; stroke-dasharray: none; }
`;
const LEAST = 4.5, TOUCHED = 13, APART = 12.5, MOST = 56, TOP = 22, FAINT = 0.02, THICK = 9, BAR = 40, TWO = 34, LEVELS = 24; // pixels of a row, where fingers point, of two words …; weights below FAINT are left out; kinds of lines

// Sets an attribute where it is another: to set the same again costs as much as to draw.
function mark(node, name, value) { const words = String(value); if (node.getAttribute(name) !== words) node.setAttribute(name, words); }

export function lines(root, { look, choose }) {
  const canvas = html("canvas", { "aria-hidden": "true" }), labels = svg("g"), boxes = [svg("rect", { class: "box", rx: 6 }), svg("rect", { class: "box", rx: 6 })];
  const bars = svg("g"), heads = ["start", "end"].map((anchor) => svg("text", { y: 12, "text-anchor": anchor })), drawing = svg("svg", { "aria-hidden": "true" }, ...boxes, bars, labels, ...heads);
  const node = html("div", { class: "lines" }, canvas, drawing);
  let facts = null, weights = null, place = null, rows = [], touched = false, pointed = null;

  function measure(width, height) {
    const q = facts.queries.length, k = facts.keys.length, room = height - TOP - 4;
    const least = matchMedia("(pointer: coarse)").matches ? TOUCHED : LEAST, tall = (n) => clamp(room / n, least, MOST), left = Math.min(150, 0.3 * width), right = Math.min(150, 0.34 * width);
    const rowsTall = [tall(q), tall(k)], total = Math.max(height, TOP + Math.max(q * rowsTall[0], k * rowsTall[1]));
    const from = rowsTall.map((one, i) => TOP + Math.max(0, (total - TOP - [q, k][i] * one) / 2 - (total > height ? 0 : 4)));
    return { width, height: total, q, k, left, right: width - right, rowsTall, from };
  }
  const yOf = (side, i) => place.from[side] + (i + 0.5) * place.rowsTall[side];

  // values: weights (query, key); cell: what stands out; locked: the cell with the full frame.
  function update(next, values, cell, locked, width, height) {
    facts = next; weights = values; place = measure(width, height); pointed = cell;
    node.style.height = `${height}px`;
    mark(drawing, "width", width); mark(drawing, "height", place.height);
    draw(cell);
    write(cell);
    frame(cell, locked);
  }
  // Lines of about the same weight are drawn in one go; what is not pointed at lies behind, faint.
  function draw(cell) {
    const g = sharp(canvas, place.width, place.height), x0 = place.left + 8, x1 = place.right - 8, middle = (x0 + x1) / 2;
    const thick = Math.max(2, Math.min(THICK, Math.min(...place.rowsTall) - 2)), strong = token(root, "amount")[5], levels = [[], []];
    for (let query = 0; query < place.q; query++) {
      for (let key = 0; key < place.k; key++) {
        const weight = weights[query * place.k + key];
        if (!(weight >= FAINT) || !allowed(facts, query, key)) continue;
        const pointed = !cell || (cell.query === null ? key === cell.key : query === cell.query), level = Math.round(LEVELS * weight);
        const path = (levels[pointed ? 1 : 0][level] ??= new Path2D()), y0 = yOf(0, query), y1 = yOf(1, key);
        path.moveTo(x0, y0);
        path.bezierCurveTo(middle, y0, middle, y1, x1, y1);
      }
    }
    levels.forEach((paths, front) => paths.forEach((path, level) => {
      const weight = level / LEVELS;
      g.globalAlpha = front ? 1 : 0.15;
      g.strokeStyle = cell && front ? strong : colourOf(root, "amount", 0.15 + 0.75 * weight, 1);
      g.lineWidth = Math.max(0.6, thick * weight);
      g.stroke(path);
    }));
    g.globalAlpha = 1;
  }
  function write(cell) {
    const wanted = place.q + place.k;
    while (rows.length > wanted) rows.pop().node.remove();
    while (rows.length < wanted) {
      const name = svg("text", { class: "word" }), below = svg("text"), node = svg("g", {}, name, below);
      labels.append(node);
      rows.push({ node, name, below });
    }
    const query = cell?.query ?? null, [nameQueries, nameKeys] = heads;
    nameQueries.setAttribute("x", place.left); nameQueries.setAttribute("text-anchor", "end");
    nameKeys.setAttribute("x", place.right); nameKeys.setAttribute("text-anchor", "start");
    put(nameQueries, facts.queryWord); put(nameKeys, cut(facts.keyWord, place.width - place.right));
    // Where rows are lower than words, every so many is named, and what is pointed at instead of its neighbours.
    const last = [-99, -99], hotAt = [cell?.query ?? null, cell?.key ?? null].map((at, side) => (at === null ? null : yOf(side, at)));
    rows.forEach(({ name, below }, i) => {
      const side = i < place.q ? 0 : 1, at = side ? i - place.q : i, x = side ? place.right : place.left, y = yOf(side, at);
      const hot = cell && (side ? at === cell.key : at === cell.query), told = side === 0 && facts.under && place.rowsTall[0] >= TWO ? facts.under[at] : null;
      const fits = hot || (y - last[side] >= APART && (hotAt[side] === null || Math.abs(y - hotAt[side]) >= APART));
      if (fits) last[side] = y;
      for (const node of [name, below]) { mark(node, "x", x); mark(node, "text-anchor", side ? "start" : "end"); }
      mark(name, "y", y + (told ? -2 : 4)); mark(below, "y", y + 13);
      mark(name, "class", `word${hot ? " hot" : ""}${side && query !== null && !allowed(facts, query, at) ? " faded" : ""}`);
      put(name, cut(seenToken((side ? facts.keys : facts.queries)[at]), (side ? place.width - place.right - BAR - 8 : place.left) - 2));
      name.style.display = fits ? "" : "none";
      put(below, told ? cut(`${facts.underWord}: ${seenToken(told[0])} ${fixed(told[1])}`, place.left) : "");
    });
    // The weights of the query that is pointed at, beside the keys.
    bars.replaceChildren();
    if (query === null) return;
    for (let key = 0; key < place.k; key++) {
      const y = yOf(1, key), weight = weights[query * place.k + key], x = place.width - BAR;
      if (!allowed(facts, query, key)) continue;
      bars.append(svg("rect", { x, y: y - clamp(place.rowsTall[1] / 2 - 1, 1, 6), height: clamp(place.rowsTall[1] - 2, 2, 12), width: Math.max(1, BAR * weight), rx: 1, style: `fill: ${token(root, "amount")[4]}` }));
    }
  }
  function frame(cell, locked) {
    const shown = locked ?? cell;
    boxes.forEach((box, side) => {
      const at = side ? shown?.key : shown?.query;
      box.style.display = at === null || at === undefined || place.rowsTall[side] < TOUCHED + 3 ? "none" : "";
      if (box.style.display) return;
      const tall = Math.min(place.rowsTall[side], 46), y = yOf(side, at) - tall / 2, x = side ? place.right - 7 : 1;
      for (const [name, value] of Object.entries({ x, y: y + 1, height: tall - 2, width: side ? place.width - place.right + 6 : place.left + 6 })) box.setAttribute(name, value);
      box.setAttribute("class", `box${locked ? " locked" : ""}`);
    });
  }

  // ---- pointing: the left half means a query, the right half a key
  function under(event, fixed) {
    const where = drawing.getBoundingClientRect(), x = event.clientX - where.left, y = event.clientY - where.top;
    const side = x > (place.left + place.right) / 2 ? 1 : 0, row = clamp(Math.floor((y - place.from[side]) / place.rowsTall[side]), 0, (side ? place.k : place.q) - 1);
    if (!side) return { query: row, key: null };
    return { query: fixed ?? null, key: row };
  }
  node.addEventListener("pointerdown", (event) => { touched = event.pointerType === "touch"; });
  node.addEventListener("pointermove", (event) => { if (facts && event.pointerType !== "touch") look(under(event, pointed?.query)); });
  node.addEventListener("pointerleave", (event) => { if (event.pointerType !== "touch") look(null); });
  node.addEventListener("click", (event) => {
    if (!facts) return;
    const cell = under(event, pointed?.query), query = cell.query ?? best((i) => [i, cell.key], place.q), key = cell.key ?? best((i) => [query, i], place.k);
    const known = pointed && pointed.query === query;
    look({ query, key });
    if (!touched || known) choose({ query, key });
  });
  // The place of the largest weight along a row or a column.
  function best(cellOf, count) {
    let found = 0, most = -1;
    for (let i = 0; i < count; i++) { const [query, key] = cellOf(i), weight = weights[query * place.k + key]; if (allowed(facts, query, key) && weight > most) { most = weight; found = i; } }
    return found;
  }
  return { node, update };
}
