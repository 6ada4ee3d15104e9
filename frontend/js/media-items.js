// The files of a post in the composer. The point of a picture that stays in sight is set with
// two sliders or by pressing on the picture; the still of a film can be the frame that is shown.
// Items come and go, so everything is heard at the document.
const STEPS = 4;

function sliders(point) {
  return [...point.querySelectorAll('input[type="range"]')];
}

function show(point) {
  const [right, up] = sliders(point).map((slider) => Number(slider.value));
  const mark = point.querySelector(".focus-mark");
  mark.hidden = false;
  mark.style.left = `${(right + 1) * 50}%`;
  mark.style.top = `${(1 - up) * 50}%`;
  const thumb = point.closest("[data-media-item]").querySelector(".media-thumb");
  for (const name of [...thumb.classList]) if (name.startsWith("at-")) thumb.classList.remove(name);
  thumb.classList.add(`at-${Math.round(((right + 1) * STEPS) / 2)}-${Math.round(((1 - up) * STEPS) / 2)}`);
}

function press(stage, event) {
  const box = stage.getBoundingClientRect();
  const point = stage.closest("[data-focus-point]");
  const [right, up] = sliders(point);
  right.value = ((event.clientX - box.left) / box.width) * 2 - 1;
  up.value = 1 - ((event.clientY - box.top) / box.height) * 2;
  up.dispatchEvent(new Event("input", { bubbles: true }));
}

function takeStill(button) {
  const item = button.closest("[data-media-item]");
  const film = item.querySelector("video");
  const canvas = document.createElement("canvas");
  canvas.width = film.videoWidth;
  canvas.height = film.videoHeight;
  canvas.getContext("2d").drawImage(film, 0, 0);
  canvas.toBlob(
    (blob) => {
      const chosen = new DataTransfer();
      chosen.items.add(new File([blob], "still.jpg", { type: "image/jpeg" }));
      item.querySelector('[data-still] input[type="file"]').files = chosen.files;
      film.poster = canvas.toDataURL("image/jpeg", 0.7);
    },
    "image/jpeg",
    0.9,
  );
}

export function mediaItems() {
  document.addEventListener("input", (event) => {
    const point = event.target.type === "range" && event.target.closest("[data-focus-point]");
    if (point) show(point);
  });
  document.addEventListener("click", (event) => {
    const stage = event.target.closest("[data-focus-stage]");
    if (stage) press(stage, event);
    const button = event.target.closest("[data-take-still]");
    if (button) takeStill(button);
  });
  // media and details events do not bubble: they are caught on their way down
  document.addEventListener(
    "toggle",
    (event) => {
      if (event.target.matches("[data-focus-point]") && event.target.open) show(event.target);
    },
    true,
  );
  document.addEventListener(
    "loadeddata",
    (event) => {
      const button = event.target.closest("[data-media-item]")?.querySelector("[data-take-still]");
      if (button) button.hidden = false;
    },
    true,
  );
}
