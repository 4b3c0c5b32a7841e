// How a film looks, frame by frame.
export const LOOK = `
.film .top { height: 28px; gap: 4px; }
.film .about { flex: 1; min-width: 0; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; padding-left: 6px; }
.part.film .tool { height: 26px; min-height: 26px; min-width: 26px; padding: 0 4px; line-height: 16px; }
.film .still { line-height: 20px; height: 20px; color: var(--text); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.film .stage { position: relative; outline-offset: 4px; border-radius: 4px; margin-top: 2px; cursor: pointer; user-select: none; touch-action: manipulation; }
.film .row { display: flex; margin-bottom: 8px; }
.film .row:last-of-type { margin-bottom: 0; }
.film .aside { flex: none; padding-right: 8px; display: flex; flex-direction: column; align-items: stretch; gap: 3px; min-width: 0; cursor: default; }
.film .aside .name { font-size: 12px; line-height: 16px; font-weight: 600; }
.part.film .aside select { height: 26px; min-height: 26px; padding: 0 2px; font-size: 12px; width: 100%; min-width: 0; }
.film .aside .more { line-height: 14px; overflow: hidden; text-overflow: ellipsis; }
.film .aside .legend { gap: 3px; } .film .aside .legend .bar { width: 26px; flex: 1; min-width: 12px; }
.film .maps { display: flex; align-items: center; justify-content: space-between; } .film [hidden] { display: none; }
.film .which { white-space: nowrap; }
.film .cells { position: relative; flex: none; }
.film .cell { position: absolute; top: 0; }
.film .cell .number { display: block; height: 16px; line-height: 16px; text-align: center; font: 12px/16px var(--fontText); color: var(--muted); }
.film .cell .number.on { color: var(--text); font-weight: 700; }
.film .cell canvas { margin: 0 2px; }
.film .cell.unseen canvas { opacity: .25; }
.film .whole { width: 100%; height: 100%; border-radius: 2px; }
.film .parted { position: absolute; left: 0; right: 0; height: 2px; margin-top: -1px; background: var(--text); pointer-events: none; }
.film .cursor { position: absolute; top: -2px; bottom: -2px; border: 1px solid var(--control); border-radius: 4px; pointer-events: none; }
.film .cursor.locked { border: 2px solid var(--text); }
.film .cursor.peek { border: 1px dashed var(--text); }
.film .unit { position: absolute; border: 1px dashed var(--text); border-radius: 2px; pointer-events: none; }
.film .unit.locked { border: 2px solid var(--text); }
.film .track { fill: var(--raised); } .film .share { fill: var(--text); } .film .share.other { fill: var(--control); }
.part.film svg text.wrong { text-decoration: underline wavy; text-underline-offset: 2px; }
.part.film svg text.said { fill: var(--text); }
.film .told { height: 16px; margin-top: 6px; color: var(--muted); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.film.narrow .told { height: 32px; white-space: normal; }
.film.narrow .still { height: 40px; white-space: normal; }
.film.narrow .row { flex-direction: column; gap: 3px; }
.film.narrow .aside { flex-direction: row; align-items: center; padding: 0; gap: 6px; width: 100% !important; }
.film.narrow .aside .name { flex: 1; white-space: nowrap; } .film.narrow .aside .legend { width: 92px; flex: none; } .film.narrow .maps { gap: 4px; }
.part.film.narrow .aside select { width: 82px; } .part.film.narrow .aside .tool { padding: 0; }
.film.narrow .row:first-child .aside, .film.narrow .aside .more { display: none; }
@media (pointer: coarse) { .film .top { height: 44px; } .part.film .tool, .part.film .aside select { height: 44px; min-height: 44px; min-width: 44px; } .film.narrow .aside .more { display: none; } }
`;
