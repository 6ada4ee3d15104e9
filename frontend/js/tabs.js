// A row of tabs that is wider than the page shows the one that is open.
import { all } from "./dom.js";

export function tabs(tree) {
  for (const row of all(tree, ".tabs")) {
    const open = row.querySelector("[aria-current], .active");
    if (!open || row.scrollWidth <= row.clientWidth) continue;
    const middle = open.offsetLeft - row.offsetLeft + open.offsetWidth / 2;
    row.scrollLeft = middle - row.clientWidth / 2;
  }
}
