// A heat map: rows × columns of numbers as colours, with labels, a legend, hover, a lock and keys. No part of its own:
// parts that show gates over time, attention or states take it in.
//
//   const map = heat(root, { hover, lock });       root: of the part, for its colours
//   root.append(map.node);
//   map.update({ name: "forget gate", values, rows: 32, columns: 40, scale: "amount", low: 0, high: 1,
//                rowLabels, columnLabels, row: "unit", column: "time", locked: { row: 3, column: 7 } });
//
// update(facts), at every frame; nodes are built only when size or labels change:
//   values        (row, column): float32, NaN where there is nothing, or uint8 codes, 0 for `low` and 255 for `high`
//   scale         "signed" (low = −high) or "amount" (low = 0)
//   rowLabels, columnLabels   strings, one each (a token, a time); numbers counted from 1 where they are left out
//   row, column   what a row and a column are, in words
//   more          words after the legend; locked: the cell with the ring, or null; height: pixels to fill, 300 at first
//   missing       words for cells without a value, which are hatched then; most: pixels of the largest cell
// hover(cell)     { row, column, value } is pointed at, or null; lock(cell): a click or Enter, null for release. The map
//                 keeps no lock of its own: the next update says what is locked.
// point(cell)     the crosshair stands there, from a linked picture; null takes it away. Calls nobody back.
// Arrows walk, Home and End go to the ends of a row, Enter locks, Escape releases; on touch a tap previews, the next locks.
import { paintCodes, toCodes } from "./codes.js";
import { box, html, number, put, speaker, tidy } from "./dom.js";
import { axes } from "./heat/axes.js";
import { layout } from "./heat/layout.js";
import { LOOK } from "./heat/look.js";
import { legend } from "./legend.js";
import { arrow, clamp, plain } from "./walk.js";

const HEIGHT = 300, SCROLLBAR = 12;

export function heat(root, { hover = () => {}, lock = () => {} } = {}) {
  const name = html("span", { class: "name" }), key = legend({ tag: "span", framed: true }), labels = axes();
  const canvas = html("canvas", { class: "pixelated", role: "img" }), mark = (kind) => html("div", { class: kind });
  const lines = [mark("line row"), mark("line column")], ring = mark("ring"), lockRing = mark("ring locked");
  const cells = html("div", { class: "cells", tabindex: "0", role: "application", "aria-roledescription": "heat map" }, canvas, ...lines, ring, lockRing);
  const corner = html("div", { class: "corner" }), scroll = html("div", { class: "scroll" }, corner, labels.across, labels.down, cells), read = html("div", { class: "read" });
  const node = html("div", { class: "heat" }, html("style", {}, LOOK), html("div", { class: "head" }, name, key.node), scroll, read);
  const say = speaker(node);
  let facts = null, place = null, made = "", at = null, walked = false, touched = false;

  const same = (a, b) => Boolean(a && b && a.row === b.row && a.column === b.column);
  const value = ({ row, column }) => {
    const one = facts.values[row * facts.columns + column];
    return facts.values instanceof Uint8Array ? facts.low + ((facts.high - facts.low) * one) / 255 : one;
  };
  const counted = (n) => Array.from({ length: n }, (_, i) => `${i + 1}`);
  const title = (what, label) => (what ? `${what} ${label}` : label);
  const told = (cell) => `${title(facts.row, facts.rowLabels[cell.row])}, ${title(facts.column, facts.columnLabels[cell.column])}: ${Number.isNaN(value(cell)) && facts.missing ? facts.missing : number(value(cell))}`;

  // ---- building: only when size or labels change
  function build() {
    place = layout(facts, node.clientWidth, facts.height ?? HEIGHT);
    const { left, top, wide, tall } = place, width = facts.columns * wide, height = facts.rows * tall;
    const most = Math.max(facts.height ?? HEIGHT, top + 4 * tall), across = left + width > node.clientWidth;
    scroll.style.height = `${Math.min(most, top + height) + (across ? SCROLLBAR : 0)}px`;
    for (const [one, w, h] of [[corner, left, top], [cells, width, height]]) { one.style.width = `${w}px`; one.style.height = `${h}px`; }
    labels.build(facts.rowLabels, facts.columnLabels, place);
    if (at && (at.row >= facts.rows || at.column >= facts.columns)) point(null);
  }

  // ---- drawing: at every frame
  function update(next) {
    facts = { ...next, rowLabels: next.rowLabels ?? counted(next.rows), columnLabels: next.columnLabels ?? counted(next.columns) };
    if (!node.clientWidth) return; // not laid out yet; the observer will tell
    const shape = JSON.stringify([node.clientWidth, facts.height, facts.rows, facts.columns, facts.rowLabels, facts.columnLabels]);
    if (shape !== made) { made = shape; build(); }
    const { values, rows, columns, low, high, scale } = facts;
    paintCodes(root, canvas, values instanceof Uint8Array ? values : toCodes(values, low, high), rows, columns, scale, values);
    put(name, facts.name ?? "");
    cells.classList.toggle("hatch", Boolean(facts.missing));
    key.set({ before: "", low: tidy(low), high: tidy(high), scale, after: facts.more ?? "" });
    const words = `${facts.name ?? "Map"}: ${rows} ${facts.row ?? ""} rows, ${columns} ${facts.column ?? ""} columns, from ${tidy(low)} to ${tidy(high)}. Arrows move, Enter locks, Escape releases.`.replaceAll("  ", " ");
    if (cells.getAttribute("aria-label") !== words) { cells.setAttribute("aria-label", words); canvas.setAttribute("aria-label", words); }
    show();
  }

  function show() {
    const { wide, tall } = place, { rows, columns, locked } = facts;
    const set = (one, cell, ...where) => { one.style.display = cell ? "block" : "none"; if (cell) box(one, ...where); };
    const around = (cell, out) => cell && [cell.column * wide - out, cell.row * tall - out, wide + 2 * out, tall + 2 * out];
    set(lines[0], at, 0, at?.row * tall, columns * wide, tall);
    set(lines[1], at, at?.column * wide, 0, wide, rows * tall);
    set(ring, at && !same(at, locked), ...(around(at, 2) ?? []));
    set(lockRing, locked, ...(around(locked, 2) ?? []));
    labels.point(at ?? locked ?? null);
    const shown = at ?? locked ?? null;
    read.classList.toggle("on", Boolean(shown));
    put(read, shown ? `${told(shown)}${same(shown, locked) ? " · locked" : ""}` : [facts.row && `rows: ${facts.row}`, facts.column && `columns: ${facts.column}`].filter(Boolean).join(" · "));
  }

  // ---- pointing
  function point(cell) {
    if (same(cell, at) || (!cell && !at)) return false;
    at = cell && { row: cell.row, column: cell.column };
    if (facts && place) show();
    return true;
  }
  function look(cell) {
    if (point(cell)) hover(cell && { row: cell.row, column: cell.column, value: value(cell) });
  }
  const choose = (cell) => lock(cell && !same(cell, facts.locked) ? { row: cell.row, column: cell.column } : null);

  function under(event) {
    const where = cells.getBoundingClientRect(), row = Math.floor((event.clientY - where.top) / place.tall), column = Math.floor((event.clientX - where.left) / place.wide);
    return { row: clamp(row, 0, facts.rows - 1), column: clamp(column, 0, facts.columns - 1) };
  }
  cells.addEventListener("pointerdown", (event) => { touched = event.pointerType === "touch"; });
  cells.addEventListener("pointermove", (event) => { if (place && event.pointerType !== "touch") { walked = false; look(under(event)); } });
  cells.addEventListener("pointerleave", (event) => { if (event.pointerType !== "touch" && !walked) look(null); });
  cells.addEventListener("click", (event) => {
    if (!place) return;
    const cell = under(event), known = same(cell, at) || same(cell, facts.locked);
    look(cell);
    if (!touched || known) choose(cell);
  });

  // ---- walking
  function go(cell) {
    walked = true;
    look({ row: clamp(cell.row, 0, facts.rows - 1), column: clamp(cell.column, 0, facts.columns - 1) });
    const { wide, tall, left, top } = place, x = at.column * wide, y = at.row * tall;
    scroll.scrollLeft = clamp(scroll.scrollLeft, x + wide + left - scroll.clientWidth, x);
    scroll.scrollTop = clamp(scroll.scrollTop, y + tall + top - scroll.clientHeight, y);
    say(told(at));
  }
  cells.addEventListener("keydown", (event) => {
    if (!place || !plain(event)) return;
    const step = arrow(event), from = at ?? facts.locked ?? null, here = from ?? { row: 0, column: 0 };
    if (step) go(from ? { row: here.row + step[0], column: here.column + step[1] } : here);
    else if (event.key === "Home") go({ row: here.row, column: 0 });
    else if (event.key === "End") go({ row: here.row, column: facts.columns - 1 });
    else if (event.key === "Enter" && from) choose(from);
    else if (event.key === "Escape" && from) { look(null); if (facts.locked) lock(null); }
    else return;
    event.preventDefault();
  });
  cells.addEventListener("blur", () => { if (walked) { walked = false; look(null); } });

  const watch = new ResizeObserver(() => { if (facts) update(facts); });
  watch.observe(node);
  return { node, update, point, end() { watch.disconnect(); if (at) hover(null); } };
}
