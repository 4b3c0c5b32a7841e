// Small pictures of recorded results, as `dlplay/recording.py` wrote them: no model is needed to show them.
// kinds: "surface" (what a model answers on the plane), "maps" (an image and its feature maps), "confusion" (answers
// against truth, counted), "heat" (a state over time, an alignment), "described" (a film or an image, and words), "fit" (predicted against true numbers) and "curve" (the loss of a run that left all bounds).
// Each is drawn as large as the canvas it is given lets the whole of it be.
import { paint } from "./codes.js";
import { count, html, percent } from "./dom.js";
import { photo } from "./fields.js";
import { colourOf, css, rgb, scale, token } from "./theme.js";

const PAINTERS = { surface, maps, confusion, fit, curve, heat, described };

export function draw(root, canvas, facts) {
  const ratio = window.devicePixelRatio || 1, width = canvas.clientWidth, height = canvas.clientHeight;
  if (!width || !height) return;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);
  PAINTERS[facts.kind](root, pen, facts, width, height);
}

// What the picture shows, for those who do not see it.
export function words({ kind, what: shown, said, step, score, classes, arrays }) {
  const result = classes.length ? `${percent(score)} of the held-out examples right` : `R² ${score.toFixed(2)} on the held-out part`;
  const what = {
    surface: "What the model answers all over the plane, with the training points",
    maps: `An image and ${arrays.maps?.shape[0]} ${shown}`,
    confusion: "How often each class was answered for each class",
    fit: "Predicted against true numbers of the held-out part",
    heat: `A map of ${shown}`,
    described: `A picture of ${shown}: ${said}`,
    curve: "The loss from the first step to the one where it left all bounds",
  };
  return `${what[kind]}. Recorded after ${count(step)} steps: ${result}.`;
}

// An array as a picture of its own, ready to be drawn at any size.
function map(root, values, rows, columns, name, limit) {
  const picture = html("canvas");
  paint(root, picture, values, rows, columns, name, limit);
  return picture;
}

function tile(root, pen, picture, x, y, width, height) {
  pen.imageSmoothingEnabled = false;
  pen.drawImage(picture, x, y, width, height);
  pen.strokeStyle = token(root, "border");
  pen.lineWidth = 1;
  pen.strokeRect(x - 0.5, y - 0.5, width + 1, height + 1);
}

// Two classes and numbers in the signed colours; more classes by the shape of their marks and the lines where they meet.
function surface(root, pen, { arrays, classes, low, high }, width, height) {
  const [rows, columns] = arrays.answer.shape, side = Math.min(width, height);
  const left = (width - side) / 2, top = (height - side) / 2;
  const many = classes.length > 2;
  const picture = many ? regions(root, arrays, rows, columns) : map(root, Float32Array.from(arrays.answer.values, (v) => v / 127.5 - 1), rows, columns, "signed", 1);
  pen.imageSmoothingEnabled = true;
  pen.drawImage(picture, left, top, side, side);
  pen.rect(left, top, side, side);
  pen.clip();
  const [count] = arrays.points.shape, at = (v) => ((v - low) / (high - low)) * side;
  for (let i = 0; i < count; i++) {
    const x = left + at(arrays.points.values[2 * i]), y = top + side - at(arrays.points.values[2 * i + 1]), value = arrays.values.values[i];
    pen.fillStyle = many ? token(root, "text") : classes.length ? token(root, value ? "positive" : "negative") : colourOf(root, "signed", value, 1);
    pen.strokeStyle = token(root, classes.length ? "page" : "control");
    pen.lineWidth = 0.8;
    shape(pen, classes.length ? value : 1, x, y, 2.8);
  }
}

// Classes as marks: square, circle, triangle, diamond, cross.
function shape(pen, kind, x, y, size) {
  pen.beginPath();
  if (kind === 0) pen.rect(x - size * 0.85, y - size * 0.85, size * 1.7, size * 1.7);
  else if (kind === 1) pen.arc(x, y, size, 0, 7);
  else if (kind === 2) { pen.moveTo(x, y - size * 1.2); pen.lineTo(x + size * 1.15, y + size); pen.lineTo(x - size * 1.15, y + size); pen.closePath(); }
  else if (kind === 3) { pen.moveTo(x, y - size * 1.3); pen.lineTo(x + size * 1.3, y); pen.lineTo(x, y + size * 1.3); pen.lineTo(x - size * 1.3, y); pen.closePath(); }
  else { const a = size * 0.45, b = size * 1.2; for (const [i, j] of [[-a, -b], [a, -b], [a, -a], [b, -a], [b, a], [a, a], [a, b], [-a, b], [-a, a], [-b, a], [-b, -a], [-a, -a]]) pen.lineTo(x + i, y + j); pen.closePath(); }
  pen.stroke();
  pen.fill();
}

// Where each class wins: the surer, the stronger; a line where two classes meet.
function regions(root, arrays, rows, columns) {
  const picture = map(root, Float32Array.from(arrays.sure.values, (v) => 0.45 * Math.max(0, v / 255)), rows, columns, "amount", 1);
  const pen = picture.getContext("2d"), image = pen.getImageData(0, 0, columns, rows), line = rgb(token(root, "control")), winner = arrays.answer.values;
  for (let i = 0; i < rows * columns; i++) {
    const right = (i + 1) % columns && winner[i] !== winner[i + 1], below = i + columns < winner.length && winner[i] !== winner[i + columns];
    if (right || below) image.data.set(line, 4 * i);
  }
  pen.putImageData(image, 0, 0);
  return picture;
}

function maps(root, pen, { arrays }, width, height) {
  const [count, rows, columns] = arrays.maps.shape, wide = width > 200;
  let limit = 1e-9;
  for (const v of arrays.maps.values) limit = Math.max(limit, Math.abs(v));
  const name = arrays.maps.values.some((v) => v < 0) ? "signed" : "amount";
  const one = (i) => map(root, arrays.maps.values.subarray(i * rows * columns, (i + 1) * rows * columns), rows, columns, name, limit);
  if (!wide) {
    const side = Math.floor((Math.min(width, height) - 24) / 2), x = (width - 2 * side - 8) / 2, y = (height - 2 * side - 8) / 2;
    for (let i = 0; i < Math.min(4, count); i++) tile(root, pen, one(i), x + (i % 2) * (side + 8), y + (i >> 1) * (side + 8), side, side);
    return;
  }
  const [high, broad] = arrays.image.shape, shown = Math.min(8, count), across = Math.ceil(shown / 2);
  const large = 88, gap = 6, free = width - 40 - large - 16, side = Math.min(41, Math.floor((free - (across - 1) * gap) / across));
  const begin = (width - large - 16 - across * side - (across - 1) * gap) / 2, top = (height - large) / 2;
  const picture = map(root, Float32Array.from(arrays.image.values, (v) => v / 255), high, broad, "pixels", 1);
  tile(root, pen, picture, begin, top, large, large);
  for (let i = 0; i < shown; i++) {
    tile(root, pen, one(i), begin + large + 16 + (i % across) * (side + gap), top + (i >= across ? large - side : 0), side, side);
  }
}

function confusion(root, pen, { arrays, classes }, width, height) {
  const count = classes.length, room = height - 32, side = Math.min(Math.floor(room / count), 30), whole = side * count;
  const wide = width > 200 && count <= 5, names = wide ? Math.min(120, width - whole - 40) : 0;
  const left = Math.round((width - whole - names) / 2) + names, top = Math.round((height - whole) / 2);
  pen.font = `12px ${getComputedStyle(root).fontFamily}`;
  pen.textBaseline = "middle";
  for (let row = 0; row < count; row++) {
    const line = Array.from(arrays.counts.values.subarray(row * count, (row + 1) * count)), total = line.reduce((a, b) => a + b, 0) || 1;
    line.forEach((value, column) => {
      const share = value / total, x = left + column * side, y = top + row * side;
      pen.fillStyle = colourOf(root, "amount", share, 1);
      pen.fillRect(x, y, side - 2, side - 2);
      pen.strokeStyle = token(root, "border");
      pen.lineWidth = 1;
      pen.strokeRect(x + 0.5, y + 0.5, side - 3, side - 3);
      if (!value || side < 20) return;
      const ground = colourOf(root, "amount", share, 1).match(/\d+/g).reduce((a, b) => a + Number(b), 0);
      pen.fillStyle = ground > 384 ? "#12161C" : "#FFFFFF";
      pen.textAlign = "center";
      pen.fillText(String(value), x + side / 2 - 1, y + side / 2);
    });
    if (names) {
      pen.fillStyle = token(root, "muted");
      pen.textAlign = "right";
      pen.fillText(short(classes[row]), left - 8, top + row * side + side / 2 - 1, names - 8);
    }
  }
}

const short = (name) => (name.length > 16 ? `${name.slice(0, 15)}…` : name);

function fit(root, pen, { arrays }, width, height) {
  const truth = arrays.truth.values, said = arrays.said.values, edge = 14;
  let low = Infinity, high = -Infinity;
  for (const v of truth) { low = Math.min(low, v); high = Math.max(high, v); }
  const x = (v) => edge + ((v - low) / (high - low)) * (width - 2 * edge), y = (v) => height - edge - ((v - low) / (high - low)) * (height - 2 * edge);
  pen.strokeStyle = token(root, "control");
  pen.lineWidth = 1.5;
  pen.beginPath();
  pen.moveTo(x(low), y(low));
  pen.lineTo(x(high), y(high));
  pen.stroke();
  const table = scale(root, "amount"), ink = css(table.subarray(3 * 170, 3 * 170 + 3));
  pen.fillStyle = ink;
  pen.strokeStyle = token(root, "page");
  pen.lineWidth = 0.8;
  for (let i = 0; i < truth.length; i++) shape(pen, 1, x(truth[i]), y(Math.min(high, Math.max(low, said[i]))), 2.8);
}

// Rows by columns of cells, with their tokens beside them where these fit.
function heat(root, pen, { arrays, scale: name, rows, columns }, width, height) {
  const [high, wide] = arrays.values.shape;
  pen.font = `11px ${getComputedStyle(root).fontFamily}`;
  const room = rows.length ? Math.min(96, Math.max(...rows.map((word) => pen.measureText(word).width)) + 8) : 0;
  const cell = Math.min((width - room - 24) / wide, rows.length ? 40 : 24), tall = Math.min((height - 38) / high, 24);
  const left = Math.round((width - room - cell * wide) / 2) + room, top = Math.round((height - tall * high - 14) / 2);
  let limit = 1e-9;
  for (const value of arrays.values.values) limit = Math.max(limit, Math.abs(value));
  tile(root, pen, map(root, arrays.values.values, high, wide, name, name === "amount" ? 1 : limit), left, top, cell * wide, tall * high);
  pen.fillStyle = token(root, "muted");
  pen.textBaseline = "middle";
  pen.textAlign = "right";
  if (tall >= 9) rows.forEach((word, row) => pen.fillText(word, left - 5, top + (row + 0.5) * tall, room));
  pen.textAlign = "center";
  const fits = columns.every((word) => pen.measureText(word).width <= cell + 1);
  if (fits) columns.forEach((word, column) => pen.fillText(word, left + (column + 0.5) * cell, top + high * tall + 9));
}

// An image, or the frames of a film, and below it what is said, in one line or two.
function described(root, pen, { arrays, said, lines, across }, width, height) {
  const { values, shape } = arrays.image, [, high, wide] = shape, picture = html("canvas");
  photo(picture, values, shape);
  pen.font = `12px ${getComputedStyle(root).fontFamily}`;
  const rows = broken(pen, said, width - 24), room = height - 24 - 15 * rows.length, cell = Math.min((width - 32) / wide, room / high);
  const left = Math.round((width - cell * wide) / 2), top = Math.round((room - cell * high) / 2) + 10;
  tile(root, pen, picture, left, top, cell * wide, cell * high);
  pen.strokeStyle = token(root, "control");
  for (let i = 1; i < across; i++) pen.strokeRect(left + (i * cell * wide) / across, top, 0, cell * high);
  for (let i = 1; i < lines; i++) pen.strokeRect(left, top + (i * cell * high) / lines, cell * wide, 0);
  pen.fillStyle = token(root, "text");
  pen.textAlign = "center";
  pen.textBaseline = "top";
  rows.forEach((row, i) => pen.fillText(row, width / 2, top + cell * high + 6 + 15 * i, width - 16));
}

// Words in as many lines as they need, two at most; what does not fit is pressed into the last.
function broken(pen, words, width) {
  if (pen.measureText(words).width <= width) return [words];
  const all = words.split(" "), first = [];
  while (all.length > 1 && pen.measureText([...first, all[0]].join(" ")).width <= width) first.push(all.shift());
  return [first.join(" "), all.join(" ")];
}

// The loss on a logarithmic scale, ending in a cross.
function curve(root, pen, { arrays }, width, height) {
  const losses = Array.from(arrays.losses.values, (v) => Math.log10(Math.max(v, 1e-6))), edge = 20;
  const low = Math.min(...losses), high = Math.max(...losses, low + 1e-6);
  const x = (i) => edge + (i / (losses.length - 1 || 1)) * (width - 2 * edge), y = (v) => height - edge - ((v - low) / (high - low)) * (height - 2 * edge);
  pen.strokeStyle = token(root, "text");
  pen.lineWidth = 2;
  pen.lineJoin = "round";
  pen.beginPath();
  losses.forEach((v, i) => pen.lineTo(x(i), y(v)));
  pen.stroke();
  const end = [x(losses.length - 1), y(losses.at(-1))];
  pen.strokeStyle = token(root, "errorText");
  pen.beginPath();
  for (const slant of [-1, 1]) { pen.moveTo(end[0] - 6, end[1] - 6 * slant); pen.lineTo(end[0] + 6, end[1] + 6 * slant); }
  pen.stroke();
}
