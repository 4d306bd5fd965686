// Rows of a list: select all on the page, a range with Shift, the count, clear. The bar itself
// appears by CSS. Works for rows that arrive later, because everything is asked anew.
let last = null;

function picks() {
  return [...document.querySelectorAll(".bk-pick")];
}

function refresh() {
  const boxes = picks();
  const count = boxes.filter((box) => box.checked).length;
  const all = document.getElementById("pick-all");
  const whole = document.querySelector(".bk-scope");
  if (whole && count < boxes.length) whole.checked = false;
  const shown = document.getElementById("picked");
  if (shown) shown.textContent = whole?.checked ? whole.dataset.total : count;
  if (!all) return;
  all.checked = count > 0 && count === boxes.length;
  all.indeterminate = count > 0 && count < boxes.length;
}

function pickRange(box) {
  const boxes = picks();
  const [from, to] = [boxes.indexOf(box), boxes.indexOf(last)].sort((a, b) => a - b);
  if (from < 0) return;
  for (const other of boxes.slice(from, to + 1)) other.checked = box.checked;
}

document.addEventListener("click", (event) => {
  const box = event.target.closest(".bk-pick");
  if (box) {
    if (event.shiftKey && last) pickRange(box);
    last = box;
    refresh();
  } else if (event.target.closest("[data-clear]")) {
    for (const other of picks()) other.checked = false;
    refresh();
    document.getElementById("pick-all")?.focus();
  }
});

document.addEventListener("change", (event) => {
  if (event.target.id === "pick-all") {
    for (const box of picks()) box.checked = event.target.checked;
  }
  if (event.target.matches("#pick-all, .bk-scope")) refresh();
});

document.addEventListener("htmx:afterSettle", refresh);
window.addEventListener("pageshow", refresh);
refresh();
