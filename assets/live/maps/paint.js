// One layer's maps, or its kernels, on one canvas.
import { palette } from "../codes.js";
import { sharp } from "../sharp.js";
import { token } from "../theme.js";
import { sizeOf, spotOf } from "./layout.js";

const strips = new WeakMap(); // of a canvas: all its maps below each other, one pixel a value

// values: (map, row, column), float32 or codes of a byte; limit: of the strong end, null where every map has its own.
export function paintTiles(root, canvas, { layer, place, kernels }, values, limit, width) {
  const [rows, columns] = sizeOf(layer), count = place.count;
  const strip = strips.get(canvas) ?? document.createElement("canvas");
  strips.set(canvas, strip);
  if (strip.width !== columns || strip.height !== rows * count) { strip.width = columns; strip.height = rows * count; }
  const ink = strip.getContext("2d"), image = ink.createImageData(columns, rows * count), data = new Uint32Array(image.data.buffer);
  if (layer.colours) fillColours(data, values, count, rows * columns, layer.limit);
  else fillScale(root, data, values, count, rows * columns, layer, kernels, limit);
  ink.putImageData(image, 0, 0);

  const context = sharp(canvas, width, place.height);
  context.imageSmoothingEnabled = columns > place.tile * (window.devicePixelRatio || 1);
  context.imageSmoothingQuality = "high";
  for (let m = 0; m < count; m++) {
    const [x, y] = spotOf(place, m);
    context.drawImage(strip, 0, m * rows, columns, rows, x, y, place.tile, place.tileHeight);
  }
  if (place.label) drawNumbers(root, context, layer, place);
}

// Kernels that read red, green and blue, as colours about grey.
function fillColours(data, values, count, size, limit) {
  const factor = 127 / (limit || 1);
  for (let m = 0; m < count; m++) for (let i = 0; i < size; i++) {
    const [r, g, b] = [0, 1, 2].map((c) => Math.round(128 + factor * values[(m * 3 + c) * size + i]));
    data[m * size + i] = 0xff000000 | (b << 16) | (g << 8) | r;
  }
}

function fillScale(root, data, values, count, size, layer, kernels, limit) {
  const signed = layer.scale !== "amount", table = palette(root, signed ? "signed" : "amount"), bytes = values instanceof Uint8Array;
  for (let m = 0; m < count; m++) {
    let own = layer.limits?.[m] ?? 0;
    if (kernels) for (let i = m * size; i < (m + 1) * size; i++) own = Math.max(own, Math.abs(values[i]));
    const strong = (limit ?? own) || 1;
    // table index = zero + value · factor, value in the layer's units or in shares of the map's limit
    const zero = signed ? 127.5 : 0, factor = ((signed ? 127.5 : 255) / strong) * (bytes ? own / (signed ? 127 : 255) : 1), shift = bytes && signed ? 127 : 0;
    for (let i = m * size, end = i + size; i < end; i++) {
      const k = Math.round(zero + (values[i] - shift) * factor);
      data[i] = table[k < 0 ? 0 : k > 255 ? 255 : k];
    }
  }
}

// The numbers of the maps before the lines of their kernels.
function drawNumbers(root, context, layer, place) {
  context.fillStyle = token(root, "muted");
  context.font = "12px ui-monospace, monospace";
  context.textBaseline = "middle";
  context.textAlign = "right";
  layer.channels.forEach((channel, i) => context.fillText(String(channel + 1), place.label - 6, i * (place.tileHeight + place.gap) + place.tileHeight / 2 + 1));
}
