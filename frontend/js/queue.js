// A queue works by its buttons; this adds dragging a post to another place. Both end in the
// same form. After a move the focus stays on the button that was pressed.
import htmx from "htmx.org";

import { cookie } from "./dom.js";

let dragged = null;

const itemAt = (target) => target.closest?.("[data-queued]");

function placeOf(item) {
  return [...item.parentElement.querySelectorAll("[data-queued]")].indexOf(item);
}

function send(item, place) {
  htmx.ajax("POST", item.closest("[data-queue]").dataset.queue, {
    target: "#queue-posts",
    swap: "outerHTML",
    values: { do: "place", post: item.dataset.queued, place, csrfmiddlewaretoken: cookie("csrftoken") },
  });
}

function mark(item) {
  for (const each of document.querySelectorAll(".is-drop-place")) each.classList.remove("is-drop-place");
  item?.classList.add("is-drop-place");
}

export function queue() {
  document.addEventListener("dragstart", (event) => {
    dragged = itemAt(event.target);
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.textContent.trim());
    dragged.classList.add("is-dragged");
  });
  document.addEventListener("dragover", (event) => {
    const over = dragged && itemAt(event.target);
    if (!over) return;
    event.preventDefault();
    mark(over);
  });
  document.addEventListener("drop", (event) => {
    const over = dragged && itemAt(event.target);
    if (!over || over === dragged) return;
    event.preventDefault();
    send(dragged, placeOf(over));
  });
  document.addEventListener("dragend", () => {
    dragged?.classList.remove("is-dragged");
    dragged = null;
    mark(null);
  });
}
