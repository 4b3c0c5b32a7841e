// How the bar of time looks: one row, on a phone two, with what is rarely wanted behind a button.
export const LOOK = `
.scrubber .bar { display: flex; align-items: center; gap: 4px; height: 72px; padding: 0 15px; border: 1px solid var(--border); border-radius: 8px; background: var(--page); }
.scrubber .bar button { display: inline-flex; align-items: center; justify-content: center; gap: 8px; height: 40px; min-width: 40px; padding: 0; flex: none; touch-action: manipulation; }
.scrubber .bare { border-color: transparent; background: none; }
.scrubber .bare:hover { background: var(--raised); border-color: transparent; }
.scrubber .bar .play { width: 104px; background: var(--primary); color: var(--onPrimary); border-color: var(--primary); font-weight: 600; }
.scrubber button[aria-disabled=true] { opacity: .45; cursor: default; }
.scrubber .run { flex: 1; min-width: 0; margin: 0 8px; touch-action: none; cursor: pointer; border-radius: 4px; }
.scrubber .run svg { width: 100%; }
.scrubber .halo { paint-order: stroke; stroke: var(--page); stroke-width: 4px; stroke-linejoin: round; }
.scrubber .extra { display: flex; align-items: center; gap: 2px; }
.scrubber .bar .extra button { min-width: 32px; height: 36px; }
.scrubber .extra .word { display: none; }
.scrubber .bar select { height: 36px; width: 94px; padding: 4px; font-size: 12px; margin: 0 2px; }
.scrubber .when { width: 176px; text-align: right; flex: none; white-space: nowrap; overflow: hidden; }
.scrubber .when div { overflow: hidden; text-overflow: ellipsis; }
.scrubber .when .wraps { white-space: normal; line-height: 16px; }
.scrubber .when .held { font-weight: 600; color: var(--warnText); }
.scrubber .more { display: none !important; }
.scrubber.narrow .bar { flex-wrap: wrap; height: 96px; padding: 0; border: 0; border-radius: 0; gap: 4px 0; align-content: flex-start; }
.scrubber.narrow .run { order: -1; flex: 0 0 100%; margin: 0; }
.scrubber.narrow .bar button { min-width: 44px; height: 44px; }
.scrubber.narrow .bar .play { width: 88px; }
.scrubber.narrow .more { display: inline-flex !important; }
.scrubber.narrow .when { width: auto; flex: 1; }
.scrubber .extra[popover] { display: none; flex-direction: column; align-items: stretch; position: fixed; margin: 0; left: auto; top: auto; padding: 8px; border: 1px solid var(--border); border-radius: 8px; background: var(--page); color: var(--text); font: 400 14px/20px var(--fontText); box-shadow: 0 4px 16px rgb(0 0 0 / .18); }
.scrubber .extra[popover]:popover-open { display: flex; }
.scrubber .bar .extra[popover] button { justify-content: flex-start; padding: 0 12px; width: 100%; }
.scrubber .bar .extra[popover] select { width: 100%; height: 44px; font-size: 14px; padding: 4px 12px; }
.scrubber .extra[popover] .word { display: inline; }
.scrubber .keys { border: 1px solid var(--border); border-radius: 8px; padding: 16px; width: 340px; max-width: calc(100vw - 32px); margin: auto; background: var(--page); color: var(--text); font: 400 14px/20px var(--fontText); }
.scrubber .keys::backdrop { background: rgb(0 0 0 / .3); }
.scrubber .keys dl { display: grid; grid-template-columns: 72px 1fr; gap: 6px 8px; margin: 12px 0; }
.scrubber .keys dd { margin: 0; } .scrubber .keys p { margin: 0; }
@media (pointer: coarse) { .scrubber .bar button, .scrubber .bar .extra button { min-width: 44px; height: 44px; } }
`;
