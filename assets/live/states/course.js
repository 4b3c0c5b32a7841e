// What one unit does over time: its state as a line, and dashed what it might follow.
import { put, svg, tidy } from "../dom.js";
import { cut } from "../heat/layout.js";
import { textWidth } from "../theme.js";
import { capital, followWords, layerWords, memoryWords, unitWords, valueOf } from "./words.js";

const TALL = 122, TOP = 26, BOTTOM = 18, LEFT = 38;

// look(time), choose(time). Gives { node, update(facts, cell, peeked, width) }.
export function course(look, choose) {
  const node = svg("svg", { height: TALL, role: "img", class: "course" });
  const title = svg("text", { x: 0, y: 11, class: "strong" }), zero = svg("line", { class: "rule" }), now = svg("line", { class: "now" }), peek = svg("line", { class: "peek" });
  const followed = svg("path", { class: "followed" }), line = svg("path", { class: "line" }), dot = svg("circle", { r: 4.5, class: "dot" });
  const ends = [svg("text", { x: LEFT - 5, "text-anchor": "end" }), svg("text", { x: LEFT - 5, "text-anchor": "end" })];
  const solid = svg("text", { y: TALL - 3 }), dashed = svg("text", { y: TALL - 3, "text-anchor": "end" });
  node.append(zero, now, peek, followed, line, dot, title, ...ends, solid, dashed);
  let facts = null, wide = 1;

  const x = (time) => LEFT + (facts.time < 2 ? 0.5 : time / (facts.time - 1)) * (wide - LEFT - 6);
  const path = (values, low, high) => {
    let pen = "M";
    return values.map((value, time) => {
      if (!Number.isFinite(value)) { pen = "M"; return ""; }
      const point = `${pen}${x(time).toFixed(1)} ${(TALL - BOTTOM - ((value - low) / (high - low || 1)) * (TALL - TOP - BOTTOM)).toFixed(1)}`;
      pen = "L";
      return point;
    }).join("");
  };
  function timeUnder(event) {
    const where = node.getBoundingClientRect();
    return Math.max(0, Math.min(facts.time - 1, Math.round(((event.clientX - where.left - LEFT) / (wide - LEFT - 6)) * (facts.time - 1))));
  }
  node.addEventListener("pointermove", (event) => { if (facts && event.pointerType !== "touch") look(timeUnder(event)); });
  node.addEventListener("pointerleave", () => look(null));
  node.addEventListener("click", (event) => { if (facts) choose(timeUnder(event)); });

  function update(next, at, peeked, width) {
    facts = next; wide = width;
    node.setAttribute("width", width);
    const values = Array.from({ length: facts.time }, (_, time) => valueOf(facts, facts.state, { unit: at.unit, time }));
    const known = values.filter(Number.isFinite), low = Math.min(0, ...known), high = Math.max(0, ...known) || (low < 0 ? 0 : 1);
    line.setAttribute("d", path(values, low, high));
    const other = facts.follows ? [...facts.arrays.followed.values] : [], finite = other.filter(Number.isFinite), up = facts.follows ? facts.arrays.correlation.values[at.unit] >= 0 : true;
    const ends2 = [Math.min(0, ...finite), Math.min(...finite) < 0 ? Math.max(...finite) : Math.max(...finite, 1e-6)];
    followed.setAttribute("d", other.length ? path(other, ...(up ? ends2 : [ends2[1], ends2[0]])) : "");
    const y = (value) => TALL - BOTTOM - ((value - low) / (high - low)) * (TALL - TOP - BOTTOM);
    for (const [mark, time] of [[now, at.time], [peek, peeked]]) {
      mark.style.display = time === null ? "none" : "";
      if (time !== null) for (const [name, value] of Object.entries({ x1: x(time), x2: x(time), y1: TOP - 6, y2: TALL - BOTTOM })) mark.setAttribute(name, value);
    }
    for (const [name, value] of Object.entries({ x1: LEFT, x2: width, y1: y(0), y2: y(0) })) zero.setAttribute(name, value);
    const value = values[at.time];
    dot.style.display = Number.isFinite(value) ? "" : "none";
    if (Number.isFinite(value)) { dot.setAttribute("cx", x(at.time)); dot.setAttribute("cy", y(value)); }
    [[high, 0], [low, 1]].forEach(([end, i]) => { put(ends[i], tidy(Number(end.toPrecision(2)))); ends[i].setAttribute("y", y(end) + 4); });
    const about = memoryWords(facts, at.unit);
    const unit = unitWords(facts, at.unit), after = about ? `: ${about}` : " over time";
    const ways = [`${layerWords(facts)}${unit}${after}`, `${unit}${after}`, `${unit.replace(/ from the .*/, "")}${after}`];
    put(title, capital(ways.find((words) => 1.08 * textWidth(words) <= width) ?? ways.at(-1)));
    put(solid, `solid: ${facts.state === "cell" ? "cell" : "state"}`);
    const room = width - textWidth(solid.textContent) - 12, what = facts.follows ? `dashed: ${facts.follows.name}${up ? "" : ", turned over"}` : "";
    const worded = what && `${what}; ${followWords(facts, at.unit)}`;
    put(dashed, textWidth(worded) <= room ? worded : textWidth(what) <= room ? what : cut(what, room));
    solid.setAttribute("x", textWidth(dashed.textContent) <= room - LEFT ? LEFT : 0);
    dashed.setAttribute("x", width);
    node.setAttribute("aria-label", `${title.textContent}${facts.follows ? `, ${followWords(facts, at.unit)} with ${facts.follows.name}` : ""}. At step ${at.time + 1}: ${tidy(value)}; from ${tidy(low)} to ${tidy(high)}.`);
  }
  return { node, update };
}
