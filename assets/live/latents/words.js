// What is said of latents over an image. A latent is its number, the answer null.
import { count, number } from "../dom.js";

const TERMS = 3;

export const titleWords = (facts, latent) => (latent === null ? "What the answer looks at" : `What latent ${latent + 1} looks at`);

// Where a pixel of the sheet is: its frame, where there are several, its row and its column.
export function where(facts, spot) {
  const { across, rows, columns, frames } = facts, wide = facts.shape[2], row = Math.floor(spot / wide), column = spot % wide;
  const frame = Math.floor(row / rows) * across + Math.floor(column / columns);
  if (frame >= frames) return null;
  return `${frames > 1 ? `frame ${frame + 1}, ` : ""}row ${(row % rows) + 1}, column ${(column % columns) + 1}`;
}

export function sentence(facts, latent, values) {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  const even = 1 / (facts.frames * facts.rows * facts.columns), times = values[best] / even;
  const most = times < 1.05 ? "at every pixel alike" : `most at ${where(facts, best)}: ${number(values[best], 2)}, ${times < 10 ? number(times, 2) : count(times)} times its even share`;
  if (latent !== null) return `A latent is a learnt vector that looks at all pixels. This one looks ${most}. The answer takes ${facts.arrays.asks.values[facts.shown.indexOf(latent)].toFixed(2)} from it.`;
  const left = facts.shown.length < facts.latents ? ` The ${facts.shown.length} of ${facts.latents} latents that it looks at most are shown.` : "";
  return `It looks, through the latents, ${most}.${left} What latents tell each other is left out.`;
}

// The weight of the pixel that is pointed at; of the answer with the largest products that it is made of.
export function pixelWords(facts, latent, values, spot, place, weights) {
  if (spot === null) return "";
  const spotted = where(facts, spot);
  if (spotted === null) return "";
  const whole = `${spotted}: ${number(values[spot], 2)}`;
  if (latent !== null) return whole;
  const parts = facts.shown.map((one) => ({ one, ask: facts.arrays.asks.values[place(one)], look: weights(one)[spot] })).sort((a, b) => b.ask * b.look - a.ask * a.look).slice(0, TERMS);
  const rest = facts.latents - parts.length;
  return `${whole} = ${parts.map(({ one, ask, look }) => `${number(ask, 2)} × ${number(look, 2)} (latent ${one + 1})`).join(" + ")}${rest > 0 ? ` + ${rest} more` : ""}`;
}
