// Steps a second as they are seen here: over the last two seconds of a run that plays, null until that can be said.
export function pace() {
  const seen = [];
  return (step, playing) => {
    const time = performance.now();
    if (!playing || (seen.length && step < seen[seen.length - 1].step)) seen.length = 0;
    seen.push({ time, step });
    while (seen.length > 2 && time - seen[1].time > 2000) seen.shift();
    const seconds = (time - seen[0].time) / 1000;
    return seconds > 0.7 ? (step - seen[0].step) / seconds : null;
  };
}
