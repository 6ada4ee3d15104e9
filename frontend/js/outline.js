// The plan as an outline: <div data-outline> with a [data-node][data-level] for each line and a
// [data-row] in it. Arrow keys walk, Enter adds, F2 renames, Alt with arrows moves, Delete
// deletes, Ctrl+Z takes a deletion back; lines and numbers are changed in place, and dragged.
import { cookie, make } from "./dom.js";
import { toast } from "./toasts.js";

const LEVELS = ["goal", "strategy", "objective", "tactic"];
const outline = () => document.querySelector("[data-outline]");
const rowsOf = (root) => [...root.querySelectorAll("[data-row]")].filter((row) => row.offsetParent !== null);
const nodeOf = (element) => element?.closest("[data-node]");
const rowOf = (node) => node?.querySelector("[data-row]");
const parentOf = (node) => nodeOf(node?.parentElement);
const base = () => location.pathname.replace(/strategy\/.*$/, "strategy/");
const addressOf = (node, what) => `${base()}${node.dataset.level}/${node.dataset.node}/${what}/`;

function siblingsOf(node) {
  const list = node.dataset.level === "goal" ? node.closest(".pillar") : node.parentElement;
  return [...list.children].filter((each) => each.dataset.node);
}

async function post(address, values) {
  const body = new URLSearchParams(values);
  const headers = { "X-CSRFToken": cookie("csrftoken") || document.querySelector("[name=csrfmiddlewaretoken]").value };
  return fetch(address, { method: "POST", body, headers });
}

// Shows the plan as the server has it now, and looks at the same line, or at the new one.
async function show(text, focused) {
  const known = new Set([...outline().querySelectorAll("[data-node]")].map((one) => one.dataset.node));
  const page = new DOMParser().parseFromString(text, "text/html");
  const fresh = page.querySelector("#main");
  if (!fresh?.querySelector("[data-outline]")) return location.reload();
  for (const note of page.querySelectorAll("#toasts [data-toast]")) {
    toast(note.querySelector("span").textContent, note.matches(".toast-error") ? "error" : "success");
  }
  document.querySelector("#main").replaceChildren(...fresh.childNodes);
  window.htmx.process(document.querySelector("#main"));
  begin();
  const added = [...outline().querySelectorAll("[data-node]")].find((one) => !known.has(one.dataset.node));
  const wanted = added ?? (focused && document.getElementById(`n-${focused}`));
  if (wanted) focusRow(rowOf(wanted));
}

async function refresh(answer, focused) {
  if (answer.status === 422) return toast(await answer.text(), "error");
  if (!answer.ok) return toast(outline().dataset.refused, "error");
  const page = answer.status === 204 ? await fetch(base()) : answer;
  await show(await page.text(), focused);
}

const change = async (node, values) => refresh(await post(addressOf(node, "outline"), values), node.dataset.node);

function focusRow(row) {
  if (!row) return;
  for (const each of outline().querySelectorAll("[data-row][tabindex='0']")) each.tabIndex = -1;
  row.tabIndex = 0;
  row.focus();
  row.scrollIntoView({ block: "nearest" });
}

// A field in place of something: Enter keeps what is typed, Escape and leaving do not.
function field(place, value, keep, { onTab } = {}) {
  const input = make("input", { class: "form-control outline-field", maxlength: "200", autocomplete: "off" });
  input.value = value;
  const close = () => { input.replaceWith(place); focusRow(place.closest("[data-row]") ?? rowsOf(outline())[0]); };
  input.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.isComposing) return;
    if (event.key === "Enter" && input.value.trim()) { event.preventDefault(); keep(input.value.trim()); }
    else if (event.key === "Escape") { event.preventDefault(); close(); }
    else if (event.key === "Tab" && onTab) { event.preventDefault(); onTab(event.shiftKey, input); }
  });
  place.replaceWith(input);
  input.focus();
  input.select();
  return input;
}

function rename(node) {
  const title = node.querySelector("[data-title]");
  field(title, title.textContent, (text) => change(node, { title: text }));
}

// A new line below a row. Tab makes it belong to that line, Shift+Tab to the one above.
function insert(node, after = node, level = node.dataset.level) {
  outline().querySelector(".outline-new")?.remove();
  const line = make("div", { class: `outline-new outline-new-${level}` });
  const place = make("span");
  line.append(place);
  const isChild = level !== after.dataset.level;
  rowOf(after).after(line);
  const parent = isChild ? after : parentOf(after);
  const label = document.querySelector(`.strategy-quick[action*="/${level}/new/"] input[name=title]`)?.placeholder ?? "";
  const keep = (text) => {
    const query = parent && level !== "goal" ? `?parent=${parent.dataset.node}` : `?pillar=${pillarOf(after)}`;
    const position = isChild ? 0 : siblingsOf(after).indexOf(after) + 1;
    post(`${base()}${level}/new/${query}`, { title: text, quick: "1", position }).then((answer) => refresh(answer));
  };
  const onTab = (back, input) => {
    const typed = input.value;
    const index = LEVELS.indexOf(level);
    if (!back && !isChild && index < LEVELS.length - 1) insert(node, after, LEVELS[index + 1]);
    else if (back && isChild) insert(node, after, LEVELS[index - 1]);
    else if (back && index > 0) insert(node, parentOf(after), LEVELS[index - 1]);
    outline().querySelector(".outline-new input").value = typed;
  };
  const input = field(place, "", keep, { onTab });
  input.placeholder = label;
  input.addEventListener("blur", () => setTimeout(() => line.contains(document.activeElement) || line.remove(), 150));
}

const pillarOf = (node) => node.closest(".pillar").querySelector("h2").id.replace("pillar-", "");

function step(node, by) {
  const position = siblingsOf(node).indexOf(node) + by;
  if (position >= 0 && position < siblingsOf(node).length) change(node, { position });
}

// Below the next or the one before of the lines to which it could belong.
function elsewhere(node, by) {
  const parent = parentOf(node);
  if (!parent) return;
  const all = [...outline().querySelectorAll(`[data-level="${parent.dataset.level}"]`)];
  const next = all[all.indexOf(parent) + by];
  if (next) change(node, { parent: next.dataset.node });
}

const remove = async (node) => {
  const rows = rowsOf(outline());
  const before = nodeOf(rows[Math.max(0, rows.indexOf(rowOf(node)) - 1)]);
  refresh(await post(addressOf(node, "delete"), {}), before?.dataset.node);
};

function onKey(event) {
  const row = event.target;
  if (!row.matches?.("[data-row]") || event.isComposing) return;
  const node = nodeOf(row);
  const rows = rowsOf(outline());
  const at = rows.indexOf(row);
  const acts = event.altKey
    ? { ArrowUp: () => step(node, -1), ArrowDown: () => step(node, 1), ArrowRight: () => elsewhere(node, 1), ArrowLeft: () => elsewhere(node, -1) }
    : {
        ArrowUp: () => focusRow(rows[at - 1]), ArrowDown: () => focusRow(rows[at + 1]),
        ArrowLeft: () => focusRow(rowOf(parentOf(node))),
        ArrowRight: () => focusRow(node.querySelector("ul [data-row]")),
        Home: () => focusRow(rows[0]), End: () => focusRow(rows.at(-1)),
        Enter: () => insert(node), F2: () => rename(node), Delete: () => remove(node),
      };
  const act = acts[event.key];
  if (act && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    act();
  }
}

function undo(event) {
  if (!outline() || event.key !== "z" || !(event.ctrlKey || event.metaKey) || event.target.matches("input, textarea")) return;
  const form = document.querySelector("[data-outline-undo]");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("button"));
}

// --- dragging ------------------------------------------------------------------------------

let dragged = null;

function landing(event) {
  const over = nodeOf(event.target);
  if (!dragged || !over || over === dragged || dragged.contains(over)) return null;
  const mine = LEVELS.indexOf(dragged.dataset.level);
  const theirs = LEVELS.indexOf(over.dataset.level);
  if (theirs === mine - 1) return { over, parent: over, position: null };
  if (theirs !== mine) return null;
  const box = rowOf(over).getBoundingClientRect();
  const below = event.clientY > box.top + box.height / 2;
  const others = siblingsOf(over).filter((each) => each !== dragged);
  return { over, below, parent: parentOf(over), position: others.indexOf(over) + (below ? 1 : 0) };
}

function clear() {
  for (const each of outline()?.querySelectorAll(".is-target, .is-below, .is-above") ?? []) {
    each.classList.remove("is-target", "is-below", "is-above");
  }
}

function drag() {
  document.addEventListener("dragstart", (event) => {
    const row = event.target.closest?.("[data-outline] [data-row]");
    if (!row) return;
    dragged = nodeOf(row);
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", row.querySelector("[data-title]").textContent);
  });
  document.addEventListener("dragover", (event) => {
    const spot = landing(event);
    clear();
    if (!spot) return;
    event.preventDefault();
    rowOf(spot.over).classList.add(spot.position === null ? "is-target" : spot.below ? "is-below" : "is-above");
  });
  document.addEventListener("drop", (event) => {
    const spot = landing(event);
    clear();
    if (!spot) return;
    event.preventDefault();
    const values = spot.parent ? { parent: spot.parent.dataset.node } : {};
    if (spot.position !== null) values.position = spot.position;
    change(dragged, values);
  });
  document.addEventListener("dragend", () => { clear(); dragged = null; });
}

function onClick(event) {
  const number = event.target.closest?.("[data-outline] [data-inline]");
  if (number) field(number, number.textContent.trim(), (text) => change(nodeOf(number), { [number.dataset.inline]: text }));
}

function begin() {
  const root = outline();
  if (!root) return;
  for (const row of root.querySelectorAll("[data-row]")) {
    row.tabIndex = -1;
    row.draggable = true;
  }
  const first = root.querySelector("[data-row]");
  if (first) first.tabIndex = 0;
}

export function outlines() {
  begin();
  drag();
  document.addEventListener("keydown", onKey);
  document.addEventListener("keydown", undo);
  document.addEventListener("click", onClick);
}
