// Where everything in the network stands, for a width in pixels.
export const NARROW = 520; // below this many pixels sums are written below each other and headings are short
const TALL = 412;

// Whether the columns have different ranges, so that each says its own.
export function captioned(facts) {
  const all = facts.columns.slice(1), first = all[0];
  return !all.every((one) => one.low.every((v) => v === first.low[0]) && one.high.every((v) => v === first.high[0]));
}

// Where everything stands: x (left edge) by column, y (middle) by column and unit, the size of a tile.
// tier: how much room headings have; 2 whole words on one line, 1 words below each other, 0 the shortest.
export function layout(facts, width) {
  const columns = facts.columns, last = columns.length - 1, narrow = width < NARROW;
  const rows = Math.max(...columns.map((one) => one.shown.length + (one.kind !== "image" && one.units > one.shown.length ? 1 : 0)));
  const longest = (names) => Math.max(0, ...names.map((name) => 7 * name.length));
  const pixels = columns[0].kind === "image";
  const left = pixels ? 8 : Math.max(narrow ? 24 : 40, Math.min(narrow ? [92, 92, 92, 72][last] ?? 56 : 132, longest(columns[0].names) + 12));
  const named = longest(columns[last].names), right = named ? Math.min(narrow ? [76, 76, 76, 64][last] ?? 56 : 110, named + 10) : narrow ? 8 : 18;
  const rough = (width - left - right) / last;
  const tier = rough >= 124 ? 2 : rough >= 56 ? 1 : 0;
  const extras = Math.max(...columns.map((one) => (one.kind !== "hidden" ? 0 : tier === 2 ? Number(one.norm !== "none" || one.dropout > 0) : tier ? Number(one.norm !== "none") + Number(one.dropout > 0) : 0)));
  const head = (tier === 2 ? 40 : 56) + 16 * extras, captions = captioned(facts), foot = captions ? 20 : 4;
  const height = narrow ? head + foot + Math.max(200, rows * 40) : TALL;
  const pitch = Math.min(narrow ? 40 : 47, (height - head - foot) / rows);
  const size = Math.round(Math.min(36, pitch - (pitch < 42 ? 7 : 9), tier === 0 ? rough - 8 : 36));
  const image = pixels ? Math.min(narrow ? 64 : 112, Math.max(size, rough * 0.55)) : size;
  const kernels = pixels && rough - image > 1.2 * size + 24;
  const first = left, end = width - right - size;
  const x = columns.map((_, c) => Math.round(first + (c * (end - first)) / last));
  const middle = head + (height - head - foot) / 2;
  const places = (one) => one.shown.length + (one.kind !== "image" && one.units > one.shown.length ? 1 : 0);
  const y = columns.map((one) => one.shown.map((_, u) => Math.round(middle + (u - (places(one) - 1) / 2) * pitch)));
  const rest = columns.map((one) => Math.round(middle + (one.shown.length - (places(one) - 1) / 2) * pitch));
  return { height, size, x, y, rest, tier, roomy: rough >= 72, image, kernels, captions };
}
