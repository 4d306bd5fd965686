// Filters are <details>: they open without JavaScript; here they close by a click beside, by Apply
// and by Esc.
function openFilters() {
  return document.querySelectorAll(".bk-filter[open]");
}

document.addEventListener("click", (event) => {
  for (const filter of openFilters()) {
    const kept = event.target.closest(".bk-pop, summary");
    const done = event.target.closest(".bk-pop-done");
    if (done || !filter.contains(kept)) filter.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const filter of openFilters()) {
    filter.open = false;
    filter.querySelector("summary").focus();
  }
});
