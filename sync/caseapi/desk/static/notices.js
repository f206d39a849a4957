"use strict";
// Says in a quiet bar what has come into the queue since the page was made. Nothing on the page is loaded again.
(() => {
  const bar = document.querySelector("[data-notices]");
  if (!bar || !window.EventSource) return;
  const LONGEST_MS = 300000;
  let source = null;
  let timer = 0;
  let refused = 0;

  const show = (words) => {
    let link = bar.querySelector("a");
    if (!link) {
      link = document.createElement("a");
      link.href = bar.dataset.queue;
      bar.replaceChildren(link);
    }
    if (link.textContent !== words) link.textContent = words;
  };

  const shut = () => {
    clearTimeout(timer);
    if (source) source.close();
    source = null;
  };

  const open = () => {
    shut();
    source = new EventSource(bar.dataset.notices);
    source.addEventListener("open", () => { refused = 0; });
    source.addEventListener("new", (event) => show(event.data));
    source.addEventListener("ended", shut);
    source.addEventListener("error", () => {
      // A stream that was cut is opened again by the browser; one that was refused waits longer each time.
      if (!source || source.readyState !== EventSource.CLOSED) return;
      refused += 1;
      timer = setTimeout(open, Math.min(LONGEST_MS, 5000 * 2 ** refused) * (0.5 + Math.random()));
    });
  };

  // A browser has few connections for one server: a page that nobody looks at gives its own back.
  document.addEventListener("visibilitychange", () => (document.hidden ? shut() : open()));
  window.addEventListener("pagehide", shut);
  if (!document.hidden) open();
})();
