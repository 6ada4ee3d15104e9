// data-drop on a label around a file field: files can be dropped or pasted, and are previewed
// with a field for the description of each picture.
import { all, make, once, say } from "./dom.js";

function description(index) {
  return make("input", {
    type: "text", name: "new_alt", class: "form-control", maxlength: 2000,
    placeholder: say("altText"), "aria-label": `${say("altText")} (${index + 1})`,
  });
}

function preview(file, index, remove) {
  const picture = make("img", { alt: "", class: "media-thumb" });
  picture.src = URL.createObjectURL(file);
  picture.addEventListener("load", () => URL.revokeObjectURL(picture.src), { once: true });
  const button = make("button", { type: "button", class: "btn btn-sm" }, say("remove"));
  button.addEventListener("click", remove);
  return make("li", { class: "media-item" }, picture,
    make("div", { class: "media-text" }, make("span", { class: "media-name" }, file.name), description(index)), button);
}

function without(files, index) {
  const kept = new DataTransfer();
  files.forEach((file, each) => each !== index && kept.items.add(file));
  return kept.files;
}

function show(input, list) {
  const files = [...input.files];
  const texts = [...list.querySelectorAll("input")].map((field) => field.value);
  list.replaceChildren(...files.filter((file) => file.type.startsWith("image/")).map((file, index) =>
    preview(file, index, () => {
      input.files = without(files, index);
      show(input, list);
    })));
  [...list.querySelectorAll("input")].forEach((field, index) => (field.value = texts[index] ?? ""));
}

function add(input, files) {
  const joined = new DataTransfer();
  const kept = input.multiple ? [...input.files] : [];
  for (const file of [...kept, ...files]) joined.items.add(file);
  input.files = joined.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function watch(zone) {
  const input = zone.querySelector('input[type="file"]');
  const list = zone.dataset.drop ? document.querySelector(zone.dataset.drop) : null;
  const name = zone.querySelector("[data-file-name]");
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("is-over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("is-over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("is-over");
    add(input, event.dataTransfer.files);
  });
  zone.closest("form")?.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length) add(input, files);
  });
  input.addEventListener("change", () => {
    if (list) show(input, list);
    if (name) name.textContent = [...input.files].map((file) => file.name).join(", ");
  });
}

export function dropZones(tree) {
  for (const zone of all(tree, "[data-drop]")) if (once(zone, "Dropped")) watch(zone);
}
