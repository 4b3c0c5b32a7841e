// Maps painted by codes, one byte a value: 0 the low end of a scale, 255 the high end.
import { scale } from "./theme.js";

const palettes = new Map();
// A scale's colours as 256 words of a canvas, little-endian.
export function palette(root, name) {
  const key = root.dataset.theme + name;
  if (!palettes.has(key)) {
    const bytes = scale(root, name), words = new Uint32Array(256);
    for (let i = 0; i < 256; i++) words[i] = 0xff000000 | (bytes[3 * i + 2] << 16) | (bytes[3 * i + 1] << 8) | bytes[3 * i];
    palettes.set(key, words);
  }
  return palettes.get(key);
}

const images = new WeakMap();
// Paints codes (row, column) into a canvas, one canvas pixel a value. The canvas keeps its buffer between calls.
// missing: values beside the codes; where one is NaN nothing is painted.
export function paintCodes(root, canvas, codes, rows, columns, name, missing = null) {
  let image = images.get(canvas);
  if (!image || image.width !== columns || image.height !== rows) {
    canvas.width = columns; canvas.height = rows;
    image = new ImageData(columns, rows);
    images.set(canvas, image);
  }
  const words = new Uint32Array(image.data.buffer), table = palette(root, name);
  for (let i = 0; i < words.length; i++) words[i] = missing !== null && missing[i] !== missing[i] ? 0 : table[codes[i]];
  canvas.getContext("2d").putImageData(image, 0, 0);
}

// Values as codes, cut off at both ends; into an array that the next call uses again.
let room = new Uint8ClampedArray(0);
export function toCodes(values, low, high) {
  if (room.length !== values.length) room = new Uint8ClampedArray(values.length);
  const factor = 255 / (high - low || 1);
  for (let i = 0; i < values.length; i++) room[i] = (values[i] - low) * factor;
  return room;
}

// Paints values (row, column): signed scales run from −limit to +limit, others from 0. What is NaN is left empty.
export function paint(root, canvas, values, rows, columns, name, limit) {
  paintCodes(root, canvas, toCodes(values, name === "signed" ? -limit : 0, limit), rows, columns, name, values);
}
