// node run.mjs [part of a file's name]...: the tests of the dashboard in Debian's Chromium. Exit status 77: there is no Chromium.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const web = fileURLToPath(new URL("../../web", import.meta.url));
if (!existsSync(`${web}/node_modules/playwright-core`)) {
  console.log("skipped: the packages of web/ are not there");
  process.exit(77);
}
const { CHROMIUM } = await import("./browser.mjs");
if (!CHROMIUM) {
  console.log("skipped: there is no Chromium (tools/deps.sh installs it)");
  process.exit(77);
}
const parts = process.argv.slice(2);
const files = readdirSync(here).filter((name) => name.endsWith(".test.mjs") && (parts.length === 0 || parts.some((part) => name.includes(part)))).map((name) => here + name);
process.exit(spawnSync(process.execPath, ["--test", ...files], { stdio: "inherit" }).status ?? 1);
