"use strict";
// A picture that is pasted into a form joins the photos that were chosen for it; what is chosen is said in words.
(() => {
  const MOST_FILES = 4;
  const MOST_BYTES = 30 * 1024 * 1024;

  const say = (field) => {
    const bytes = Array.from(field.files).reduce((sum, file) => sum + file.size, 0);
    field.setCustomValidity(field.files.length > MOST_FILES || bytes > MOST_BYTES ? field.dataset.tooMany : "");
    const names = Array.from(field.files, (file) => file.name).join(", ");
    field.parentElement.querySelector(".chosen").textContent = names && field.dataset.chosen.replace("{names}", names);
  };

  document.addEventListener("paste", (event) => {
    const field = event.target.closest?.("form")?.querySelector("input[type=file]");
    const pictures = Array.from(event.clipboardData?.files ?? []).filter((file) => file.type.startsWith("image/"));
    if (!field || !pictures.length) return;
    event.preventDefault();
    const chosen = new DataTransfer();
    for (const file of [...field.files, ...pictures]) chosen.items.add(file);
    field.files = chosen.files;
    say(field);
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches?.("input[type=file]")) say(event.target);
  });
})();
