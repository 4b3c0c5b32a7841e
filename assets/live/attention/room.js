// How the left side of the page is shared: the overview of heads takes what the list of switches leaves.
import { clamp } from "../walk.js";

const TALL = 466, CHROME = 90, TABLE = 138; // pixels of both parts; around the rows of switches; of all rows at the most
const FEW = 3, LINES = [[24, 4], [20, 2]]; // rows that may be tall; of a row and of the gap below it, few and many

// Of so many rows of switches: { line, gap, tall }, what is above `tall` scrolls.
export function switchRows(rows) {
  const [line, gap] = LINES[rows > FEW ? 1 : 0];
  return { line, gap, tall: clamp(rows * (line + gap) - gap, line, TABLE) };
}
// What the overview may take beside so many rows of switches.
export const overviewTall = (rows) => TALL - CHROME - switchRows(rows).tall;
