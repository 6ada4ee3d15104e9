// Forms: sent once however often one clicks, Ctrl+Enter sends, data-autosubmit sends on
// change, data-unsaved warns before leaving with changes.
import { say } from "./dom.js";

function sendOnce(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog" || form.hasAttribute("data-many")) return;
  const button = event.submitter;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  // After this turn, so that the button's own name and value are still sent.
  setTimeout(() => {
    button?.setAttribute("aria-busy", "true");
    if (button) button.disabled = true;
  });
}

function release(form) {
  if (!(form instanceof HTMLFormElement)) return;
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("button[aria-busy]")) {
    button.removeAttribute("aria-busy");
    button.disabled = false;
  }
}

function releaseAll() {
  for (const form of document.forms) release(form);
}

function ctrlEnter(event) {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest?.("form");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("[data-default-submit]") ?? undefined);
}

function warnUnsaved() {
  let dirty = false;
  document.addEventListener("input", (event) => {
    if (event.target.closest("form[data-unsaved]")) dirty = true;
  });
  document.addEventListener("submit", () => (dirty = false));
  window.addEventListener("beforeunload", (event) => {
    if (dirty) {
      event.preventDefault();
      event.returnValue = say("leave");
    }
  });
}

export function forms() {
  document.addEventListener("submit", sendOnce);
  document.addEventListener("keydown", ctrlEnter);
  document.addEventListener("change", (event) => {
    event.target.closest("[data-autosubmit]")?.form?.requestSubmit();
  });
  document.body.addEventListener("htmx:afterRequest", ({ target }) => release(target.closest?.("form")));
  window.addEventListener("pageshow", releaseAll);
  warnUnsaved();
}
