// The look of the layer editor.
export const LOOK = `
.stack { display: flex; flex-direction: column; height: 400px; }
.stack [hidden] { display: none !important; }
.stack .top { height: 24px; flex: none; }
.stack .hint { margin-left: auto; white-space: nowrap; } .stack .pair { display: flex; }
.stack .tool { display: inline-flex; align-items: center; gap: 8px; height: 32px; white-space: nowrap; }
.stack .tool.bare { border-color: transparent; background: none; padding: 0 5px; height: 28px; }
.stack .tool.bare:hover:enabled { background: var(--raised); }
.stack button:disabled { opacity: .4; cursor: default; }
.stack .row { display: grid; grid-template-columns: 20px minmax(96px, 1fr) 92px 74px 50px 22px; align-items: center; height: 32px; border-top: 1px solid var(--rule); white-space: nowrap; cursor: default; background: var(--page); }
.stack .heads { height: 28px; border: 0; color: var(--muted); font-size: 12px; flex: none; margin-top: 4px; }
.stack .room { flex: 1 1 0; min-height: 96px; }
.stack .list { overflow-y: auto; position: relative; border-radius: 2px; scrollbar-width: thin; scroll-padding-bottom: 32px; scroll-snap-type: y proximity; }
.stack .list .row:not(.answer) { scroll-snap-align: start; }
.stack .list.above { box-shadow: inset 0 1px var(--control); } .stack .list.below .answer:not(.waits) { box-shadow: 0 -6px 8px -4px rgb(0 0 0 / .22); } .stack .list.below:not(:has(.answer:not(.waits))) { box-shadow: 0 6px 8px -6px rgb(0 0 0 / .4); }
.stack .list:focus-visible { outline-offset: 0; }
.stack .right { text-align: right; padding-right: 4px; }
.stack .row > span { overflow: hidden; text-overflow: ellipsis; }
.stack .row .number { font-size: 12px; }
.stack .name { padding-right: 4px; display: flex; align-items: center; } .stack .name .number { min-width: 16px; margin-right: 5px; flex: none; }
.stack .words { overflow: hidden; text-overflow: ellipsis; } .stack .name b { font-weight: inherit; }
.stack .detail:not(:empty)::before { content: ", "; } .stack .fold .grip { display: none; } .stack .fold .name { grid-column: 1 / 3; }
.stack .fold .times { order: -2; margin: 0 6px 0 0; } .stack .fold .name .number { order: -1; }
.stack .fold .words { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; white-space: normal; font-size: 12px; line-height: 15px; }
.stack .list .row:hover { background: color-mix(in srgb, var(--raised) 60%, var(--page)); }
.stack .list .row.on { background: var(--raised); font-weight: 650; }
.stack .list .row.bad { background: var(--errorFill); color: var(--errorText); font-weight: 650; } .stack .bad .muted { color: inherit; }
.stack .row.bad.on { box-shadow: inset 3px 0 var(--errorText); }
.stack .row.waits { color: var(--muted); } .stack .row.waits > :not(.grip, .chevron) { opacity: .7; }
.stack .row.answer { color: var(--muted); position: sticky; bottom: 0; z-index: 1; border-top-color: var(--border); } .stack .row.answer.waits { position: static; } .stack .row.answer.bad { color: var(--errorText); }
.stack .grip { color: var(--muted); cursor: grab; touch-action: none; display: flex; align-items: center; height: 32px; }
.stack .grip.still { visibility: hidden; }
.stack .bad .grip, .stack .bad .chevron { color: inherit; }
.stack .dragging { cursor: grabbing; user-select: none; }
.stack .row.held { position: relative; z-index: 2; box-shadow: 0 2px 8px rgb(0 0 0 / .25); pointer-events: none; }
.stack .landing { position: absolute; left: 0; right: 0; height: 2px; background: var(--text); z-index: 3; pointer-events: none; }
.stack .chevron { border: 0; background: none; padding: 0; display: flex; justify-content: flex-end; align-items: center; height: 32px; min-height: 0; color: var(--muted); }
.stack .on[aria-expanded=true] .chevron svg { transform: rotate(180deg); }
.stack .chevron svg { transition: transform 120ms ease-out; }
.stack .times { font-size: 12px; line-height: 16px; padding: 0 6px; margin-left: 6px; border-radius: 4px; flex: none; min-height: 0; color: var(--muted); font-weight: 400; }
.stack.busy .row.on .number { opacity: .6; }
.stack .fields { background: var(--raised); padding: 2px 8px 4px 20px; }
.stack .grid { display: grid; grid-template-columns: 1fr 1fr; gap: 2px 16px; }
.stack label { display: flex; align-items: center; justify-content: space-between; gap: 8px; min-height: 28px; font-size: 13px; white-space: nowrap; }
.stack .stepper { display: inline-flex; }
.stack .fields button, .stack .fields input, .stack .fields select { background: var(--page); }
.stack .stepper button { width: 28px; height: 28px; padding: 0; min-height: 0; }
.stack .stepper button:first-child { border-radius: 8px 0 0 8px; } .stack .stepper button:last-child { border-radius: 0 8px 8px 0; }
.stack .stepper input { width: 48px; height: 28px; padding: 0 2px; border-radius: 0; border-inline: 0; text-align: center; appearance: textfield; font: 12px/16px var(--fontNumber); }
.stack .stepper input::-webkit-inner-spin-button { display: none; }
.stack select { height: 28px; padding: 0 4px; width: 100px; font-size: 13px; } .stack input[type=checkbox] { width: 18px; height: 18px; accent-color: var(--primary); margin: 0; }
.stack .acts { display: flex; gap: 4px; margin-top: 4px; align-items: center; } .stack .acts .tool { height: 28px; font-size: 13px; } .stack .acts .tool.bare { border-color: var(--border); background: var(--page); }
.stack .banner { flex: none; display: flex; gap: 8px; margin-top: 8px; padding: 8px; border-radius: 8px; background: var(--errorFill); color: var(--errorText); }
.stack .banner svg { flex: none; } .stack .banner b { font-weight: 650; }
.stack .repairs { display: flex; gap: 6px; flex-wrap: wrap; margin: 6px 0 0; } .stack .repairs:empty { display: none; }
.stack .repairs button { background: transparent; border-color: currentColor; color: inherit; text-align: left; padding: 4px 6px; font-size: 12px; line-height: 16px; min-height: 26px; }
.stack .tools { flex: none; display: flex; gap: 8px 12px; margin-top: 8px; flex-wrap: wrap; align-items: center; }
.stack .totals { flex: 1 1 200px; min-height: 32px; align-content: center; }
.stack .menu { position: fixed; margin: 0; inset: auto; width: 320px; max-width: calc(100vw - 16px); overflow-y: auto; padding: 8px; border: 1px solid var(--border); border-radius: 8px; background: var(--page); color: var(--text); font: 400 14px/20px var(--fontText); box-shadow: 0 4px 16px rgb(0 0 0 / .18); }
.stack .menu > div { padding: 0 8px 4px; column-span: all; }
.stack .menu button { display: block; width: 100%; break-inside: avoid; text-align: left; border-color: transparent; background: none; padding: 4px 8px; }
.stack .menu button:hover, .stack .menu button:focus-visible { background: var(--raised); }
.stack .menu b { font-weight: 600; display: block; } .stack .menu button .small { display: block; }
@media (min-width: 700px) { .stack .menu { width: 600px; columns: 2; column-gap: 8px; } }
@media (min-width: 901px) and (max-width: 1100px) { .stack .row { grid-template-columns: 18px minmax(60px, 1fr) 74px 62px 42px 18px; } .stack .heads { letter-spacing: -.02em; } .stack .words { white-space: normal; line-height: 15px; font-size: 12px; } .stack .row .number { font-size: 11px; } .stack .hint { display: none; } }
@media (max-width: 640px) { .stack .row, .stack .fields { scroll-margin-block: 72px 136px; } .stack { height: auto; } .stack .room { flex: none; } .stack .list { overflow: visible; } .stack .row.answer { position: static; } .stack .hint { display: none; } .stack .row { grid-template-columns: 22px minmax(72px, 1fr) 76px 66px 46px 20px; } .stack .row, .stack .grip, .stack .chevron { height: 44px; } .stack .heads { height: 28px; letter-spacing: -.02em; } .stack .words { white-space: normal; line-height: 15px; } .stack .detail:not(:empty) { display: block; font-size: 12px; line-height: 14px; color: var(--muted); overflow: hidden; text-overflow: ellipsis; } .stack .detail:not(:empty)::before { content: none; } .stack .bad .detail { color: inherit; } .stack .row .number { font-size: 11px; } .stack .fields { padding-left: 8px; } .stack .top { height: 44px; } .stack .stepper button, .stack .stepper input, .stack select { height: 44px; } .stack .stepper button { width: 44px; } .stack .grid { grid-template-columns: 1fr; } .stack .tool, .stack .acts .tool, .stack .tool.bare { height: 44px; min-width: 44px; justify-content: center; } }
@media (max-width: 380px) { .stack .row { grid-template-columns: 18px minmax(72px, 1fr) 74px 48px 42px 18px; } .stack .heads .right { font-size: 10px; letter-spacing: -.04em; padding-right: 2px; overflow: visible; direction: rtl; } .stack .name .number { margin-right: 3px; } }
@media (pointer: coarse) { .stack .top { height: 44px; } .stack .row, .stack .grip, .stack .chevron { height: 44px; } .stack .heads { height: 28px; } .stack .stepper button, .stack .stepper input, .stack select { height: 44px; } .stack .stepper button { width: 44px; } .stack .grid { grid-template-columns: 1fr; } .stack .tool, .stack .acts .tool, .stack .tool.bare { height: 44px; min-width: 44px; justify-content: center; } .stack .times { min-height: 32px; } }
`;
