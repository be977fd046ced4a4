// The tests of the pure parts. esbuild makes them plain JavaScript, so that they run on Node.js 18.
import { readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ?? join(here, "dist/tests");
const entryPoints = readdirSync(join(here, "src"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name }) => readdirSync(join(here, "src", name)).filter((file) => file.endsWith(".test.ts")).map((file) => join(here, "src", name, file)));
rmSync(out, { recursive: true, force: true });
await esbuild.build({ entryPoints, outdir: out, bundle: true, format: "esm", platform: "node", target: "node18", outExtension: { ".js": ".mjs" }, logLevel: "error" });
const files = readdirSync(out, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));
const types = spawnSync(process.execPath, [join(here, "node_modules/typescript/bin/tsc"), "--noEmit"], { cwd: here, stdio: "inherit" });
const tests = spawnSync(process.execPath, ["--test", ...files, join(here, "budget.test.mjs")], { cwd: here, stdio: "inherit", env: { ...process.env, ORDO_WEB: here } });
process.exit(types.status || tests.status || 0);
