// The calendar works by links and forms; this adds dragging a post to another day and moving
// the focus between days with the arrow keys. Both end in the same move form.
import htmx from "htmx.org";

import { cookie, say } from "./dom.js";

let dragged = null;

const dayOf = (target) => target.closest?.("[data-day]");

function move(entry, day) {
  if (!day || day === dayOf(entry)) return;
  announceWhenMoved(entry.dataset.move, day.dataset.label ?? day.dataset.day);
  htmx.ajax("POST", entry.dataset.move, {
    target: "#calendar",
    swap: "outerHTML",
    values: { date: day.dataset.day, version: entry.dataset.version ?? "", csrfmiddlewaretoken: cookie("csrftoken") },
  });
}

// Somebody else may have changed the post meanwhile: nothing is told before the server agreed.
function announceWhenMoved(path, day) {
  const told = (event) => {
    if (event.detail.pathInfo?.requestPath !== path) return;
    document.removeEventListener("htmx:afterRequest", told);
    if (event.detail.successful) announce(say("moved", { day }));
  };
  document.addEventListener("htmx:afterRequest", told);
}

function announce(text) {
  const place = document.getElementById("calendar-status");
  if (place) place.textContent = text;
}

function markOver(day) {
  for (const each of document.querySelectorAll(".is-drop-target")) each.classList.remove("is-drop-target");
  day?.classList.add("is-drop-target");
}

function dragging() {
  document.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("[data-move]");
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.textContent.trim());
    dragged.classList.add("is-dragged");
  });
  document.addEventListener("dragover", (event) => {
    const day = dragged && dayOf(event.target);
    if (!day) return;
    event.preventDefault();
    markOver(day);
  });
  document.addEventListener("drop", (event) => {
    if (!dragged) return;
    event.preventDefault();
    move(dragged, dayOf(event.target));
  });
  document.addEventListener("dragend", () => {
    dragged?.classList.remove("is-dragged");
    dragged = null;
    markOver(null);
  });
}

const STEP = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const entry = event.target.closest?.("[data-move]");
  if (event.key === "m" && entry) {
    event.preventDefault();
    event.stopImmediatePropagation();
    location.assign(entry.dataset.moveForm);
    return;
  }
  if (entry && event.shiftKey && STEP[event.key]) shift(event, entry);
  else if (entry && STEP[event.key]) focusOther(event, entry);
}

function shift(event, entry) {
  const days = [...document.querySelectorAll("[data-day]")];
  const day = days[days.indexOf(dayOf(entry)) + STEP[event.key]];
  if (!day) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  move(entry, day);
}

function focusOther(event, entry) {
  const entries = [...document.querySelectorAll("#calendar [data-move]")];
  const step = event.key === "ArrowLeft" || event.key === "ArrowUp" ? -1 : 1;
  const next = entries[entries.indexOf(entry) + step];
  event.stopImmediatePropagation();
  if (!next) return;
  event.preventDefault();
  next.focus();
}

export function calendar() {
  dragging();
  document.addEventListener("keydown", onKey, { capture: true });
}
