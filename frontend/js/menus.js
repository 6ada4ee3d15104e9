// <details data-menu> closes on Escape, on a click elsewhere and when another one opens.
// data-open="#id" opens a dialog.
const openMenus = () => document.querySelectorAll("details[data-menu][open]");

function closeAll(except) {
  for (const menu of openMenus()) if (menu !== except) menu.open = false;
}

function onKey(event) {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
}

function moveWithin(event) {
  if (!["ArrowDown", "ArrowUp"].includes(event.key)) return;
  const menu = event.target.closest("details[data-menu][open]");
  if (!menu) return;
  const items = [...menu.querySelectorAll(".menu-sheet :is(a, button)")];
  const here = items.indexOf(document.activeElement);
  const next = (here + (event.key === "ArrowDown" ? 1 : -1) + items.length) % items.length;
  items[next]?.focus();
  event.preventDefault();
}

export function menus() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    if (opener) document.querySelector(opener.dataset.open)?.showModal();
    const inside = event.target.closest("details[data-menu]");
    closeAll(opener ? null : inside);
    if (event.target.matches?.("dialog")) event.target.close();
  });
  document.addEventListener("keydown", onKey);
  document.addEventListener("keydown", moveWithin);
}
