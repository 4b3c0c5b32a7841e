// Plotly, loaded once for the whole page from the file that the installed plotly package brings.
let loading = null;

export function plotly() {
  loading ??= new Promise((resolve, reject) => {
    if (window.Plotly) { resolve(window.Plotly); return; }
    const script = document.createElement("script");
    script.src = new URL("../plotly.min.js", import.meta.url).href;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => { loading = null; reject(new Error("plotly.min.js did not load")); };
    document.head.append(script);
  });
  return loading;
}

// The rules Plotly writes into the page's head do not reach into a part; these are the ones a chart needs.
export const SHEET = `
.js-plotly-plot .plotly { position: relative; direction: ltr; }
.js-plotly-plot .plotly .main-svg { position: absolute; top: 0; left: 0; pointer-events: none; }
.js-plotly-plot .plotly .main-svg .draglayer { pointer-events: all; }
.js-plotly-plot .plotly .cursor-crosshair { cursor: crosshair; }
.js-plotly-plot .plotly .cursor-pointer { cursor: pointer; }
.js-plotly-plot .plotly .user-select-none, .js-plotly-plot .plotly { user-select: none; }
.js-plotly-plot .modebar-container, .js-plotly-plot .modebar { display: none; }
`;
