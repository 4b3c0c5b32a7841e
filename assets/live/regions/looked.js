// What is said of a query that looks at the regions of an image. facts: dlplay/probes/regions.py.
import { fixed, tidy } from "../dom.js";
import { headWords, isHead, ofPlaces, quoted } from "../attention/words.js";

export const columns = (facts) => [...Array.from({ length: facts.heads }, (_, i) => i), ...facts.averages];
const across = (facts) => facts.heads + facts.averages.length;
const mapOf = (facts, { layer, head }) => layer * across(facts) + (isHead(head) ? head : facts.heads + facts.averages.indexOf(head));
export const known = (facts, place) => Boolean(place) && place.layer < facts.layers && (isHead(place.head) ? place.head < facts.heads : facts.averages.includes(place.head));

// The weights of every key for a query, null where they were not sent. The query that was asked for is exact.
export function weightsOf(facts, place, query = facts.query) {
  const map = mapOf(facts, place), keys = facts.keys.length;
  if (query === facts.query) return facts.arrays.weights.values.subarray(map * keys, (map + 1) * keys);
  const { maps, tops } = facts.arrays, asks = facts.queries.length;
  if (!maps || (query !== null && query >= asks)) return null;
  const found = new Float32Array(keys);
  for (const one of query === null ? facts.queries.keys() : [query]) {
    const row = map * asks + one, top = tops.values[row] / 255 / (query === null ? asks : 1);
    for (let key = 0; key < keys; key++) found[key] += maps.values[row * keys + key] * top;
  }
  return found;
}
// Those of the regions alone, row after row.
export const onImage = (facts, weights) => weights.subarray(facts.grid.before);
// The largest of them, and the weight that is brightest: a head that hardly looks at the image stays dim.
export const largest = (weights) => weights.reduce((a, b) => Math.max(a, b), 0);
export const brightest = (facts, weights) => Math.max(largest(weights), 0.1 / facts.keys.length);
// What a picture of these weights is painted from, see overlay.js.
export function painted(facts, weights) {
  const on = weights && onImage(facts, weights), { stride } = facts.grid;
  return { image: facts.arrays.image.values, shape: facts.image.shape, weights: on, most: on && brightest(facts, on), grid: facts.grid, cell: [stride, stride] };
}

export const inTwo = (weight) => fixed(weight, weight >= 0.0005 && weight < 0.0995 ? 3 : 2);
const mutual = (facts) => facts.grid.side === "both";
// What a query, or a key, is called.
export function keyName(facts, key) { return key < facts.grid.before ? `the ${facts.keys[key]} token` : `${facts.placeWord} ${facts.keys[key]}`; }
export function queryName(facts, query) {
  if (query === null) return mutual(facts) ? ofPlaces(facts, "all tokens together") : "all together";
  return mutual(facts) ? keyName(facts, query) : quoted(facts.queries[query]);
}
const upper = (words) => words[0].toUpperCase() + words.slice(1);

// How many places the weights would be spread over, if they were spread evenly.
export function spread(weights) {
  let bits = 0;
  for (const weight of weights) if (weight > 0) bits -= weight * Math.log2(weight);
  return 2 ** bits;
}
export function spreadWords(facts, weights, query = facts.query) {
  const count = spread(weights), few = count < 9.95 ? tidy(Number(count.toFixed(1))) : String(Math.round(count));
  return `${upper(queryName(facts, query))} ${query === null ? "look" : "looks"} at about ${few} of ${facts.keys.length} places`;
}
// What this query looks at: one key, or those it looks at most.
export function sentence(facts, weights, query, key) {
  const who = upper(queryName(facts, query)), verb = query === null ? "look" : "looks";
  if (key !== null) return `${who} ${verb} at ${key === query && mutual(facts) ? "itself" : keyName(facts, key)} with weight ${inTwo(weights[key])}.`;
  const best = Array.from(weights.keys()).sort((a, b) => weights[b] - weights[a]).slice(0, 3).filter((one) => weights[one] >= 0.01);
  if (!best.length) return `${who} ${verb} everywhere alike.`;
  let named = false;
  const short = (one) => { const words = named && one >= facts.grid.before ? facts.keys[one] : keyName(facts, one); named ||= one >= facts.grid.before; return words; };
  return `${who} ${verb} most at ${best.map((one) => `${one === query && mutual(facts) ? "itself" : short(one)} (${inTwo(weights[one])})`).join(", ")}.`;
}
export function placeWords(facts, place) {
  return place.head === "rollout" ? `What has come from where by layer ${place.layer + 1}` : headWords(facts, place);
}
