// Debian's Chromium, with a new profile for each test.
import { existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { STACK } from "./server.mjs";

const web = new URL("../../web/", import.meta.url);
const require = createRequire(new URL("package.json", web));
const { chromium } = require("playwright-core");
const axe = require.resolve("axe-core/axe.min.js");

export const CHROMIUM = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => path && existsSync(path));
export const SHOTS = process.env.SCREENSHOTS ?? fileURLToPath(new URL("../../build/screenshots", import.meta.url));

export function launch() {
  return chromium.launch({ executablePath: CHROMIUM, args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"] });
}

// A page that fails the test on an error of its scripts or of its content policy.
export async function openPage(context) {
  const page = await context.newPage();
  page.setDefaultTimeout(STACK ? 60_000 : 15_000);
  page.failures = [];
  page.on("pageerror", (error) => page.failures.push(String(error)));
  page.on("console", (message) => {
    if (/Content Security Policy|Refused to/.test(message.text())) page.failures.push(message.text());
  });
  return page;
}

export async function shoot(page, name) {
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `${name}.png`) });
}

// Violations of WCAG 2.2 A and AA on the page, as text; empty when there are none. `rules`: only these.
export async function violations(page, rules = undefined) {
  if (!(await page.evaluate(() => "axe" in window))) {
    await page.evaluate(await import("node:fs").then(({ readFileSync }) => readFileSync(axe, "utf8")));
  }
  const found = await page.evaluate(async (only) => {
    const result = await window.axe.run(document, { runOnly: only ?? ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], resultTypes: ["violations"], preload: false });
    return result.violations.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => `${node.target} ${node.failureSummary}`).join("; ")}`);
  }, rules);
  return found;
}

// No read is under way and what is asked for is shown.
export async function atRest(page) {
  await page.waitForSelector("h1");
  await page.waitForFunction(() => !document.querySelector("[aria-busy='true']"));
}
