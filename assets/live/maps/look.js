// The look of the mosaic.
export const LOOK = `
.maps { height: 436px; display: flex; flex-direction: column; user-select: none; }
.maps .bar-of-choices { height: 28px; margin-bottom: 6px; flex: none; gap: 6px; }
.maps .segments { display: inline-flex; border: 1px solid var(--border); border-radius: 8px; overflow: hidden; }
.maps .segments button { white-space: nowrap; border: 0; border-left: 1px solid var(--border); border-radius: 0; padding: 0 9px; height: 26px; min-height: 26px; color: var(--muted); font-size: 12px; line-height: 16px; }
.maps .segments button:first-child { border-left: 0; }
.maps .views button { font-size: 14px; line-height: 20px; padding: 0 8px; }
.maps .bar-of-choices .muted { white-space: nowrap; }
.maps .segments button[aria-pressed="true"] { color: var(--text); box-shadow: inset 0 0 0 1px var(--text); }
.maps .layers { flex: 1; overflow-y: auto; overflow-x: hidden; scrollbar-width: thin; position: relative; margin: 0 -4px; padding: 0 4px; }
.maps .layer { position: relative; }
.maps .head { display: flex; justify-content: space-between; height: 20px; align-items: center; white-space: nowrap; gap: 8px; font-size: 12px; line-height: 16px; }
.maps .head .name { font-weight: 600; overflow: hidden; text-overflow: ellipsis; }
.maps .head .legend .number:last-child { min-width: 40px; text-align: right; }
.maps .head .legend .bar { width: 48px; }
@media (pointer: coarse) { .maps .bar-of-choices { height: 44px; } .maps .segments button { height: 40px; } .maps { height: 452px; } }
.maps.narrow .bar-of-choices .muted { display: none; }
.maps.narrow .segments button { padding: 0 6px; }
.maps.narrow .views button { font-size: 12px; }
.maps .tiles { position: relative; margin-bottom: 6px; cursor: crosshair; touch-action: manipulation; }
.maps .tiles canvas { border-radius: 0; }
.maps .ring { position: absolute; pointer-events: none; border: 2px solid var(--text); border-radius: 2px; display: none; }
.maps .ring.preview { border-width: 1px; }
.maps .ring.cell { box-shadow: 0 0 0 1px var(--page); }
.maps .answer { flex: none; height: 74px; padding-top: 4px; border-top: 1px solid var(--rule); }
.maps .answer .columns { display: flex; gap: 3px; margin-top: 2px; }
.maps .answer .class { flex: 1; min-width: 0; text-align: center; cursor: pointer; font-size: 12px; line-height: 16px; color: var(--muted); white-space: nowrap; }
.maps .answer .name { display: block; overflow: hidden; text-overflow: ellipsis; }
.maps .answer .well { height: 32px; background: var(--raised); border-radius: 2px; position: relative; overflow: hidden; }
.maps .answer .fill { position: absolute; inset: auto 0 0 0; height: 100%; transform-origin: bottom; background: var(--strong); }
.maps .answer .class.said { color: var(--text); font-weight: 600; }
.maps .answer .class.true .name { box-shadow: inset 0 -2px var(--text); }
.maps .answer .class.locked .well, .maps .answer .class.previewed .well { box-shadow: 0 0 0 2px var(--text); }
.maps .answer .class.previewed .well { box-shadow: 0 0 0 1px var(--text); }
`;
