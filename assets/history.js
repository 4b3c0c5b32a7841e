// What the Back button comes back to: another page, or another run. Loaded before anything else, see dlplay/ui/server.py.
// Streamlit adds an entry to the browser's history at every change of the address; here the address says all that is
// looked at, and a hundred entries of one run would stand between a visitor and the page they came from.
(() => {
  const add = history.pushState.bind(history);
  const place = (address) => {
    const { pathname, searchParams } = new URL(address, document.baseURI);
    return { page: pathname, run: searchParams.get("run") };
  };
  history.pushState = (state, unused, address) => {
    const from = place(location.href), to = place(address ?? location.href);
    if (from.page === to.page && to.page.endsWith("/")) return; // the start page has no state: this is of the next page
    if (from.page === to.page && (!from.run || from.run === to.run)) history.replaceState(state, unused, address);
    else add(state, unused, address);
  };
})();
