// The export dialog: columns change places without a request, and it closes once the file is asked
// for. Without this module the same buttons are answered by the server.
function say(list, row) {
  const status = list.parentElement.querySelector("[data-said]");
  const rows = [...list.children];
  status.textContent = status.dataset.said
    .replace("{name}", row.querySelector("label").textContent)
    .replace("{at}", rows.indexOf(row) + 1)
    .replace("{all}", rows.length);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest(".bk-order [data-move]");
  if (!button) return;
  event.preventDefault();
  const row = button.closest("li");
  if (button.dataset.move === "up") row.previousElementSibling?.before(row);
  else row.nextElementSibling?.after(row);
  // At an end one of the two buttons is hidden; the other one takes the focus over.
  const other = row.querySelector(`[data-move]:not([data-move="${button.dataset.move}"])`);
  (getComputedStyle(button).visibility === "hidden" ? other : button).focus();
  say(row.parentElement, row);
});

document.addEventListener("submit", (event) => {
  const dialog = event.target.closest("#modal");
  if (event.defaultPrevented || !dialog || !event.target.matches(".bk-export")) return;
  setTimeout(() => bootstrap.Modal.getInstance(dialog)?.hide());
});
