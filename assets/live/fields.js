// Receptive fields on an image: which pixels a cell can see, and frames drawn around them.
import { svg } from "./dom.js";

// The pixels seen by a cell; field { size, stride, padding }, or null for the whole image of shape [channel, row, column].
export function spanOf(field, row, column, shape) {
  if (!field) return { top: 0, left: 0, bottom: shape[1], right: shape[2], whole: true };
  const top = row * field.stride - field.padding, left = column * field.stride - field.padding;
  return { top, left, bottom: top + field.size, right: left + field.size, whole: false };
}

// A frame of two strokes, dark on light, so that it shows on every image. place(span) moves it, place(null) hides it.
export function frameOn(parent, { width = 2, dashed = false } = {}) {
  const halo = svg("rect", { fill: "none", rx: 2, style: `stroke: var(--page); stroke-width: ${width + 2.5}px` });
  const line = svg("rect", { fill: "none", rx: 2, style: `stroke: var(--text); stroke-width: ${width}px`, "stroke-dasharray": dashed ? "4 3" : null });
  parent.append(halo, line);
  return function place(span, scale, x0 = 0, y0 = 0) {
    for (const rect of [halo, line]) {
      rect.style.display = span ? "" : "none";
      if (!span) continue;
      rect.setAttribute("x", x0 + span.left * scale);
      rect.setAttribute("y", y0 + span.top * scale);
      rect.setAttribute("width", Math.max(0, (span.right - span.left) * scale));
      rect.setAttribute("height", Math.max(0, (span.bottom - span.top) * scale));
    }
  };
}

// The part of a span that lies on the image.
export const clipped = (span, shape) => span && {
  top: Math.max(0, span.top), left: Math.max(0, span.left), bottom: Math.min(shape[1], span.bottom), right: Math.min(shape[2], span.right),
};

// Paints bytes (channel, row, column) of one or three channels into a canvas, one canvas pixel a pixel.
export function photo(canvas, values, [channels, rows, columns], begin = 0) {
  if (canvas.width !== columns || canvas.height !== rows) { canvas.width = columns; canvas.height = rows; }
  const context = canvas.getContext("2d"), image = context.createImageData(columns, rows), size = rows * columns;
  for (let i = 0; i < size; i++) {
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = values[begin + (channels === 3 ? c * size : 0) + i];
    image.data[4 * i + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}
