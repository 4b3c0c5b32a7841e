// The words at the right end of the bar: where the run is, what it does, how fast.
import { count, number, tidy } from "../dom.js";
import { epochAt, rateAt } from "./reading.js";

const STATES = { ready: "ready", opening: "starting", starting: "starting", playing: "pausing", paused: "paused", finished: "finished", diverged: "diverged", lost: "process ended" };
const epochs = (value) => (value < 10 ? String(Math.floor(10 * value) / 10) : count(Math.floor(value)));
const left = (seconds) => (seconds < 90 ? `${Math.ceil(seconds)} s` : seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${number(seconds / 3600, 2)} h`);

// at: the step that is shown. back: whether it is an older one. going: whether it plays. blocked: why it cannot, or null.
// pace: steps a second, or null. Gives { epoch, total, line, wraps, hover }: first row in bold and plain, second row, whether that may take two, all of it.
export function words(facts, { at, back, going, blocked, narrow, pace }) {
  const rate = rateAt(facts, at), here = `step ${count(at)}`;
  const throughput = facts.speed === null && facts.rate !== null && `${count(facts.rate)} examples/s`;
  const quick = throughput || (pace !== null && `${pace < 10 ? tidy(pace) : count(pace)} steps/s`);
  const rest = facts.secondsLeft !== null && `${left(facts.secondsLeft)} left`;
  const held = rate !== null && `learning rate ${tidy(rate)}`;
  let line;
  if (blocked) line = blocked;
  else if (back && narrow) line = `looking back, now epoch ${epochs(facts.epoch)}`;
  else if (back && rate !== null) line = `looking back at rate ${tidy(rate)}`;
  else if (back) line = `looking back, ${going ? "training" : "paused"} at epoch ${epochs(facts.epoch)}`;
  else if (narrow) line = facts.epochs ? `of ${count(facts.epochs)}` : here;
  else if (going) line = facts.state === "starting" ? `${here} · starting` : [here, rest || quick].filter(Boolean).join(" · ");
  else line = `${here} · ${STATES[facts.state] ?? "paused"}`;
  return {
    epoch: `epoch ${epochs(epochAt(facts, at))}`,
    total: narrow ? "" : back ? ` · ${here}` : facts.epochs ? ` of ${count(facts.epochs)}` : "",
    line,
    wraps: Boolean(blocked) || back, // said in two rows where it is too long for one
    hover: [here, line, quick, held, rest].filter(Boolean).join(" · "),
  };
}
