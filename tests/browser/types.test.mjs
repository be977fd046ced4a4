// The types that the dashboard is compiled with are those of this program's API.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { typesOf } from "../../web/schema.mjs";
import { Server } from "./server.mjs";

test("web/src/api/schema.ts follows from /openapi.json", async () => {
  const server = await new Server().start();
  try {
    const types = typesOf(await server.get("/openapi.json"));
    assert.equal(types, readFileSync(new URL("../../web/src/api/schema.ts", import.meta.url), "utf8"), "run node schema.mjs, see docs/dashboard.md");
  } finally {
    await server.remove();
  }
});
