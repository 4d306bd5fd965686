// The calendar: an appointment is dragged to another time, day or provider and a dialog asks; a click
// on an empty place opens the form of a new one; what colleagues change appears within a minute.
// Without this module there are the Move form and ADD NEW.
const FAR = 5; // pixels: less is a click
const REFRESH = 60_000;
let held = null; // what the pointer went down on: { event, lane, grab, length, x, y, ghost }

function grid() {
  return document.querySelector(".bk-week[data-calendar]");
}

function laneAt(x, y) {
  return document.elementsFromPoint(x, y).find((each) => each.matches?.(".bk-lane"));
}

// Minutes since midnight at a height of the page, on the steps that a pointer chooses.
function minutesAt(lane, y, { down = true } = {}) {
  const { first, hours, snap } = grid().dataset;
  const box = lane.getBoundingClientRect();
  const exact = ((y - box.top) / box.height) * hours * 60;
  const steps = (down ? Math.floor : Math.round)(exact / snap);
  return Math.min(Math.max(0, steps * snap), hours * 60 - snap) + first * 60;
}

function clock(minutes) {
  const parts = [Math.floor(minutes / 60), minutes % 60];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

// The classes of calendar_grid.py.
function place(ghost, minutes, length) {
  ghost.className = `bk-ghost at-${Math.floor(minutes / 60)} min-${minutes % 60} for-${Math.floor(length / 60)} and-${length % 60}`;
  ghost.textContent = clock(minutes);
}

function makeGhost() {
  const ghost = document.createElement("li");
  ghost.setAttribute("aria-hidden", "true");
  return ghost;
}

function lengthOf(event) {
  const { hours } = grid().dataset;
  const share = event.offsetHeight / event.closest(".bk-lane").offsetHeight;
  return Math.max(5, Math.round((share * hours * 60) / 5) * 5);
}

function letGo() {
  held?.ghost?.remove();
  held?.event.classList.remove("bk-lifted");
  document.documentElement.classList.remove("bk-moving");
  held = null;
}

function lift() {
  held.ghost = makeGhost();
  held.event.classList.add("bk-lifted");
  document.documentElement.classList.add("bk-moving");
  hint.remove();
}

function drop() {
  const { event, lane, minutes } = held;
  const params = new URLSearchParams({ date: lane.dataset.day, time: clock(minutes) });
  if (lane.dataset.provider) params.set("provider", lane.dataset.provider);
  params.set("next", location.pathname + location.search);
  htmx.ajax("GET", `${event.getAttribute("href")}move/?${params}`, {
    source: event,
    swap: "innerHTML",
    target: "#modal .modal-content",
  });
}

document.addEventListener("pointerdown", (down) => {
  const event = down.target.closest?.(".bk-lane a.bk-ev:is(.pending, .confirmed)");
  // A finger scrolls; it moves appointments by the form.
  if (!event || !grid() || down.button !== 0 || down.pointerType === "touch") return;
  const grab = down.clientY - event.getBoundingClientRect().top;
  held = { event, grab, length: lengthOf(event), x: down.clientX, y: down.clientY };
});

document.addEventListener("pointermove", (move) => {
  if (!held) return showHint(move);
  if (!held.ghost) {
    if (Math.hypot(move.clientX - held.x, move.clientY - held.y) < FAR) return;
    lift();
  }
  const lane = laneAt(move.clientX, move.clientY);
  if (!lane) return;
  held.lane = lane;
  held.minutes = minutesAt(lane, move.clientY - held.grab, { down: false });
  place(held.ghost, held.minutes, held.length);
  if (held.ghost.parentElement !== lane) lane.append(held.ghost);
});

document.addEventListener("pointerup", (up) => {
  if (!held?.ghost) {
    held = null;
    return;
  }
  if (held.lane && laneAt(up.clientX, up.clientY)) drop();
  letGo();
  // The click that follows belongs to the drag. On the same day its target is the lane, not the link.
  const swallow = (click) => {
    click.preventDefault();
    click.stopPropagation();
  };
  const early = { capture: true, once: true };
  document.addEventListener("click", swallow, early);
  setTimeout(() => document.removeEventListener("click", swallow, early), 100);
});

document.addEventListener("pointercancel", letGo);
document.addEventListener("keydown", (key) => {
  if (key.key === "Escape") letGo();
});
// Links can be dragged by themselves; here they are moved.
document.addEventListener("dragstart", (drag) => {
  if (drag.target.closest?.(".bk-week[data-calendar]")) drag.preventDefault();
});

// An empty place: the time under the pointer, and a click that opens the form with it.
const hint = makeGhost();

function emptyLane(pointer) {
  const lane = grid() && pointer.target.closest?.(".bk-lane");
  return lane && !pointer.target.closest(".bk-ev") ? lane : null;
}

function showHint(move) {
  const lane = move.pointerType === "mouse" ? emptyLane(move) : null;
  if (!lane) return hint.remove();
  place(hint, minutesAt(lane, move.clientY), 30);
  if (hint.parentElement !== lane) lane.append(hint);
}

document.addEventListener("click", (click) => {
  const lane = emptyLane(click);
  if (!lane || click.button !== 0) return;
  const params = new URLSearchParams({
    date: lane.dataset.day,
    time: clock(minutesAt(lane, click.clientY)),
  });
  if (lane.dataset.provider) params.set("provider", lane.dataset.provider);
  params.set("next", location.pathname + location.search);
  location.assign(`${grid().dataset.add}?${params}`);
});

// Quietly once more what is shown, unless somebody is busy with it. A try that fails says nothing:
// the next one comes in a minute.
async function refresh() {
  const busy = held || document.hidden || document.querySelector(".modal.show, .bk-filter[open]");
  if (!grid() || busy) return;
  const here = location.href;
  const answer = await fetch(here, { headers: { "HX-Request": "true" } }).catch(() => null);
  const calendar = document.getElementById("calendar");
  if (!answer?.ok || answer.redirected || !calendar || held || here !== location.href) return;
  const aside = grid()?.scrollLeft ?? 0;
  htmx.swap(calendar, await answer.text(), { swapStyle: "outerHTML" });
  if (grid()) grid().scrollLeft = aside;
}

setInterval(refresh, REFRESH);
