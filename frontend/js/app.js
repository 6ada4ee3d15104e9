// Everything that pages do beyond links and forms. Each module adds its behaviour to the
// elements that carry its data- attribute, now and after each htmx swap.
import htmx from "htmx.org";

import { calendar } from "./calendar.js";
import { chartLoader } from "./chart-loader.js";
import { confirmations } from "./confirm.js";
import { counters } from "./count.js";
import { dropZones } from "./drop-zone.js";
import { forms } from "./forms.js";
import { hotkeys } from "./hotkeys.js";
import { menus } from "./menus.js";
import { composer } from "./composer.js";
import { mediaItems } from "./media-items.js";
import { outlines } from "./outline.js";
import { queue } from "./queue.js";
import { tabs } from "./tabs.js";
import { sheets } from "./sheet.js";
import { tellZone, times } from "./times.js";
import { requestErrors, toasts } from "./toasts.js";

window.htmx = htmx;

const perTree = [toasts, tabs, times, counters, dropZones, chartLoader, composer];

function enliven(tree) {
  for (const behaviour of perTree) behaviour(tree);
}

confirmations();
forms();
hotkeys();
menus();
calendar();
queue();
mediaItems();
outlines();
sheets();
requestErrors();
tellZone();
enliven(document);
htmx.onLoad((tree) => {
  if (tree !== document.body) enliven(tree);
});
document.documentElement.classList.add("has-scripts");
