import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "./build.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const KB = 1024;

test("the files are small, and name nothing outside", async () => {
  const out = mkdtempSync(join(tmpdir(), "ordo-admin-"));
  try {
    const files = await build(out);
    const size = (end) => files.filter(({ name }) => name.endsWith(end)).reduce((sum, { gzip }) => sum + gzip.length, 0);
    assert.ok(size(".js") <= 80 * KB, `${size(".js")} bytes of scripts`);
    assert.ok(size(".css") <= 12 * KB, `${size(".css")} bytes of styles`);
    for (const file of files) {
      const text = Buffer.from(file.bytes).toString();
      const addresses = text.match(/https?:\/\/[a-z0-9.-]+/g) ?? [];
      assert.deepEqual(addresses.filter((one) => !one.startsWith("http://www.w3.org")), [], file.name);
      assert.ok(!/\beval\(|new Function\(/.test(text), file.name);
    }
    const page = readFileSync(join(out, "index.html"), "utf8");
    assert.ok(!/<script(?![^>]*\bsrc=)/.test(page) && !/<style|\son\w+=/.test(page), "no code in the page");
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
});

test("no source writes markup from data", () => {
  const files = ["pages", "ui", "state", "api"].flatMap((folder) => readdirSync(join(here, "src", folder)).map((name) => join(here, "src", folder, name)));
  for (const file of files) assert.ok(!/innerHTML|insertAdjacentHTML|document\.write/.test(readFileSync(file, "utf8")), file);
});
