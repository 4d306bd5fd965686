// The import wizard: files dropped or pasted anywhere on the page, the progress of an upload,
// and the focus after a cell was fixed.
const MEGABYTE = 1024 * 1024;

function upload() {
  return document.getElementById("upload");
}

function isPictures(file) {
  return file.name.toLowerCase().endsWith(".zip");
}

function put(file) {
  const form = upload();
  const input = isPictures(file) ? form.elements.photos : form.elements.file;
  const held = new DataTransfer();
  held.items.add(file);
  input.files = held.files;
  const folded = input.closest("details");
  if (folded) folded.open = true;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function mark(event) {
  const area = upload()?.querySelector("[data-drop]");
  if (!area || !event.dataTransfer?.types.includes("Files")) return false;
  area.classList.toggle("over", event.type === "dragover");
  return true;
}

document.addEventListener("dragover", (event) => {
  if (mark(event)) event.preventDefault();
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) mark(event);
});
document.addEventListener("drop", (event) => {
  if (!mark(event)) return;
  event.preventDefault();
  for (const file of event.dataTransfer.files) put(file);
});

document.addEventListener("paste", (event) => {
  const form = upload();
  if (!form || event.target.closest("textarea, input")) return;
  for (const file of event.clipboardData.files) put(file);
  const text = event.clipboardData.getData("text/plain");
  if (event.clipboardData.files.length || !/[\t\n]/.test(text)) return;
  event.preventDefault();
  document.getElementById("paste").open = true;
  form.elements.pasted.value = text;
  form.elements.pasted.focus();
});

// Who chose a file larger than is taken need not wait for its upload.
document.addEventListener("change", (event) => {
  const { files, dataset, form } = event.target;
  if (!files || !dataset.most) return;
  const notice = form.querySelector("[data-too-large]");
  notice.hidden = !(files[0]?.size > Number(dataset.most));
  notice.querySelector("b").textContent = Math.ceil((files[0]?.size ?? 0) / MEGABYTE);
});

document.addEventListener("input", ({ target }) => {
  if (!target.dataset.longest) return;
  const notice = target.form.querySelector("[data-too-long]");
  notice.hidden = target.value.length <= Number(target.dataset.longest);
});

let spoken = 0;

document.addEventListener("htmx:xhr:progress", (event) => {
  const { loaded, total } = event.detail;
  const bar = document.getElementById("sent");
  if (!bar || !total) return;
  const label = bar.labels[0];
  const percent = Math.floor((loaded * 100) / total);
  bar.value = percent;
  const words = percent < 100 ? `${label.dataset.sending}: ${percent} %` : label.dataset.looking;
  label.textContent = words;
  const quarter = Math.floor(percent / 25);
  if (quarter === spoken) return;
  spoken = quarter;
  document.getElementById("sent-status").textContent = words;
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-abort]")) htmx.trigger(upload(), "htmx:abort");
});

// After an answer the focus is where the work goes on: at what is wrong with the upload, at the cell
// that still needs fixing, at the next one, at the button that imports.
document.addEventListener("htmx:afterSettle", ({ target }) => {
  if (target.id === "upload") target.querySelector("[data-focus]")?.focus();
  if (!target.matches("tr[id^='row-']")) return;
  const wrong = [...document.querySelectorAll(".bk-fix .is-invalid")];
  const here = wrong.find((cell) => target.contains(cell));
  const isBehind = (cell) => target.compareDocumentPosition(cell) & Node.DOCUMENT_POSITION_FOLLOWING;
  const next = here ?? wrong.find(isBehind) ?? wrong[0];
  (next ?? document.querySelector("#bar .btn-primary"))?.focus();
});

// The word beside a column says what was chosen in it.
document.addEventListener("change", ({ target }) => {
  const badge = target.closest(".bk-goes")?.parentElement.querySelector("[data-told]");
  if (!badge) return;
  const word = document.createElement("span");
  word.className = `bk-badge bk-tone-${target.value ? "green" : "gray"}`;
  word.textContent = target.value ? badge.dataset.told : badge.dataset.left;
  badge.replaceChildren(word);
});
