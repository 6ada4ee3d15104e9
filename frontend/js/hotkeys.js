// data-hotkey="n" or "g c" (one after the other) clicks or focuses its element; ? shows the help.
const PAUSE = 900;
let before = "";
let timer;

const typing = (target) =>
  target.closest?.("input, textarea, select, [contenteditable]") || document.querySelector("dialog[open]");

const visible = (element) => element.offsetParent !== null || element.getClientRects().length > 0;

function act(element) {
  if (element.matches("input, textarea, select")) element.focus();
  else element.click();
}

function find(keys) {
  const found = [...document.querySelectorAll("[data-hotkey]")].filter((element) => element.dataset.hotkey === keys);
  return found.find(visible) ?? found[0];
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
  if (event.key === "?") {
    document.getElementById("keyboard-help")?.showModal();
    return;
  }
  const element = (before && find(`${before} ${event.key}`)) || find(event.key);
  clearTimeout(timer);
  if (element) {
    event.preventDefault();
    before = "";
    act(element);
    return;
  }
  before = event.key.length === 1 ? event.key : "";
  timer = setTimeout(() => (before = ""), PAUSE);
}

export function hotkeys() {
  document.addEventListener("keydown", onKey);
}
