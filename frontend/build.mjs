// Builds static/dist from the sources here and the packages of package-lock.json: node frontend/build.mjs
import { build } from "esbuild";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const target = join(root, "static", "dist");
const aside = `${target}.new`; // a page never sees half a build
const drawings = join(root, "node_modules", "@tabler", "icons", "icons", "outline");

/** One <symbol> per name of icons.txt, used as <use href="icons.svg#name">. */
async function sprite() {
  const lines = (await readFile(join(here, "icons.txt"), "utf8")).split("\n").map((line) => line.trim());
  const names = [...new Set(lines.filter((line) => line && !line.startsWith("#")))].sort();
  const symbols = await Promise.all(names.map(async (name) => {
    const svg = await readFile(join(drawings, `${name}.svg`), "utf8").catch(() => {
      throw new Error(`frontend/icons.txt: @tabler/icons has no outline icon "${name}"`);
    });
    const paths = [...svg.matchAll(/<path[^>]*\/>/g)].map((match) => match[0]).filter((path) => !path.includes('stroke="none"'));
    return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" ` +
      `stroke-linecap="round" stroke-linejoin="round">${paths.join("")}</symbol>`;
  }));
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

await rm(aside, { recursive: true, force: true });
await mkdir(aside, { recursive: true });
await build({
  entryPoints: ["app.css", "print-a3.css", "app.js", "charts.js", "wall.css", "wall.js"].map((name) => join(here, name)),
  outdir: aside,
  bundle: true,
  minify: true,
  format: "iife",
  target: "chrome86", // the oldest kernel of the browsers in use at the bureau
  legalComments: "linked",
  logLevel: "warning",
});
await writeFile(join(aside, "icons.svg"), await sprite());
await rm(target, { recursive: true, force: true });
await rename(aside, target);
