// Gathers the Tabler icons that templates, adapters and scripts name into one SVG sprite.
//
// An icon is used when a file says {% icon "name" %}, icon="name" or icon = "name"; the
// list in icons.txt adds those whose names are put together at run time.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const USES = [
  /\{%\s*icon\s+"([a-z0-9-]+)"/g,
  /\bicon\s*[=:]\s*"([a-z0-9-]+)"/g,
  /#icon-([a-z0-9-]+)/g,
];

function* sources(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!["static", "locale", "__pycache__", "migrations"].includes(entry.name)) {
        yield* sources(path);
      }
    } else if (/\.(html|py|toml|js)$/.test(entry.name)) {
      yield path;
    }
  }
}

function usedNames(root) {
  const listed = readFileSync(join(root, "frontend/icons.txt"), "utf8").split(/\s+/);
  const names = new Set(listed.filter(Boolean));
  for (const folder of ["src/enishi", "frontend/js"]) {
    for (const path of sources(join(root, folder))) {
      const text = readFileSync(path, "utf8");
      for (const pattern of USES) {
        for (const [, name] of text.matchAll(pattern)) names.add(name);
      }
    }
  }
  return [...names].sort();
}

function symbol(root, name) {
  const path = join(root, `node_modules/@tabler/icons/icons/outline/${name}.svg`);
  if (!existsSync(path)) {
    console.warn(`icons: Tabler has no icon "${name}"`);
    return "";
  }
  const body = readFileSync(path, "utf8")
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/<svg[\s\S]*?>/, "")
    .replace("</svg>", "")
    .replace(/\s*\n\s*/g, "");
  return `<symbol id="${name}" viewBox="0 0 24 24">${body}</symbol>`;
}

export function buildSprite(root) {
  const symbols = usedNames(root).map((name) => symbol(root, name));
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}
