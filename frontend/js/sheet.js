// The weekly sheet: arrow keys and Enter move between cells; a changed cell is kept at once.
// Also a running timer's clock, and buttons that print.
const cells = (sheet) => [...sheet.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll(".sheet-cell")]);

function move(cell, down, right) {
  const grid = cells(cell.closest("[data-sheet]")).filter((row) => row.length);
  const y = grid.findIndex((row) => row.includes(cell));
  const x = grid[y].indexOf(cell);
  const next = grid[y + down]?.[x + right];
  next?.focus();
  next?.select();
  return Boolean(next);
}

function onKey(event) {
  const cell = event.target;
  if (!cell.matches?.(".sheet-cell") || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const atStart = cell.selectionStart === 0 && cell.selectionEnd >= 0;
  const atEnd = cell.selectionEnd === cell.value.length;
  const whole = cell.selectionStart === 0 && atEnd;
  const steps = {
    ArrowUp: () => move(cell, -1, 0), ArrowDown: () => move(cell, 1, 0),
    ArrowLeft: () => (whole || atStart) && move(cell, 0, -1),
    ArrowRight: () => (whole || atEnd) && move(cell, 0, 1),
    Enter: () => move(cell, event.shiftKey ? -1 : 1, 0) || cell.blur(),
  };
  const step = steps[event.key];
  if (step && (step() || event.key === "Enter")) event.preventDefault();
}

let kept = null;

function remember() {
  const cell = document.activeElement;
  kept = cell?.matches(".sheet-cell") ? { name: cell.name, value: cell.value, was: cell.defaultValue } : null;
}

function restore() {
  const cell = kept && document.querySelector(`.sheet-cell[name="${CSS.escape(kept.name)}"]`);
  if (!cell) return;
  if (kept.value !== kept.was) cell.value = kept.value;
  cell.focus();
  cell.select();
}

function tick() {
  for (const clock of document.querySelectorAll("[data-timer]")) {
    const minutes = Math.max(0, Math.floor((Date.now() - new Date(clock.dataset.timer)) / 60000));
    clock.querySelector("b").textContent = `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
  }
}

export function sheets() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("focusin", ({ target }) => target.matches?.(".sheet-cell") && target.select());
  document.addEventListener("change", ({ target }) => {
    if (target.matches?.(".sheet-cell")) setTimeout(() => target.form?.requestSubmit());
  });
  document.body.addEventListener("htmx:beforeSwap", ({ target }) => target.id === "sheet" && remember());
  document.body.addEventListener("htmx:afterSwap", ({ target }) => target.id === "sheet" && restore());
  document.addEventListener("click", ({ target }) => target.closest?.("[data-print]") && window.print());
  tick();
  setInterval(tick, 20_000);
}
