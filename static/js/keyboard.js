// Shortcuts. Single keys are ignored in fields and dialogs and can be switched off (WCAG 2.1.4).
const STORED = "bookkinda-keys";
const dialog = document.getElementById("keys");
const toggle = document.getElementById("keys-on");

toggle.checked = localStorage.getItem(STORED) !== "off";
toggle.addEventListener("change", () => {
  localStorage.setItem(STORED, toggle.checked ? "on" : "off");
});

function rowLinks() {
  return [...document.querySelectorAll(".bk-list tbody .c-main a")];
}

function step(by) {
  const links = rowLinks();
  if (!links.length) return;
  const row = document.activeElement.closest(".bk-list tbody tr");
  const now = links.findIndex((link) => row?.contains(link));
  const next = now < 0 ? (by > 0 ? 0 : links.length - 1) : now + by;
  links[Math.min(Math.max(next, 0), links.length - 1)].focus();
}

const KEYS = {
  "/": () => document.getElementById("q")?.focus(),
  "?": () => bootstrap.Modal.getOrCreateInstance(dialog).show(),
  j: () => step(1),
  k: () => step(-1),
  x: () => document.activeElement.closest(".bk-list tbody tr")?.querySelector(".bk-pick")?.click(),
  n: () => document.querySelector('[data-key="n"]')?.click(),
  e: () => document.querySelector('[data-key="e"]')?.click(),
  t: () => document.querySelector('[data-key="t"]')?.click(),
};

function isTyping(target) {
  const types = ["checkbox", "radio", "button", "submit"];
  if (target.matches("input")) return !types.includes(target.type);
  return target.isContentEditable || target.matches("textarea, select");
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
    const save = document.querySelector("[data-save]");
    if (save) {
      event.preventDefault();
      save.click();
    }
    return;
  }
  const free = toggle.checked && !isTyping(event.target) && !document.querySelector(".modal.show");
  const act = KEYS[event.key.toLowerCase()];
  if (!act || !free || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  act();
});
