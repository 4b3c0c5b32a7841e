// How large the cells of a heat map are, and which of its labels are written.
import { textWidth } from "../theme.js";
import { clamp } from "../walk.js";

const LINE = 14, UPRIGHT = 72, LEAST = 4, MOST = 28; // pixels; LEAST and MOST: of a cell

const longest = (labels) => labels.reduce((most, label) => Math.max(most, textWidth(label)), 0);
// A label that fits into so many pixels, its end left out where it must be.
export function cut(label, room) {
  if (textWidth(label) <= room) return label;
  let length = label.length - 1;
  while (length > 1 && textWidth(`${label.slice(0, length)}…`) > room) length--;
  return `${label.slice(0, length)}…`;
}
const whole = (size, most) => Math.max(LEAST, Math.min(most, Math.floor(size)));

// For a width and a height in pixels that the map should fill: { left, top, wide, tall, upright, room }.
// left, top: of the cells, beside and under the labels; wide, tall: of one cell, whole pixels, never below LEAST: what
// does not fit scrolls. upright: column labels are turned; room: the pixels a label of a column may take then.
export function layout({ rows, columns, rowLabels, columnLabels, most = MOST }, width, height) {
  const left = Math.ceil(Math.min(0.3 * width, 104, longest(rowLabels) + 8)), wide = whole((width - left) / columns, most);
  const long = longest(columnLabels), upright = long > wide - 2 && wide >= 11 && columnLabels.some((label) => /\D/.test(label));
  const room = Math.min(UPRIGHT, Math.ceil(long)), top = upright ? room + 8 : 18;
  return { left, top, wide, tall: whole((height - top) / rows, most), upright, room };
}

// Which labels of a row of cells, each `size` pixels long, can be written: as many as stand apart from each other.
// extent(label): the pixels it takes along the row.
export function thinned(labels, size, extent) {
  const every = labels.every((label) => /^\d+$/.test(label)) ? steady(labels, size, extent) : 1, kept = [];
  const round = (i) => Number(labels[i]) % every === 0 || (i === 0 && every > 2);
  let end = -Infinity;
  for (let i = 0; i < labels.length; i++) {
    if (every > 1 && !round(i)) continue;
    const half = extent(labels[i]) / 2, middle = centre(i, size, labels.length, half);
    if (middle - half < end + 2) continue;
    kept.push(i);
    end = middle + half;
  }
  return kept;
}

// The middle of label i, so that it stands whole within the row.
export const centre = (i, size, count, half) => clamp((i + 0.5) * size, half, Math.max(half, count * size - half));

// Of numbers the multiples of 1, 2, 5, 10, 20, 50 … are written.
function steady(labels, size, extent) {
  const most = Math.max(1, ...labels.map(extent)) + 6;
  for (let power = 1; ; power *= 10) for (const factor of [1, 2, 5]) if (factor * power * size >= most) return factor * power;
}

export const acrossExtent = ({ upright }) => (upright ? () => LINE - 3 : textWidth);
export const downExtent = () => LINE - 2;
