// <time data-relative> near now reads as "3 minutes ago"; its full date stays in the title.
import { all, language } from "./dom.js";

const STEPS = [["minute", 60, 60], ["hour", 3600, 24]];
const MINUTE = 60_000;

function relative(moment) {
  const seconds = (moment - Date.now()) / 1000;
  if (Math.abs(seconds) < 45) return new Intl.RelativeTimeFormat(language(), { numeric: "auto" }).format(0, "second");
  for (const [unit, size, limit] of STEPS) {
    const amount = Math.round(seconds / size);
    if (Math.abs(amount) < limit) {
      return new Intl.RelativeTimeFormat(language(), { numeric: "auto", style: "short" }).format(amount, unit);
    }
  }
  return null;
}

function refresh(tree) {
  for (const element of all(tree, "time[data-relative]")) {
    element.dataset.plain ??= element.textContent;
    element.textContent = relative(new Date(element.dateTime)) ?? element.dataset.plain;
  }
}

export function times(tree) {
  refresh(tree);
  if (tree === document) setInterval(() => refresh(document), MINUTE);
}

// The first run proposes the zone of the device.
export function tellZone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone) document.cookie = `enishi_zone=${zone}; path=/; max-age=31536000; samesite=lax`;
}
