// Regenerates the vendored files: participation/static/vendor/kern, tests/vendor/axe-core and
// both CHECKSUMS files. Needs Node 20 or newer and npm; the product itself needs neither.
//
//   node build.mjs           write the files
//   node build.mjs --check   write nothing, exit with 1 if a file differs
//
// Packages are installed in a temporary folder with "npm ci": exact versions from package.json,
// and npm refuses a package whose hash is not the one in package-lock.json. No install script
// of a package is run. The lock file names no host, so npm's configured registry is used.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, "..", "..", "..");
const TESTS = join(ROOT, "tests", "vendor");

// The licence (EUPL-1.2, article 5) asks for a notice with the date: the day kern.css last changed.
const MODIFIED = "2026-11-20";

/**
 * KERN's own minified style sheet without its last part: grid, containers and utility classes.
 *
 * KERN ships that part alone too, as kern-grid.min.css and kern-utilities.min.css. So the cut is
 * made where the text of the first begins, and what is cut off must be exactly the text of both
 * (the second has its two halves the other way round, after a copy of some tokens). Nothing is
 * compiled: what stays is KERN's own text with its vendor prefixes, every token, component, icon.
 */
function cutKern(kern) {
  const read = (name) => readFileSync(join(kern, "dist", name), "utf8")
    .replace(/^@charset "UTF-8";/, "").trim();
  const [all, grid, utilities] = [
    "kern.min.css", "kern-grid.min.css", "kern-utilities.min.css",
  ].map(read);
  const cut = all.indexOf(grid);
  const rest = all.slice(cut + grid.length).trim();
  const spacing = utilities.indexOf(".kern-m-auto{");
  const tokens = utilities.length - rest.length;
  const expected = utilities.slice(spacing) + utilities.slice(tokens, spacing);
  if (cut < 0 || spacing < 0 || rest !== expected) {
    throw new Error("kern.min.css does not end with the grid and the utilities: cut it anew");
  }
  const css = all.slice(0, cut);
  if (/[^\x00-\x7f]/.test(css)) {
    throw new Error("kern.css is no longer plain ASCII: it needs an @charset rule");
  }
  const { version } = JSON.parse(readFileSync(join(kern, "package.json"), "utf8"));
  const notice = `/*! KERN @kern-ux/native ${version}, Lizenziert unter der EUPL (EUPL-1.2),`
    + ` see LICENSE.md. Modified ${MODIFIED}: grid, containers and utilities cut off,`
    + " see ../README.md */";
  return Buffer.from(`${notice}\n${css}\n`);
}

/** All files below a folder, relative to it, with forward slashes. */
function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)))
    .map((name) => name.split(sep).join("/"));
}

/** The text of CHECKSUMS (sha256sum format) for a folder, as it will be once `made` is written. */
function checksums(folder, made) {
  const names = new Set(filesBelow(folder));
  for (const path of made.keys()) {
    const name = relative(folder, path).split(sep).join("/");
    if (!name.startsWith("..")) names.add(name);
  }
  names.delete("CHECKSUMS");
  const lines = [...names].sort().map((name) => {
    const path = join(folder, name);
    const data = made.get(path) ?? readFileSync(path);
    return `${createHash("sha256").update(data).digest("hex")}  ${name}\n`;
  });
  return Buffer.from(lines.join(""));
}

const check = process.argv.includes("--check");
const work = mkdtempSync(join(tmpdir(), "vendor-"));
const made = new Map();
try {
  for (const name of ["package.json", "package-lock.json"]) {
    copyFileSync(join(HERE, name), join(work, name));
  }
  execFileSync(
    "npm", ["ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund"],
    { cwd: work, stdio: ["ignore", "ignore", "inherit"] },
  );
  const modules = join(work, "node_modules");
  const kern = join(modules, "@kern-ux", "native");
  const axe = join(modules, "axe-core");

  made.set(join(HERE, "kern", "kern.css"), cutKern(kern));
  made.set(join(HERE, "kern", "LICENSE.md"), readFileSync(join(kern, "LICENSE.md")));
  for (const name of ["axe.min.js", "LICENSE", "LICENSE-3RD-PARTY.txt"]) {
    made.set(join(TESTS, "axe-core", name), readFileSync(join(axe, name)));
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
made.set(join(HERE, "CHECKSUMS"), checksums(HERE, made));
made.set(join(TESTS, "CHECKSUMS"), checksums(TESTS, made));

for (const [path, data] of made) {
  const name = relative(ROOT, path);
  if (!check) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, data);
    console.log(`${name}: ${data.length} bytes`);
  } else if (!existsSync(path) || !data.equals(readFileSync(path))) {
    console.error(`${name}: differs`);
    process.exitCode = 1;
  }
}
