// What is said of heads and weights, the same in every picture of attention. facts: dlplay/probes/attention.py.
import { fixed } from "../dom.js";

const LOOKS = {
  previous: "looks at the token before", first: "looks at the first token", itself: "looks at its own token", next: "looks at the next token",
  equal: "looks at equal tokens", followed: "looks at what followed an equal token",
};
// Where a head's weight may go, as the habits are measured.
const PLACES = { previous: "on the token before", itself: "on its own token", next: "on the next token", first: "on the first token", equal: "on equal tokens", followed: "on what followed an equal one" };
export const HABITS = Object.keys(PLACES);
const SHORT = { previous: "before", first: "first", itself: "itself", next: "next", equal: "equal", followed: "induction" };

const MOST_OFF = 3;
// What is switched off while a text is written, in a few words; empty where nothing is.
export function withoutWords(off) {
  if (!off.length) return "";
  const more = off.length - MOST_OFF;
  return `written without ${more > 0 ? `${off.slice(0, MOST_OFF).join(", ")} and ${more} more` : off.length > 1 ? `${off.slice(0, -1).join(", ")} and ${off.at(-1)}` : off[0]}`;
}

// The same said of what stands at a place: a token, a step, a patch.
export function ofPlaces(facts, words) {
  const one = facts.placeWord, more = `${one}${/(ch|s|x)$/.test(one) ? "es" : "s"}`;
  return words.replace(/\btoken(s?)\b/g, (_, many) => (many ? more : one));
}
// Who asks: one of what stands at the queries, or the only one there is.
export function asking(facts, article) {
  if (facts.queryWord.startsWith("the ")) return facts.queryWord;
  return `${article} ${facts.queryWord.startsWith("each ") ? facts.queryWord.slice(5) : facts.placeWord === "region" ? "word" : facts.placeWord}`;
}
// Where its weight goes, and that it looks there: the first place of an image may be none of its patches.
export const goes = (facts, name) => (name === "first" && facts.grid?.before ? `on the ${facts.keys[0]} token` : ofPlaces(facts, PLACES[name]));
export const looks = (facts, name) => (name === "first" && facts.grid?.before ? `looks at the ${facts.keys[0]} token` : ofPlaces(facts, LOOKS[name]));

const briefly = (facts, name) => (name === "first" && facts.grid?.before ? facts.keys[0] : SHORT[name]);

export const AVERAGES = ["mean", "rollout"];
export const isHead = (head) => typeof head === "number";
// The columns of the overview: every head, then what is made from all of them.
export const columns = (facts) => [...Array.from({ length: facts.heads }, (_, i) => i), "mean", ...(facts.arrays.rollout ? ["rollout"] : [])];
// What a head is called where it is switched off; none for an average.
export const switchOf = (facts, { layer, head }) => (isHead(head) ? facts.switches[layer]?.[head] ?? null : null);
// Whether it is switched off, itself or with what it is a part of.
export function isOff(facts, place) {
  const name = switchOf(facts, place);
  return name !== null && facts.off.some((one) => one === name || name.startsWith(`${one}.`));
}
export const same = (a, b) => Boolean(a && b && a.layer === b.layer && a.head === b.head);

export function headWords(facts, { layer, head }) {
  if (head === "mean") return `Layer ${layer + 1}, mean of ${facts.heads} heads`;
  if (head === "rollout") return `Rollout, layers 1 to ${layer + 1}`;
  return `Layer ${layer + 1}, head ${head + 1}`;
}
// How spread its weights are: in bits, and as so many tokens looked at alike.
export function spreadWords(facts, { layer, head }) {
  const { entropy, most } = facts.measured[layer][head];
  return entropy === null ? "" : `entropy ${fixed(entropy)} of ${fixed(most)} bits`;
}
const alike = (bits) => (bits < 0.05 ? "one token" : `${fixed(2 ** bits, 1)} tokens alike`);
// Why this head has a name, and how spread its weights are.
export function measureWords(facts, { layer, head }) {
  if (head === "mean") return "what its heads read, averaged";
  if (head === "rollout") return ofPlaces(facts, "what has come here from each token, over all layers so far");
  const one = facts.measured[layer][head], spread = spreadWords(facts, { layer, head });
  if (one.name) return `${looks(facts, one.name)}: ${fixed(one.score)} · ${spread}`;
  return one.entropy === null ? "" : `${spread}: like looking at ${ofPlaces(facts, alike(one.entropy))}, on average`;
}
// Which heads have a name, those of one name together: "induction 2·3, 2·4"; empty where none has.
export function namedWords(facts) {
  const found = {};
  facts.measured.forEach((row, layer) => row.forEach(({ name }, head) => { if (name) (found[briefly(facts, name)] ??= []).push(`${layer + 1}·${head + 1}`); }));
  const words = Object.entries(found).map(([name, heads]) => `${name} ${heads.slice(0, 3).join(", ")}${heads.length > 3 ? " …" : ""}`);
  return words.length ? `By layer·head: ${words.join("; ")}` : "";
}
// All that was measured of a head, the largest first.
export function scoreWords(facts, { layer, head }) {
  if (!isHead(head)) return "";
  return Object.entries(facts.measured[layer][head].scores).sort((a, b) => b[1] - a[1]).map(([name, score]) => `${looks(facts, name)}: ${fixed(score)}`).join("\n");
}
export const shortName = (facts, { layer, head }) => (isHead(head) && facts.measured[layer][head].name ? briefly(facts, facts.measured[layer][head].name) : "");

// The codes of one small map (query, key), 0 to 255.
export function codesOf(facts, { layer, head }) {
  const n = facts.queries.length * facts.keys.length;
  if (isHead(head)) { const k = layer * facts.heads + head; return facts.arrays.maps.values.subarray(k * n, (k + 1) * n); }
  return facts.arrays[head].values.subarray(layer * n, (layer + 1) * n);
}
// Weights of a map: those of the head that is worked out are exact, others are read from their codes.
export function weightsOf(facts, which) {
  if (same(which, facts.shown)) return facts.arrays.weights.values;
  return Float32Array.from(codesOf(facts, which), (code) => code / 255);
}
// Whether this query may look at this key.
export const allowed = (facts, query, key) => !facts.causal || key <= query;
// NaN where looking is not allowed, 0 elsewhere (query, key): what `paintCodes` leaves free.
export function gaps(facts) {
  if (!facts.causal) return null;
  const across = facts.keys.length, found = new Float32Array(facts.queries.length * across);
  for (let i = 0; i < found.length; i++) if (!allowed(facts, Math.floor(i / across), i % across)) found[i] = NaN;
  return found;
}
export const seenToken = (token) => (token === " " ? "␣" : token === "\n" ? "⏎" : token);
export const quoted = (token) => `“${seenToken(token)}”`;

