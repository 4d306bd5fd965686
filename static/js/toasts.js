// Messages at the bottom: at least 10 seconds, longer while the pointer or the focus is on them;
// errors stay until they are closed.
const SHOWN_FOR = 12_000;
const box = document.getElementById("toasts");

function watch(toast) {
  toast.dataset.watched = "";
  if (toast.hasAttribute("data-stays")) return;
  let timer;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => toast.remove(), SHOWN_FOR);
  };
  const stay = () => clearTimeout(timer);
  for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, stay);
  for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, wait);
  wait();
}

function watchNew() {
  for (const toast of box.querySelectorAll(".toast:not([data-watched])")) watch(toast);
}

function sayFailed() {
  const failed = document.getElementById("toast-failed").content.cloneNode(true);
  box.replaceChildren(failed);
  watchNew();
}

if (box) {
  // A live region speaks of what changes in it, not of what the page came with.
  const arrived = [...box.children];
  box.replaceChildren();
  setTimeout(() => box.append(...arrived), 50);
  new MutationObserver(watchNew).observe(box, { childList: true });

  document.addEventListener("click", (event) => {
    event.target.closest("[data-close-toast]")?.closest(".toast").remove();
  });
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, sayFailed);
  }
}

// Signed out meanwhile: the answer is the sign-in page, which belongs in the whole window.
document.addEventListener("htmx:beforeSwap", (event) => {
  const signIn = document.body.dataset.signIn;
  const answered = event.detail.xhr.responseURL;
  if (!signIn || !answered || new URL(answered).pathname !== signIn) return;
  event.detail.shouldSwap = false;
  location.reload();
});
