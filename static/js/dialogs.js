// The one dialog of the page: opens when an answer lands in it, closes when an empty one does,
// gives the focus to its first choice or its title, and then back to what opened it.
const dialog = document.getElementById("modal");
const content = dialog.querySelector(".modal-content");
let opener = null;

function modal() {
  return bootstrap.Modal.getOrCreateInstance(dialog);
}

function focusInside() {
  const wanted = content.querySelector("[data-focus], [autofocus]");
  const title = content.querySelector(".modal-title");
  if (title) title.tabIndex = -1;
  (wanted ?? title)?.focus();
}

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target === content && !dialog.contains(event.detail.elt)) {
    // What opened it may stand in a menu that closes by then.
    opener = event.detail.elt.closest(".dropdown")?.querySelector("[data-bs-toggle]");
    opener ??= event.detail.elt;
  }
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== content) return;
  if (!content.childElementCount) modal().hide();
  else if (dialog.classList.contains("show")) focusInside();
  else modal().show();
});

dialog.addEventListener("shown.bs.modal", focusInside);
dialog.addEventListener("hidden.bs.modal", () => {
  content.replaceChildren();
  if (opener?.isConnected) opener.focus();
  else document.getElementById("main").focus();
  opener = null;
});
