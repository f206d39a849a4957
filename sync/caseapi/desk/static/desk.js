"use strict";
// Says whether the server still answers, and keeps quiet while nobody looks. All else is htmx.
(() => {
  const MISSED_UNTIL_LOST = 2;
  const lost = document.getElementById("lost");
  const seen = document.getElementById("seen");
  const clock = new Intl.DateTimeFormat("en-GB", { timeZone: seen.dataset.zone, timeStyle: "medium" });
  let missed = 0;

  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (document.hidden) event.preventDefault();
  });

  document.body.addEventListener("htmx:afterRequest", (event) => {
    missed = event.detail.successful ? 0 : missed + 1;
    lost.hidden = missed < MISSED_UNTIL_LOST;
    document.body.classList.toggle("is-lost", !lost.hidden);
    const date = missed ? null : event.detail.xhr.getResponseHeader("Date");
    if (date) seen.textContent = clock.format(new Date(date));
  });
})();
