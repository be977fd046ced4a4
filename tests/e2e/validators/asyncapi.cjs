// node asyncapi.cjs FILE: prints what @asyncapi/parser (found by NODE_PATH) finds wrong; exit code 1 when that is anything.
"use strict";
const { readFileSync } = require("node:fs");
const { Parser } = require("@asyncapi/parser");

const kWarning = 1; // Above it are hints.

new Parser().parse(readFileSync(process.argv[2], "utf8")).then(({ document, diagnostics }) => {
  const wrong = diagnostics.filter(({ severity }) => severity <= kWarning);
  for (const { code, path, message } of wrong) console.log(`${path.join("/")}: ${message} (${code})`);
  if (!document) console.log("not a document");
  process.exitCode = document && wrong.length === 0 ? 0 : 1;
});
