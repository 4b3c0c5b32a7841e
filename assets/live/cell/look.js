// The look of an opened number.
export const LOOK = `
.cell { height: 556px; display: flex; flex-direction: column; overflow: hidden; }
.cell .top { height: 28px; flex: none; }
.cell .sight { position: relative; height: 236px; flex: none; border-bottom: 1px solid var(--rule); margin-bottom: 8px; }
.cell .sight > * { position: absolute; }
.cell .sight canvas { border-radius: 0; }
.cell .heading { font-size: 12px; line-height: 16px; font-weight: 600; white-space: nowrap; }
.cell .caption { font-size: 12px; line-height: 16px; color: var(--muted); }
.cell .growth { left: 0; right: 0; bottom: 6px; height: 22px; display: flex; gap: 4px; align-items: center; font-size: 12px; line-height: 16px; color: var(--muted); overflow-x: auto; scrollbar-width: none; white-space: nowrap; }
.cell .growth span.stop { padding: 1px 5px; border: 1px solid var(--border); border-radius: 4px; cursor: pointer; }
.cell .growth span.stop:hover, .cell .growth span.stop.on { border-color: var(--text); color: var(--text); }
.cell .sight .legend .bar { width: 40px; }
.cell .over { white-space: nowrap; }
.cell .over button { padding: 0 6px; font-size: 12px; line-height: 18px; min-height: 20px; border-radius: 4px; color: var(--muted); }
.cell .over button[aria-pressed="true"] { color: var(--text); }
.cell .work { flex: 1; position: relative; min-height: 0; }
.cell .work svg text { fill: var(--muted); }
.cell .work svg text.strong { fill: var(--text); }
.cell .work svg text.total { font-size: 18px; font-weight: 650; fill: var(--text); }
.cell .work svg text.in { fill: var(--text); font-size: 11px; }
.cell .work svg text.on-dark { fill: var(--page); }
.cell .work .link { cursor: pointer; }
.cell .sentence { position: absolute; left: 0; right: 0; bottom: 0; font-size: 12px; line-height: 16px; color: var(--muted); }
.part .top .release { border: 0; background: none; padding: 0 4px; margin-right: -4px; min-height: 0; line-height: 20px; font-size: 16px; }
.top .layer { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.top .title, .top .layer + span { flex: none; }
@media (pointer: coarse) { .top kbd { display: none; } .part .top .release { min-width: 44px; line-height: 32px; } }
`;
