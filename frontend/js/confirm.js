// A button, link or form with data-confirm asks first, in a dialog of the page.
import { say } from "./dom.js";

function ask(text) {
  const dialog = document.getElementById("confirm-dialog");
  dialog.querySelector("#confirm-text").textContent = text || say("confirm");
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

let confirmed = null;

async function onClick(event) {
  const asked = event.target.closest("[data-confirm]:not(form)");
  if (!asked || asked === confirmed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!(await ask(asked.dataset.confirm))) return asked.focus();
  confirmed = asked;
  asked.click();
  confirmed = null;
}

async function onSubmit(event) {
  const form = event.target;
  if (!form.dataset.confirm || form === confirmed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const button = event.submitter;
  if (!(await ask(form.dataset.confirm))) return;
  confirmed = form;
  form.requestSubmit(button);
  confirmed = null;
}

export function confirmations() {
  document.addEventListener("submit", onSubmit, { capture: true });
  document.addEventListener("click", onClick, { capture: true });
  document.addEventListener("htmx:confirm", async (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    if (await ask(event.detail.question)) event.detail.issueRequest(true);
  });
}
