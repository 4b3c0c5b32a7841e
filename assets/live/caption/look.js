// How a caption and its image are laid out.
export const LOOK = `
.caption .top { display: flex; align-items: center; gap: 12px; min-height: 30px; flex-wrap: wrap; }
.caption .top .title { flex: 1; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.caption .top label { display: flex; gap: 6px; align-items: center; font-size: 12px; color: var(--muted); white-space: nowrap; }
.caption .top select { font-size: 12px; line-height: 16px; height: 28px; padding: 0 4px; background: var(--page); color: var(--text); }
.caption .top label[hidden], .caption .legend[hidden] { display: none; }
.part.caption canvas[hidden] { display: none; }
.caption .legend .bar { width: 48px; }
.caption .body { display: grid; grid-template-columns: 272px minmax(0, 1fr); gap: 16px; margin-top: 6px; }
.caption .shown { position: relative; min-width: 0; }
.caption .spot { position: absolute; pointer-events: none; box-shadow: 0 0 0 1.5px var(--page), 0 0 0 3px var(--text); border-radius: 2px; }
.caption .truth { font-size: 14px; line-height: 20px; min-height: 20px; }
.caption .truth .missed { text-decoration: underline wavy var(--errorText) 1px; text-underline-offset: 3px; }
.caption .words { display: flex; flex-wrap: wrap; gap: 4px 2px; margin-top: 4px; outline-offset: 4px; border-radius: 4px; align-content: flex-start; min-height: 70px; }
.caption .tile { position: relative; width: 46px; padding: 2px 2px 1px; cursor: pointer; border-radius: 4px; display: flex; flex-direction: column; align-items: center; }
.caption .tile .word { font-size: 12px; line-height: 18px; white-space: nowrap; }
.caption .tile.peek { box-shadow: 0 0 0 1px var(--text); }
.caption .tile.on { box-shadow: 0 0 0 2px var(--text); } .caption .tile.on .word { font-weight: 650; }
.caption .tile.wrong .word { text-decoration: underline wavy var(--errorText) 1px; text-underline-offset: 2px; }
.caption .tile.wrong::after { content: "×"; position: absolute; right: -1px; top: -1px; width: 13px; height: 13px; border-radius: 7px; background: var(--errorFill); color: var(--errorText); font: 700 11px/13px var(--fontText); text-align: center; }
.caption.plainly .words { min-height: 34px; } .caption.plainly .tile { width: auto; padding: 6px 8px; border: 1px solid var(--border); }
.caption .below { display: grid; grid-template-columns: minmax(0, 250px) minmax(0, 1fr); gap: 16px; margin-top: 8px; }
.caption .said { font-size: 12px; line-height: 16px; min-height: 64px; }
.part.caption .found button { display: flex; gap: 8px; justify-content: space-between; width: 100%; height: 20px; min-height: 0; padding: 0 4px; border: 0; border-radius: 3px; text-align: left; font-size: 12px; line-height: 20px; background: none; box-shadow: none; }
.caption .found button > :first-child { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.part.caption .found button[aria-pressed="true"] { background: var(--raised); }
.caption .widths { display: inline-flex; border: 1px solid var(--border); border-radius: 8px; overflow: hidden; flex: none; }
.part.caption .widths button { border: 0; border-left: 1px solid var(--border); border-radius: 0; padding: 0 8px; height: 26px; min-height: 26px; font-size: 12px; color: var(--muted); background: none; box-shadow: none; }
.part.caption .widths button:first-child { border-left: 0; } .part.caption .widths button[aria-pressed="true"] { color: var(--text); background: var(--raised); }
@media (max-width: 640px) { .caption .body, .caption .below { grid-template-columns: minmax(0, 1fr); } .caption .shown { justify-self: center; width: 272px; } .caption .top .title { flex-basis: 100%; } }
@media (pointer: coarse) { .part.caption .widths button { height: 44px; min-width: 40px; } .caption .top select { height: 44px; } .part.caption .found button { height: 44px; } .caption .tile { min-width: 48px; min-height: 44px; } }
`;
