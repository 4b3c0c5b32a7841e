// Held-out examples as marks: each under its true class at the probability it got, or true against predicted number.
// Also a neuron's answers to examples side by side, enlarged.
import { tidy } from "./dom.js";
import { paintCodes } from "./codes.js";
import { token } from "./theme.js";

const LEFT = 72, FOOT = 34;

// Where each example stands, in CSS pixels.
function places(facts, size) {
  const { values } = facts.arrays.examples, count = facts.arrays.index.values.length;
  if (facts.kind === "numbers") {
    const share = (v) => (v - facts.from) / (facts.to - facts.from);
    return Array.from({ length: count }, (_, i) => [40 + share(values[3 * i]) * (size - 32), (1 - share(Math.min(facts.to, Math.max(facts.from, values[3 * i + 1])))) * (size - FOOT + 12) + 4]);
  }
  const band = (size + 18 - FOOT) / facts.classes.length, seen = new Map();
  return Array.from({ length: count }, (_, i) => {
    const truth = values[3 * i], n = seen.get(truth) ?? 0;
    seen.set(truth, n + 1);
    const jitter = ((n * 0.618034) % 1) - 0.5; // spreads marks that would lie on each other, the same way every time
    return [LEFT + values[3 * i + 1] * (size + 8 - LEFT), band * (truth + 0.5 + 0.7 * jitter)];
  });
}

export function nearestExample(facts, size, [x, y]) {
  let best = 12, found = -1;
  places(facts, size).forEach(([px, py], i) => {
    const away = Math.hypot(px - x, py - y);
    if (away < best) { best = away; found = i; }
  });
  return found;
}

function pen(root, g) {
  const text = token(root, "text"), muted = token(root, "muted"), rule = token(root, "rule");
  const family = getComputedStyle(root).fontFamily;
  g.font = `12px ${family}`;
  const write = (words, x, y, align = "left", colour = muted) => { g.fillStyle = colour; g.textAlign = align; g.fillText(words, x, y); };
  const line = (x1, y1, x2, y2, colour = rule) => { g.strokeStyle = colour; g.lineWidth = 1; g.beginPath(); g.moveTo(x1, y1); g.lineTo(x2, y2); g.stroke(); };
  return { text, muted, rule, write, line };
}

function fit(g, words, room) {
  if (g.measureText(words).width <= room) return words;
  let n = words.length;
  while (n > 1 && g.measureText(`${words.slice(0, n)}…`).width > room) n--;
  return `${words.slice(0, n)}…`;
}

function ring(g, [x, y], colour) {
  g.strokeStyle = colour;
  g.lineWidth = 2;
  g.beginPath();
  g.arc(x, y, 8, 0, 7);
  g.stroke();
}

export function drawClasses(root, g, facts, size) {
  const { text, write, line, rule } = pen(root, g), bottom = size + 18 - FOOT, band = bottom / facts.classes.length, { values } = facts.arrays.examples;
  facts.classes.forEach((name, i) => {
    line(LEFT, (i + 1) * band, size + 8, (i + 1) * band);
    write(fit(g, name, LEFT - 10), LEFT - 8, (i + 0.5) * band + 4, "right", text);
  });
  for (const [share, words] of [[0, "0"], [0.5, "0.5"], [1, "1"]]) {
    const x = LEFT + share * (size + 8 - LEFT);
    line(x, 0, x, bottom, rule);
    write(words, x, bottom + 14, "center");
  }
  write("probability of the true class", (LEFT + size + 8) / 2, bottom + 30, "center");
  places(facts, size).forEach(([x, y], i) => {
    const wrong = values[3 * i] !== values[3 * i + 2];
    g.globalAlpha = wrong ? 1 : 0.45;
    if (wrong) { g.strokeStyle = text; g.lineWidth = 1.75; g.beginPath(); g.moveTo(x - 3.5, y - 3.5); g.lineTo(x + 3.5, y + 3.5); g.moveTo(x - 3.5, y + 3.5); g.lineTo(x + 3.5, y - 3.5); g.stroke(); }
    else { g.fillStyle = text; g.beginPath(); g.arc(x, y, 2.5, 0, 7); g.fill(); }
    g.globalAlpha = 1;
    if (facts.chosen === facts.arrays.index.values[i]) ring(g, [x, y], text);
  });
}

export function drawNumbers(root, g, facts, size) {
  const { text, write, line, muted } = pen(root, g), bottom = size - FOOT + 16, right = size + 8;
  for (const share of [0, 0.5, 1]) {
    const value = facts.from + share * (facts.to - facts.from), x = 40 + share * (right - 40), y = bottom - share * (bottom - 4);
    line(40, y, right, y);
    line(x, 4, x, bottom);
    write(tidy(value), share === 1 ? right : x, bottom + 14, share === 1 ? "right" : share ? "center" : "left");
    write(tidy(value), 36, share === 1 ? y + 9 : share ? y + 4 : y, "right");
  }
  line(40, bottom, right, 4, muted);
  write(`true ${facts.targets[0]}`, (40 + right) / 2, bottom + 30, "center");
  write("predicted", 44, 14, "left");
  places(facts, size).forEach(([x, y], i) => {
    g.globalAlpha = 0.6;
    g.fillStyle = text;
    g.beginPath(); g.arc(x, y, 3, 0, 7); g.fill();
    g.globalAlpha = 1;
    if (facts.chosen === facts.arrays.index.values[i]) ring(g, [x, y], text);
  });
}

const sheet = document.createElement("canvas");

// A neuron's answers enlarged, rows named by class; above it the neuron's weights where they are a picture.
export function drawTile(root, g, here, size) {
  const { text, write } = pen(root, g), named = here.groups?.length && here.tile === "examples", left = named ? LEFT : 0;
  const height = size + 18, top = here.kernel ? Math.round(height * 0.5) : 0;
  g.imageSmoothingEnabled = false;
  if (here.kernel) {
    const { values, rows, columns, limit } = here.kernel, tall = top - 24, wide = (tall * columns) / rows;
    paintCodes(root, sheet, values, rows, columns, "signed");
    g.drawImage(sheet, left, 0, wide, tall);
    write("weights", left + wide + 10, 14, "left", text);
    write(`±${tidy(limit)}`, left + wide + 10, 30);
    write("answers to held-out examples", left, top - 6);
  }
  const footer = here.kernel || here.tile === "image" ? 0 : 20, room = height - top - footer;
  paintCodes(root, sheet, here.codes, here.rows, here.columns, here.scale);
  const wide = here.tile === "image" ? (room * here.columns) / here.rows : named ? size + 16 - left : Math.min(room, size + 16);
  g.drawImage(sheet, left, top, wide, room);
  if (named) here.groups.forEach((name, i) => write(fit(g, name, LEFT - 10), LEFT - 8, top + ((i + 0.5) * room) / here.groups.length + 4, "right", text));
  if (footer) write(named ? "answers to held-out examples, by class" : "held-out examples, smallest true number first", left, height - 4);
}
