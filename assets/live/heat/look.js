export const HATCH = `
.hatch { background: repeating-linear-gradient(135deg, transparent 0 3px, var(--border) 3px 4px); }
.swatch { display: inline-block; width: 14px; height: 10px; border: 1px solid var(--border); border-radius: 2px; }
`; // slanted lines for what has no value
// The look of a heat map: one scroller whose labels stick to its upper and left edge.
export const LOOK = `${HATCH}
.heat { min-width: 0; }
.heat .head { display: flex; align-items: center; justify-content: space-between; gap: 8px; height: 20px; font-size: 12px; line-height: 16px; white-space: nowrap; }
.heat .head .name { font-weight: 600; overflow: hidden; text-overflow: ellipsis; }
.heat .scroll { display: grid; grid-template-columns: max-content max-content; justify-content: start; overflow: auto; scrollbar-width: thin; border-radius: 2px; touch-action: pan-x pan-y; }
.heat .corner, .heat .across, .heat .down { position: sticky; background: var(--page); z-index: 2; }
.heat .corner { left: 0; top: 0; z-index: 3; }
.heat .across { top: 0; }
.heat .down { left: 0; }
.heat .cells { position: relative; cursor: crosshair; user-select: none; }
.heat .cells canvas { width: 100%; height: 100%; border-radius: 0; }
.heat .cells > div { position: absolute; pointer-events: none; display: none; }
.heat .line { border: solid var(--text); opacity: .55; }
.heat .line.row { border-width: 1px 0; }
.heat .line.column { border-width: 0 1px; }
.heat .ring { border: 1.5px solid var(--text); box-shadow: 0 0 0 1px var(--page), inset 0 0 0 1px var(--page); }
.heat .ring.locked { border-width: 2px; }
.heat .flag { fill: var(--text); font-weight: 600; paint-order: stroke; stroke: var(--page); stroke-width: 5px; stroke-linejoin: round; }
.heat .read { height: 16px; margin-top: 4px; font-size: 12px; line-height: 16px; color: var(--muted); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.heat .read.on { color: var(--text); }
`;
