// The cell repeated over the steps: what is read below, what is answered above, as many steps as there is room for.
import { number, percent, put, svg } from "../dom.js";
import { cut } from "../heat/layout.js";
import { colourOf, textWidth } from "../theme.js";
import { picture, track } from "./whole.js";
import { fromEnd, isMarked, read, seen, valueOf } from "./words.js";

const TALL = 102, BELOW = 87; // pixels; where what belongs to all steps stands
const LEAST = 22, MOST = 64, CELL = 20, TOP = 38, COLUMN = 24; // of one step; of a cell; where cells begin; of numbers drawn as colours
const set = (node, attributes) => { for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value); };

// look(time), choose(time). Gives { node, update(facts, cell, looking, width) }.
export function strip(root, look, choose) {
  const node = svg("svg", { height: TALL, role: "img", class: "strip" }), above = svg("text", { x: 0, y: 11 }), right = svg("text", { y: 11, "text-anchor": "end", class: "strong" });
  const steps = svg("g"), ring = svg("rect", { class: "ring", rx: 5 }), peek = svg("rect", { class: "peek", rx: 5 }), ends = [svg("text", { y: TOP + 14, class: "strong" }, "…"), svg("text", { y: TOP + 14, class: "strong", "text-anchor": "end" }, "…")];
  const image = picture(root, 20), whole = track(choose), short = svg("text", { x: 0, y: TALL - 5 }), full = svg("title");
  const row = svg("g", {}, steps, ring, peek, ...ends);
  whole.node.setAttribute("transform", `translate(0 ${BELOW})`);
  node.append(above, right, image.node, row, whole.node, short);
  let made = "", cells = [], pitch = LEAST, first = 0, facts = null;

  const label = (time) => (facts.tokens ? read(facts, time) : numbers(time)[0] === undefined ? "" : number(numbers(time)[0], 2));
  function numbers(time) {
    const { shape, values } = facts.arrays.numbers;
    return values.subarray(time * shape[1], (time + 1) * shape[1]);
  }
  // How many numbers are read at a step, where they are too many to be written.
  const many = () => (facts.tokens || facts.features.length <= 2 ? 0 : facts.features.length);
  const lines = () => (facts.tokens ? 1 : many() ? 2 : facts.features.length);
  const said = (time) => facts.answers.steps?.[time] ?? null;
  function saidWords(one) {
    if (!one) return "";
    return one.words === null || one.words === undefined ? number(one.value ?? NaN, 2) : seen(one.words);
  }
  const shortly = (one) => facts.short[one?.words] ?? saidWords(one);
  const second = (time) => (facts.tokens || numbers(time).length !== 2 ? "" : facts.mark === 1 ? (isMarked(facts, time) ? "▲" : "·") : number(numbers(time)[1], 2));

  function build(width) {
    const times = Array.from({ length: facts.time }, (_, time) => time), abbreviated = Object.keys(facts.short).length;
    const widest = Math.max(...times.map((time) => Math.max(many() ? 0 : textWidth(label(time)), abbreviated ? textWidth(shortly(said(time))) + 2 : 0)));
    pitch = Math.max(Math.min(MOST, Math.max(LEAST, widest + 6)), Math.min(28, width / facts.time));
    const count = Math.min(facts.time, Math.max(1, Math.floor(width / pitch)));
    pitch = Math.min(width / count, MOST);
    const signature = JSON.stringify([count, pitch, many()]);
    if (signature === made) return;
    made = signature;
    cells = Array.from({ length: count }, (_, i) => {
      const x = i * pitch, middle = x + pitch / 2;
      const link = i ? svg("path", { d: `M${x - pitch / 2 + CELL / 2} ${TOP + CELL / 2}H${middle - CELL / 2}`, class: "wire" }) : null, arrow = i ? svg("path", { class: "wire" }) : null;
      const cell = svg("rect", { x: middle - CELL / 2, y: TOP, width: CELL, height: CELL, rx: 4, class: "cell" });
      const text = (y) => svg("text", { x: middle, y, "text-anchor": "middle" });
      const over = text(TOP - 8), under = text(TOP + CELL + 14), more = text(TOP + CELL + 27);
      const column = many() ? Array.from({ length: many() }, (_, k) => svg("rect", { x: middle - 8, y: TOP + CELL + 5 + (k * COLUMN) / many(), width: 16, height: COLUMN / many() })) : [];
      const hit = svg("rect", { x, y: 14, width: pitch, height: BELOW - 18, fill: "transparent", class: "hit" });
      hit.addEventListener("pointerenter", (event) => { if (event.pointerType !== "touch") look(first + i); });
      hit.addEventListener("pointerleave", (event) => { if (event.pointerType !== "touch") look(null); });
      hit.addEventListener("click", () => choose(first + i));
      return { group: svg("g", {}, link, arrow, cell, over, under, more, ...column, hit), cell, over, under, more, column, arrow, x };
    });
    steps.replaceChildren(...cells.map((one) => one.group));
    for (const end of ends) end.style.display = count < facts.time ? "" : "none";
  }

  function update(next, at, peeked, across) {
    facts = next;
    node.setAttribute("width", across);
    const left = facts.image ? image.wide : 0, width = across - left, back = fromEnd(facts, at.unit);
    image.node.style.display = facts.image ? "" : "none";
    row.setAttribute("transform", `translate(${left} 0)`);
    if (facts.image) image.update(facts, at);
    build(width);
    const middle = Math.floor(cells.length / 2);
    if (at.time < first + 2 || at.time >= first + cells.length - 2 || first + cells.length > facts.time) first = Math.max(0, Math.min(facts.time - cells.length, at.time - middle));
    const entry = facts.shown.find(({ name }) => name === facts.state), { each_step: every, right: rights } = facts.answers;
    const most = many() ? Math.max(...facts.arrays.numbers.values.map(Math.abs), 1e-9) : 1;
    cells.forEach((one, i) => {
      const time = first + i, answer = said(time), away = back ? -3 : 3, middle = one.x;
      one.cell.style.fill = colourOf(root, entry.scale, valueOf(facts, facts.state, { unit: at.unit, time }), entry.high);
      one.arrow?.setAttribute("d", `M${middle - away} ${TOP + CELL / 2 - 3}l${away} 3l${-away} 3`);
      put(one.under, many() ? "" : cut(label(time), pitch - 2));
      one.column.forEach((rect, k) => { rect.style.fill = colourOf(root, facts.image ? "pixels" : "signed", numbers(time)[k], most); });
      put(one.more, second(time));
      put(one.over, cut(shortly(answer), pitch - 3));
      one.under.classList.toggle("number", one.under.textContent.length === 1);
      one.over.classList.toggle("number", one.over.textContent.length === 1);
      one.over.classList.toggle("wrong", rights?.[time] === false);
      one.under.classList.toggle("strong", time === at.time || isMarked(facts, time));
      one.more.classList.toggle("strong", isMarked(facts, time));
      one.over.classList.toggle("strong", time === at.time);
    });
    const around = (mark, time, out) => {
      const i = time === null ? -1 : time - first, here = i >= 0 && i < cells.length;
      mark.style.display = here ? "" : "none";
      if (here) set(mark, { x: (i + 0.5) * pitch - CELL / 2 - out, y: TOP - out, width: CELL + 2 * out, height: CELL + 2 * out });
    };
    around(ring, at.time, 1);
    around(peek, peeked, 2);
    ends[0].setAttribute("x", left ? -4 : -10);
    ends[1].setAttribute("x", width + 10);
    ends[0].style.visibility = first > 0 ? "" : "hidden";
    ends[1].style.visibility = first + cells.length < facts.time ? "" : "hidden";
    put(above, every ? "answer at every step" : facts.answers.steps ? "answer if it ended here" : "answer at the end");
    put(right, heading(peeked ?? at.time));
    right.setAttribute("x", across);
    above.style.display = textWidth(above.textContent) + 1.1 * textWidth(right.textContent) + 12 > across ? "none" : "";
    const names = legend(), partly = cells.length < facts.time;
    if (short.firstChild?.nodeValue !== cut(names, across)) short.replaceChildren(cut(names, across), full);
    put(full, names);
    whole.node.style.display = partly && !names ? "" : "none";
    if (partly && !names) whole.update(facts, at.time, first, cells.length, across);
    node.setAttribute("aria-label", `Steps ${first + 1} to ${first + cells.length} of ${facts.time}, read from the ${back ? "end" : "start"}. At step ${at.time + 1}: ${heading(at.time) || above.textContent}`);
    return { x: left + (at.time - first + 0.5) * pitch, from: partly || names ? 0 : lines() > 1 ? -16 : -28 };
  }

  // What the short names mean that stand above the cells.
  function legend() {
    const there = new Set((facts.answers.steps ?? []).map((one) => one.words));
    return Object.entries(facts.short).filter(([name, short]) => there.has(name) && name !== short).map(([name, short]) => `${short} = ${name}`).join(" · ");
  }

  // What is said at a step and what is true, in words.
  function heading(time) {
    const { end, each_step: every, right: rights } = facts.answers, one = said(time) ?? end;
    if (!one) return "";
    const words = `${saidWords(one)}${one.share === null || one.share === undefined ? "" : ` ${percent(one.share)}`}`;
    const truth = every ? facts.answers.true[time] : end.true;
    if (truth === null || truth === undefined) return words;
    const wanted = typeof truth === "number" ? number(truth, 2) : seen(truth);
    const counted = every && rights.some((is) => is !== null) ? `, ${rights.filter((is) => is).length} of ${rights.filter((is) => is !== null).length} right` : "";
    const late = !every && facts.answers.steps && time < facts.time - 1; // what is true belongs to the whole, what is said to what was read
    return `${words} · true${late ? " at the end" : ""}: ${wanted}${counted}`;
  }
  return { node, update };
}
