// Where the maps of every layer stand: tiles as large as fit without scrolling, whole canvas pixels for each cell.
const HEAD = 20, BELOW = 6;

export function arrange(layers, width, height) {
  const ladder = [
    (layer) => (layer.columns >= 20 ? 64 : 40),
    ...[40, 36, 32, 28].map((most) => (layer) => (layer.columns >= 20 ? 56 : layer.channels.length > 8 ? 20 : most)),
    (layer) => (layer.columns >= 20 ? 32 : 20),
  ];
  const tried = ladder.map((target) => layers.map((layer) => placed(layer, layer.form === "row" ? 10 : target(layer), width)));
  const total = (places) => places.reduce((sum, place) => sum + HEAD + place.height + BELOW, 0);
  return tried.find((places) => total(places) <= height) ?? tried[1];
}

// Up to 16 maps stand in one line where that leaves them 16 pixels.
function placed(layer, wanted, width) {
  const count = layer.channels.length, line = Math.floor((width + (count > 8 ? 2 : 4)) / count) - (count > 8 ? 2 : 4);
  const target = layer.form === "maps" && count <= 16 && line >= 16 ? Math.min(wanted, line) : wanted;
  const tile = layer.columns <= target ? Math.floor(target / layer.columns) * layer.columns : target;
  const gap = layer.form === "row" ? 1 : tile <= 24 ? 2 : 4;
  return sized(layer.channels.length, tile, Math.round((tile * layer.rows) / layer.columns), gap, width, 0);
}

function sized(count, tile, tileHeight, gap, width, label, most = Infinity) {
  const perLine = Math.max(1, Math.min(most, Math.floor((width - label + gap) / (tile + gap))));
  return { count, tile, tileHeight, gap, perLine, label, inputs: 1, height: Math.ceil(count / perLine) * (tileHeight + gap) - gap };
}

// Kernels: a line a map and a column an input map; kernels of a first layer stand in a row.
export function gridOf(layer, width) {
  const inputs = Math.min(layer.inputs, 16), outputs = layer.channels.length;
  if (layer.inputs === 1 || layer.colours) {
    const tile = Math.floor(40 / layer.kernel) * layer.kernel || layer.kernel;
    return sized(outputs, tile, tile, 4, width, 0);
  }
  const fit = Math.min(outputs > 8 ? 16 : 24, Math.floor((width - 24) / inputs) - 2), tile = Math.max(layer.kernel, Math.floor(fit / layer.kernel) * layer.kernel);
  return { ...sized(outputs * inputs, tile, tile, 2, width, 24, inputs), inputs };
}

// Where tile i stands.
export const spotOf = (place, i) => [place.label + (i % place.perLine) * (place.tile + place.gap), Math.floor(i / place.perLine) * (place.tileHeight + place.gap)];

// The tile and its cell under x, y of a layer's canvas: [index, row, column], or null beside the tiles.
export function cellAt(layer, place, x, y) {
  const across = Math.floor((x - place.label) / (place.tile + place.gap)), down = Math.floor(y / (place.tileHeight + place.gap)), index = down * place.perLine + across;
  if (x < place.label || across >= place.perLine || index < 0 || index >= place.count) return null;
  const [left, top] = spotOf(place, index), [rows, columns] = sizeOf(layer);
  const inTile = (value, size, cells) => Math.min(cells - 1, Math.floor((Math.min(value, size - 1) / size) * cells));
  return [index, inTile(y - top, place.tileHeight, rows), inTile(x - left, place.tile, columns)];
}

// Rows and columns of one of its maps, or of one of its kernels.
export const sizeOf = (layer) => [layer.kernel ?? layer.rows, layer.kernel ?? layer.columns];
