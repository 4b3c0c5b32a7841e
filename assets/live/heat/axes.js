// The labels of a heat map: rows on its left, columns above it, and the two that are pointed at.
import { html, put, svg } from "../dom.js";
import { textWidth } from "../theme.js";
import { acrossExtent, centre, cut, downExtent, thinned } from "./layout.js";

export function axes() {
  const across = svg("svg", { "aria-hidden": "true" }), down = svg("svg", { "aria-hidden": "true" });
  const flags = [svg("text", { class: "flag" }), svg("text", { class: "flag" })];
  let labels = null, place = null;

  // Writes label i; a column's stands over its middle or is turned upright, a row's ends at the map.
  function column(node, i) {
    const { top, upright, wide, room } = place, words = upright ? cut(labels.columns[i], room) : labels.columns[i];
    const x = centre(i, wide, labels.columns.length, upright ? 0 : textWidth(words) / 2);
    const where = upright ? { transform: `translate(${x + 4} ${top - 4}) rotate(-90)` } : { x, y: top - 5, "text-anchor": "middle" };
    for (const [name, value] of Object.entries(where)) node.setAttribute(name, value);
    for (const name of upright ? ["x", "y", "text-anchor"] : ["transform"]) node.removeAttribute(name);
    put(node, words);
    const half = upright ? 7 : textWidth(words) / 2 + 4;
    node.span = [x - half, x + half];
  }
  function row(node, i) {
    const y = centre(i, place.tall, labels.rows.length, 6);
    node.span = [y - 7, y + 7];
    node.setAttribute("x", place.left - 6);
    node.setAttribute("y", y + 4);
    node.setAttribute("text-anchor", "end");
    put(node, cut(labels.rows[i], place.left - 8));
  }

  function build(rowLabels, columnLabels, next) {
    labels = { rows: rowLabels, columns: columnLabels };
    place = next;
    const text = (write) => (i) => { const node = svg("text"); write(node, i); return node; };
    across.replaceChildren(...thinned(columnLabels, place.wide, acrossExtent(place)).map(text(column)), flags[1]);
    down.replaceChildren(...thinned(rowLabels, place.tall, downExtent).map(text(row)), flags[0]);
    for (const [node, w, h] of [[across, columnLabels.length * place.wide, place.top], [down, place.left, rowLabels.length * place.tall]]) {
      node.setAttribute("width", w);
      node.setAttribute("height", h);
    }
    point(null);
  }

  // The labels of this cell stand out, those that were left out too; they take the place of their neighbours.
  function point(cell) {
    if (cell) { row(flags[0], cell.row); column(flags[1], cell.column); }
    for (const flag of flags) {
      flag.style.display = cell ? "" : "none";
      for (const node of flag.parentNode.children) if (node !== flag) node.style.visibility = cell && node.span[0] < flag.span[1] && node.span[1] > flag.span[0] ? "hidden" : "";
    }
  }

  return { across: html("div", { class: "across" }, across), down: html("div", { class: "down" }, down), build, point };
}
