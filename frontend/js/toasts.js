// Messages at the corner: they leave by themselves unless they tell of something wrong.
import { all, make, once, say } from "./dom.js";

const STAY = 6000;

export function toasts(tree) {
  for (const note of all(tree, "[data-toast]")) {
    if (!once(note, "Toast")) continue;
    note.querySelector("[data-dismiss]")?.addEventListener("click", () => note.remove());
    if (!note.matches(".toast-error, .toast-warning")) setTimeout(() => note.remove(), STAY);
  }
}

export function toast(text, tone = "info") {
  const close = make("button", {
    type: "button", class: "icon-button", "data-dismiss": "", "aria-label": say("close"),
  }, "×");
  const note = make("div", { class: `toast-note toast-${tone}`, "data-toast": "" },
    make("span", {}, text), close);
  document.getElementById("toasts").append(note);
  toasts(note);
}

// A refusal that says where it belongs is shown there; a form with errors (422) replaces the
// form; anything else becomes a toast.
export function requestErrors() {
  document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const { xhr } = detail;
    if (xhr.status < 400) return;
    const placed = xhr.status === 422 || xhr.getResponseHeader("HX-Retarget");
    detail.shouldSwap = Boolean(placed);
    if (!placed) toast(say("failed"), "error");
  });
  document.body.addEventListener("htmx:sendError", () => toast(say("offline"), "error"));
}
