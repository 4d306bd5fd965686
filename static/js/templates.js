// Shortcodes are put where the cursor is, in the field that had it last.
let field = document.querySelector("textarea[data-shortcodes]");

document.addEventListener("focusin", (event) => {
  if (event.target.matches("[data-shortcodes]")) field = event.target;
});

document.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-code]");
  if (!chip || !field) return;
  field.setRangeText(`{${chip.dataset.code}}`, field.selectionStart, field.selectionEnd, "end");
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
});
