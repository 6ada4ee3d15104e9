// data-count="<address>" on a form: what is being written is sent there while one types, and
// the answer (lengths as each network counts them, problems, preview) replaces the element
// that data-count-target names. Files stay here.
import { all, debounce, once } from "./dom.js";

let asking;

async function ask(form) {
  asking?.abort();
  asking = new AbortController();
  const fields = [...new FormData(form)].filter(([, value]) => typeof value === "string");
  try {
    const answer = await fetch(form.dataset.count, {
      method: "POST",
      body: new URLSearchParams(fields),
      signal: asking.signal,
    });
    const target = document.querySelector(form.dataset.countTarget);
    if (answer.ok && target) target.innerHTML = await answer.text();
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  }
}

export function counters(tree) {
  for (const form of all(tree, "form[data-count]")) {
    if (!once(form, "Counted")) continue;
    const later = debounce(() => ask(form), 250);
    form.addEventListener("input", later);
    form.addEventListener("change", later);
  }
}
