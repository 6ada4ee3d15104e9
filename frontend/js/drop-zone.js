// <label class="drop-zone"> around a file field: files can be dropped or pasted.
//
// With data-upload="<address>" they are sent at once and the answer (fields for each picture,
// or why one was refused) is added to the list that data-drop names. Without it their names are
// shown and the files go with the form.
import { all, cookie, make, once, say } from "./dom.js";
import { toast } from "./toasts.js";

async function upload(zone, input, list) {
  const data = new FormData();
  for (const file of input.files) data.append("files", file);
  data.append("csrfmiddlewaretoken", input.form.csrfmiddlewaretoken?.value ?? cookie("csrftoken"));
  zone.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(zone.dataset.upload, { method: "POST", body: data });
    for (const old of list.querySelectorAll(".media-refused")) old.remove();
    if (answer.ok || answer.status === 422) list.insertAdjacentHTML("beforeend", await answer.text());
    else toast(say("failed"), "error");
    input.value = "";
    input.form.dispatchEvent(new Event("input", { bubbles: true }));
  } catch {
    toast(say("offline"), "error");
  } finally {
    zone.removeAttribute("aria-busy");
  }
}

function put(input, files) {
  const joined = new DataTransfer();
  const kept = input.multiple ? [...input.files] : [];
  for (const file of [...kept, ...files].slice(input.multiple ? 0 : -1)) joined.items.add(file);
  input.files = joined.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function watch(zone) {
  const input = zone.querySelector('input[type="file"]');
  const list = zone.dataset.drop ? document.querySelector(zone.dataset.drop) : null;
  const name = make("span", { class: "drop-zone-names" });
  if (!zone.dataset.upload) zone.append(name);
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("is-over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("is-over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("is-over");
    put(input, event.dataTransfer.files);
  });
  input.form?.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length) put(input, files);
  });
  input.addEventListener("change", () => {
    if (zone.dataset.upload && list && input.files.length) upload(zone, input, list);
    name.textContent = [...input.files].map((file) => file.name).join(", ");
  });
}

export function dropZones(tree) {
  for (const zone of all(tree, ".drop-zone")) if (once(zone, "Dropped")) watch(zone);
}
