// Dialogs give the focus to their first choice or their title, and then back to what opened them.
// #modal is the one that answers land in: it opens when one arrives, and closes when it is empty.
const dialog = document.getElementById("modal");
const content = dialog.querySelector(".modal-content");
let opener = null;

function focusInside(shown) {
  const title = shown.querySelector(".modal-title");
  if (title) title.tabIndex = -1;
  (shown.querySelector("[data-focus], [autofocus]") ?? title)?.focus();
}

document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt, target } = event.detail;
  if (target !== content || dialog.contains(elt)) return;
  // What opened it may stand in a menu that is closed by then.
  opener = elt.closest(".dropdown")?.querySelector("[data-bs-toggle]") ?? elt;
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== content) return;
  const modal = bootstrap.Modal.getOrCreateInstance(dialog);
  if (!content.childElementCount) modal.hide();
  else if (dialog.classList.contains("show")) focusInside(dialog);
  else modal.show();
});

document.addEventListener("show.bs.modal", () => {
  opener ??= document.activeElement;
});
document.addEventListener("shown.bs.modal", (event) => focusInside(event.target));
document.addEventListener("hidden.bs.modal", (event) => {
  if (event.target === dialog) content.replaceChildren();
  const back = opener?.isConnected && opener.checkVisibility() ? opener : null;
  (back ?? document.getElementById("main")).focus();
  opener = null;
});
