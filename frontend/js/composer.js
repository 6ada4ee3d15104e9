// The composer: a channel's own text and preview appear when the channel is chosen.
import { all, once } from "./dom.js";

function sync(box) {
  for (const part of document.querySelectorAll(`[data-for-channel="${box.value}"]`)) {
    part.hidden = !box.checked;
  }
}

function syncSchedule(form) {
  const chosen = form.querySelector('[name="when"]:checked')?.value;
  for (const part of form.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== chosen;
}

export function composer(tree) {
  for (const form of all(tree, "form[data-composer]")) {
    if (!once(form, "Composer")) continue;
    const boxes = form.querySelectorAll('[name="channels"]');
    form.addEventListener("change", (event) => {
      if (event.target.name === "channels") sync(event.target);
      if (event.target.name === "when") syncSchedule(form);
      if (["channels", "when"].includes(event.target.name)) recount(form);
    });
    boxes.forEach(sync);
    syncSchedule(form);
  }
}

function recount(form) {
  form.querySelector("[data-count]")?.dispatchEvent(new Event("input", { bubbles: true }));
}
