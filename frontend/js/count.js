// data-count="<address>" on a text field: the server counts as each network counts, and its
// answer replaces the element that data-count-target names.
import htmx from "htmx.org";

import { all, debounce, once } from "./dom.js";

function ask(field) {
  const form = field.closest("form");
  htmx.ajax("POST", field.dataset.count, {
    source: field,
    target: field.dataset.countTarget,
    swap: "innerHTML",
    values: Object.fromEntries(new FormData(form)),
  });
}

export function counters(tree) {
  for (const field of all(tree, "[data-count]")) {
    if (!once(field, "Counted")) continue;
    field.addEventListener("input", debounce(() => ask(field), 250));
  }
}
