// Weights laid over the regions of an image: a region that is looked at is bright and glows, one of weight 0 is dim.
import { sharp } from "../sharp.js";
import { rgb, token } from "../theme.js";

const DIM = 0.4, GLOW = 0.5; // what is left of a pixel of weight 0, and how much of the glow comes to one of the largest weight

// The colour of the glow: of all amounts the one that shows best on an image, whose pixels are the same on every ground.
export const glow = (root) => rgb(token(root, "amount")[root.dataset.theme === "dark" ? 4 : 3]);

// Paints image (channel, row, column; bytes) of this shape, width × height CSS pixels large.
// weights: of the regions, row after row, or null for the image as it is. grid: {rows, columns}. most: the weight that is
// brightest. cell: rows and columns of pixels that one region covers, where that is not its share of the image.
export function overlay(root, canvas, { image, shape, weights, grid, most, width, height, cell }) {
  const [channels, rows, columns] = shape, area = rows * columns;
  const context = sharp(canvas, width, height), across = canvas.width, down = canvas.height;
  const picture = context.createImageData(across, down), data = picture.data, ink = glow(root);
  const [tall, wide] = cell ?? [rows / grid.rows, columns / grid.columns];
  for (let y = 0; y < down; y++) {
    const r = ((y + 0.5) * rows) / down, pixel = Math.floor(r) * columns, line = Math.min(grid.rows - 1, Math.floor(r / tall)) * grid.columns;
    for (let x = 0; x < across; x++) {
      const c = ((x + 0.5) * columns) / across, i = pixel + Math.floor(c), to = 4 * (y * across + x);
      const share = weights ? Math.min(1, Math.max(0, weights[line + Math.min(grid.columns - 1, Math.floor(c / wide))] / (most || 1))) : 1;
      const kept = weights ? (DIM + (1 - DIM) * share) * (1 - GLOW * share) : 1, added = weights ? GLOW * share : 0;
      for (let k = 0; k < 3; k++) data[to + k] = image[(channels === 3 ? k * area : 0) + i] * kept + ink[k] * added;
      data[to + 3] = 255;
    }
  }
  context.putImageData(picture, 0, 0);
}

// The region under a place of the canvas (0 to 1 along both sides): its number, row after row.
export function regionAt(x, y, shape, grid, cell) {
  const [tall, wide] = cell ?? [shape[1] / grid.rows, shape[2] / grid.columns];
  return Math.min(grid.rows - 1, Math.floor((y * shape[1]) / tall)) * grid.columns + Math.min(grid.columns - 1, Math.floor((x * shape[2]) / wide));
}
