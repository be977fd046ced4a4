// The dashboard of the sources before a running ordo: node serve.mjs [http://127.0.0.1:8080] [PORT]. Builds again for each page.
import { createServer, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "./build.mjs";

const target = new URL(process.argv[2] ?? "http://127.0.0.1:8080");
const port = Number(process.argv[3] ?? 5173);
let files = [];

function forward(incoming, outgoing) {
  // To ordo, this is the page's own host.
  const headers = { ...incoming.headers, host: target.host, ...(incoming.headers.origin ? { origin: target.origin } : {}) };
  const passed = request({ host: target.hostname, port: target.port, method: incoming.method, path: incoming.url, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode, answer.headers);
    answer.pipe(outgoing);
  });
  passed.on("error", () => outgoing.destroy());
  outgoing.on("close", () => passed.destroy());
  incoming.pipe(passed);
}

createServer(async (incoming, outgoing) => {
  const path = new URL(incoming.url, "http://localhost").pathname;
  if (path !== "/admin" && !path.startsWith("/admin/")) return forward(incoming, outgoing);
  const isAsset = path.startsWith("/admin/assets/");
  if (!isAsset) files = await build(join(tmpdir(), "ordo-admin"));
  const file = files.find(({ name }) => name === (isAsset ? path.split("/").pop() : "index.html"));
  outgoing.writeHead(file ? 200 : 404, file ? { "Content-Type": file.type } : {}).end(file?.bytes);
}).listen(port, "127.0.0.1", () => console.log(`http://127.0.0.1:${port}/admin/ before ${target.origin}`));
