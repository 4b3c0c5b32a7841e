// Colours and type: assets/tokens.json is their only place; every part's root carries them as CSS variables.
const at = (path) => new URL(path, import.meta.url).href;
const tokens = fetch(at("../tokens.json")).then((answer) => answer.json());
const sheet = fetch(at("./live.css")).then((answer) => answer.text());
let table = null;

// The page's ground tells light from dark: Streamlit puts its colours on every component.
function isDark(node) {
  const ground = getComputedStyle(node).getPropertyValue("--st-background-color").trim();
  const [r, g, b] = rgb(/^#[0-9a-f]{6}$/i.test(ground) ? ground : "#ffffff");
  return r + g + b < 384;
}

export async function dress(parent, root) {
  table = await tokens;
  const style = document.createElement("style");
  style.textContent = await sheet;
  parent.append(style);
  colour(root);
}

function colour(root) {
  const dark = isDark(root);
  root.dataset.theme = dark ? "dark" : "light";
  for (const [name, value] of Object.entries(table[dark ? "dark" : "light"])) {
    root.style.setProperty(`--${name}`, Array.isArray(value) ? value.join(", ") : value);
  }
  root.style.setProperty("--fontText", table.font.text);
  root.style.setProperty("--fontNumber", table.font.number);
}

// Calls back when the visitor switches between light and dark; returns a function that stops watching.
export function onTheme(root, changed) {
  let dark = isDark(root);
  const look = () => {
    if (isDark(root) === dark) return;
    dark = !dark;
    colour(root);
    changed();
  };
  const timer = setInterval(look, 500);
  return () => clearInterval(timer);
}

// How wide a figure's text is, in pixels, on one line of 12 pixels.
const ink = document.createElement("canvas").getContext("2d");
export function textWidth(words) {
  ink.font = `12px ${table.font.text}`;
  return ink.measureText(words).width;
}

export const token = (root, name) => table[root.dataset.theme][name];
export const rgb = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
export const css = ([r, g, b]) => `rgb(${r}, ${g}, ${b})`;

// The colours of a scale as 256 × 3 bytes: "signed" (−1 … 0 … +1), "amount" (0 … 1) or "pixels" (black … white).
const made = new Map();
export function scale(root, name) {
  const key = root.dataset.theme + name;
  if (!made.has(key)) {
    const stops = (name === "pixels" ? ["#000000", "#FFFFFF"] : token(root, name)).map(rgb);
    const bytes = new Uint8ClampedArray(768);
    for (let i = 0; i < 256; i++) {
      const x = (i / 255) * (stops.length - 1), k = Math.min(stops.length - 2, Math.floor(x));
      for (let c = 0; c < 3; c++) bytes[3 * i + c] = stops[k][c] + (stops[k + 1][c] - stops[k][c]) * (x - k);
    }
    made.set(key, bytes);
  }
  return made.get(key);
}

// One value's colour. limit: the value of the strong end; signed scales run from −limit to +limit, others from 0.
export function colourOf(root, name, value, limit) {
  const share = name === "signed" ? (value / (limit || 1) + 1) / 2 : value / (limit || 1);
  const i = 3 * Math.round(255 * Math.min(1, Math.max(0, share)));
  return css(scale(root, name).subarray(i, i + 3));
}
