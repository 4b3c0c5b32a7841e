// Few, round ticks for an axis.
import { number } from "./dom.js";

// About `wanted` round values within low … high.
export function linearTicks(low, high, wanted = 4) {
  const raw = (high - low) / wanted || 1, power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= raw) ?? 10);
  const ticks = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) ticks.push(k * step || 0); // never −0
  return ticks;
}

// Ticks of a logarithmic axis from 10^low to 10^high: 1 and 3 times powers of ten, whole powers where there are many.
export function logTicks(low, high, wanted = 4) {
  const ticks = [], every = Math.max(1, Math.ceil((high - low) / (wanted + 1)));
  const factors = high - low > 2.5 ? [1] : high - low > 0.8 ? [1, 3] : [1, 1.5, 2, 3, 4, 5, 6, 8];
  for (let k = Math.floor(low); k <= high; k++) {
    if (k % every) continue;
    for (const factor of factors) if (Math.log10(factor) + k >= low - 1e-9 && Math.log10(factor) + k <= high + 1e-9) ticks.push(factor * 10 ** k);
  }
  return ticks.length > 1 ? ticks : linearTicks(10 ** low, 10 ** high, 3).filter((value) => value > 0);
}

// A tick's words: as short as the value allows.
export function tickWords(value) {
  if (Math.abs(value) >= 1e5) return value.toExponential(2).replace(/\.?0+e\+/, "e").replace("e+", "e").replace("-", "−");
  if (Math.abs(value) >= 1000 || value === 0) return number(Math.round(value));
  if (Math.abs(value) < 0.001) return value.toExponential(0).replace("e-", "e−").replace("-", "−");
  return String(Number(value.toPrecision(3))).replace("-", "−");
}
