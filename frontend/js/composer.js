// The composer: a channel's own text appears when the channel is chosen, the day and time when
// scheduling is, and a thread grows by parts.
import { all, once } from "./dom.js";

function showOwnTexts(form) {
  for (const box of form.querySelectorAll('[name="channels"]')) {
    for (const part of form.querySelectorAll(`[data-for-channel="${box.value}"]`)) {
      part.hidden = !box.checked;
    }
  }
}

function showMoment(form) {
  const chosen = form.querySelector('[name="when"]:checked')?.value;
  for (const part of form.querySelectorAll("[data-when]")) part.hidden = !part.dataset.when.split(" ").includes(chosen);
}

// Writing in a channel's own text means to use it; an untouched one follows the common text.
function followText(form, event) {
  const own = event.target.closest("[data-for-channel]");
  if (own && event.target.name.startsWith("variant-")) own.querySelector("[data-own]").checked = true;
  if (event.target.name !== "text") return;
  for (const part of form.querySelectorAll("[data-for-channel]")) {
    const chosen = part.querySelector("[data-own]");
    if (chosen && !chosen.checked) part.querySelector("textarea").value = event.target.value;
  }
}

function addPart(button) {
  const last = [...button.parentElement.querySelectorAll(".thread-part")].at(-1);
  const fresh = last.cloneNode();
  fresh.value = "";
  last.after(fresh);
  fresh.focus();
}

export function composer(tree) {
  for (const form of all(tree, "form[data-composer]")) {
    if (!once(form, "Composer")) continue;
    form.addEventListener("change", () => {
      showOwnTexts(form);
      showMoment(form);
    });
    form.addEventListener("input", (event) => followText(form, event));
    form.addEventListener("click", (event) => {
      const button = event.target.closest("[data-add-part]");
      if (button) addPart(button);
    });
    showOwnTexts(form);
    showMoment(form);
  }
}
