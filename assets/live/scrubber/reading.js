// What the frame of the bar says about a step: pure functions of its facts.

// The last step the bar reaches to.
export const end = (facts) => Math.max(facts.total ?? 0, facts.step, 1, ...facts.flags.map((flag) => flag.step));

// The loss of a step: of its snapshot, else of the last point of the curve before it; null where there is none.
export function lossAt(facts, at) {
  const { steps, losses, kept, keptLosses } = facts.arrays;
  const stop = kept.values.indexOf(at);
  if (keptLosses.values[stop] > 0) return keptLosses.values[stop];
  let low = -1, high = steps.values.length; // the last point at or before the step
  while (high - low > 1) { const middle = (low + high) >> 1; if (steps.values[middle] <= at) low = middle; else high = middle; }
  return low < 0 ? null : losses.values[low];
}

// The learning rate of a step; null where it has been the same all the time.
export function rateAt(facts, at) {
  const { rateSteps, rates } = facts.arrays;
  if (rates.values.length < 2) return null;
  let found = 0;
  while (found + 1 < rateSteps.values.length && rateSteps.values[found + 1] <= at) found++;
  return rates.values[found];
}

export function epochAt(facts, at) {
  if (at === facts.looking && facts.lookingEpoch !== null) return facts.lookingEpoch;
  return facts.step ? (facts.epoch * at) / facts.step : 0;
}
