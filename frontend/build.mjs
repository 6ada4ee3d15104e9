// Builds the styles, scripts and icons of Enishi's pages into the site's static folder.
//
// Every output carries its content's hash in its name; manifest.json maps plain names to
// them (the template tags of enishi.site read it). Beside each text file lie its brotli and
// gzip forms, which WhiteNoise serves as they are.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

import * as esbuild from "esbuild";

import { buildSprite } from "./icons.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, "..");
const target = join(root, "src/enishi/site/static/enishi");

const written = new Set(["manifest.json"]);

const hashOf = (content) => createHash("sha256").update(content).digest("hex").slice(0, 10);

// Tabler draws its form controls with data: addresses. They become files, so that the
// content security policy needs no exception for them.
const dataAddresses = {
  name: "data-addresses",
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8")
        .replace(/url\("data:image\/svg\+xml,((?:[^"\\]|\\.)*)"\)/g, (_, svg) => {
          const text = decodeURIComponent(svg.replace(/\\"/g, '"'));
          const name = `control-${hashOf(text)}.svg`;
          write(name, text);
          return `url("./${name}")`;
        })
        .replace(/\/\*# sourceMappingURL=.*?\*\//g, ""),
      loader: "css",
    }));
  },
};

async function bundle() {
  return esbuild.build({
    entryPoints: {
      app: join(here, "js/app.js"),
      charts: join(here, "js/charts.js"),
      style: join(here, "css/app.css"),
      hub: join(here, "css/hub.css"),
    },
    outdir: target,
    bundle: true,
    minify: true,
    format: "esm",
    target: ["chrome123", "firefox121", "safari17.5"],
    entryNames: "[name]-[hash]",
    legalComments: "none",
    external: ["./control-*.svg"],
    metafile: true,
    logLevel: "warning",
    plugins: [dataAddresses],
  });
}

function entries(metafile) {
  const found = {};
  for (const [output, { entryPoint }] of Object.entries(metafile.outputs)) {
    if (!entryPoint) continue;
    const kind = extname(output);
    const name = basename(entryPoint, extname(entryPoint));
    found[`${name}${kind}`] = basename(output);
  }
  return found;
}

function write(name, content) {
  writeFileSync(join(target, name), content);
  written.add(name);
}

function writeHashed(name, content) {
  const extension = extname(name);
  const hashed = `${basename(name, extension)}-${hashOf(content)}${extension}`;
  write(hashed, content);
  return hashed;
}

// The typeface of printed reports. The pages do not load it.
function copyFonts() {
  const folder = join(root, "node_modules/@expo-google-fonts/biz-udpgothic");
  const fonts = {
    "report-regular.ttf": "400Regular/BIZUDPGothic_400Regular.ttf",
    "report-bold.ttf": "700Bold/BIZUDPGothic_700Bold.ttf",
  };
  return Object.fromEntries(
    Object.entries(fonts).map(([name, path]) => [name, writeHashed(name, readFileSync(join(folder, path)))]),
  );
}

function compress() {
  for (const name of readdirSync(target)) {
    if (!/\.(css|js|svg)$/.test(name)) continue;
    const path = join(target, name);
    if (existsSync(`${path}.br`)) continue;
    const content = readFileSync(path);
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
    writeFileSync(`${path}.br`, brotliCompressSync(content, { params }));
    writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
  }
}

// What the last build left and this one did not write again: names carry hashes, so those
// files are never the same.
function removeStale(before) {
  const plain = (name) => name.replace(/\.(br|gz)$/, "");
  for (const name of before) if (!written.has(plain(name))) rmSync(join(target, name));
}

async function build() {
  const started = performance.now();
  mkdirSync(target, { recursive: true });
  const before = new Set(readdirSync(target));
  const { metafile } = await bundle();
  for (const output of Object.keys(metafile.outputs)) written.add(basename(output));
  const manifest = entries(metafile);
  manifest["icons.svg"] = writeHashed("icons.svg", buildSprite(root));
  Object.assign(manifest, copyFonts());
  manifest["mark.svg"] = writeHashed("mark.svg", readFileSync(join(here, "mark.svg")));
  compress();
  removeStale(before);
  writeFileSync(join(target, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${relative(root, target)}: ${Object.values(manifest).join(", ")} (${seconds} s)`);
}

await build();
