// Forms: warn before unsaved changes are left, send once, show a password, hint at its strength,
// show a chosen picture, lead to what is wrong.
const touched = new WeakSet();

function unsaved() {
  return [...document.querySelectorAll("form[data-unsaved]")].some((form) => touched.has(form));
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-unsaved]");
  if (form) touched.add(form);
});

window.addEventListener("beforeunload", (event) => {
  if (unsaved()) event.preventDefault();
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  touched.delete(form);
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.hasAttribute("data-sent")) {
    event.preventDefault();
    return;
  }
  form.setAttribute("data-sent", "");
  // An answer that is a file leaves the page as it is: it may be asked for again.
  setTimeout(() => form.removeAttribute("data-sent"), 5_000);
});

window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) form.removeAttribute("data-sent");
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-reveal]");
  if (!button) return;
  const field = document.getElementById(button.dataset.reveal);
  const shown = field.type === "password";
  field.type = shown ? "text" : "password";
  button.setAttribute("aria-pressed", String(shown));
});

function strength(password) {
  if (!password) return 0;
  if (password.length < 10) return 1;
  const mixed = /\p{L}/u.test(password) && /[^\p{L}]/u.test(password);
  return 1 + (password.length >= 14) + mixed + (new Set(password).size > 8);
}

function rate(field) {
  const hint = document.querySelector(`[data-strength-of="${CSS.escape(field.id)}"]`);
  if (!hint) return;
  const score = strength(field.value);
  hint.querySelector(".bk-meter").dataset.score = score;
  hint.querySelector("[data-word]").textContent = ["", ...hint.dataset.words.split("|")][score];
}

function preview(field) {
  const image = document.getElementById(field.dataset.preview);
  const file = field.files[0];
  if (!image || !file) return;
  URL.revokeObjectURL(image.src);
  image.src = URL.createObjectURL(file);
}

document.addEventListener("input", (event) => {
  if (event.target.matches('[autocomplete="new-password"]')) rate(event.target);
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-preview]")) preview(event.target);
});

document.querySelector("main [data-focus]")?.focus();
