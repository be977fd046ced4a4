// An `ordo serve` of a test: its own folder, a free port, ended by its id.
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
export const ORDO = resolve(process.env.ORDO_BIN ?? join(here, "../../build/release/ordo"));
// Set by on_cluster.py: the servers keep their data in these services, each system under names of its own.
export const STACK = process.env.ORDO_BROWSER_STACK ? JSON.parse(process.env.ORDO_BROWSER_STACK) : undefined;
const DEADLINE_MS = STACK ? 120_000 : 30_000; // the development database reads whole collections

function clusterSettings({ kafka, mongo, topics, list_timeout }, name) {
  const text = JSON.stringify;
  return [`kafka = ${text(kafka)}`, `mongo = ${text(mongo.replace("DATABASE", `browser_${name}`))}`, `group_prefix = ${text(`browser-${name}-`)}`, "partitions = 2", `list_timeout = ${text(list_timeout)}`,
    ...topics.map((topic) => `[topics.${topic}]\nname = ${text(`browser-${name}-${topic}`)}`)].join("\n");
}

// ordo reads settings from variables of its prefix, and refuses others.
const plain = () => Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("ORDO_")));

// Resolves when `condition` gives something true. Tests wait on conditions, never on time alone.
export async function until(what, condition, deadline = DEADLINE_MS) {
  const end = Date.now() + deadline;
  for (;;) {
    const found = await condition();
    if (found) return found;
    if (Date.now() > end) throw new Error(`not within ${deadline / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

export class Server {
  constructor(settings = []) {
    this.folder = mkdtempSync(join(tmpdir(), "ordo-browser-"));
    this.settings = STACK ? [...settings, "--config", this.file("ordo.toml", clusterSettings(STACK, randomUUID().slice(0, 8)))] : settings;
    this.port = 0;
    this.key = "";
    process.once("exit", () => this.process?.kill("SIGKILL"));
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  async start() {
    const portFile = join(this.folder, "port");
    rmSync(portFile, { force: true });
    const log = [];
    this.process = spawn(ORDO, ["serve", "--listen", `127.0.0.1:${this.port}`, "--port-file", portFile, "--data-dir", join(this.folder, "data"), ...this.settings], {
      stdio: ["ignore", "pipe", "pipe"],
      env: plain(),
    });
    for (const pipe of [this.process.stdout, this.process.stderr]) {
      pipe.on("data", (piece) => {
        log.push(piece);
        if (log.length > 2000) log.shift();
      });
    }
    this.ended = new Promise((resolve) => this.process.once("exit", resolve));
    // A test that fails before its end leaves the server to the constructor's listener.
    for (const part of [this.process, this.process.stdout, this.process.stderr]) part.unref();
    await until("the server listens", () => {
      if (this.process.exitCode !== null) throw new Error(`the server ended: ${log.join("")}`);
      return existsSync(portFile) && readFileSync(portFile, "utf8").trim();
    });
    this.port = Number(readFileSync(portFile, "utf8"));
    await until("the server is ready", () => fetch(`${this.url}/readyz`).then((answer) => answer.ok, () => false));
    return this;
  }

  async end(signal) {
    this.process.ref();
    this.process.kill(signal);
    await this.ended;
  }

  async kill() {
    await this.end("SIGKILL");
  }

  async remove() {
    if (this.process.exitCode === null && this.process.signalCode === null) await this.end("SIGTERM");
    rmSync(this.folder, { recursive: true, force: true });
  }

  async call(method, path, body, headers = {}) {
    const answer = await fetch(this.url + path, {
      method,
      headers: { ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...(this.key ? { Authorization: `Bearer ${this.key}` } : {}), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const json = text && answer.headers.get("Content-Type")?.includes("json") ? JSON.parse(text) : undefined;
    return { status: answer.status, json, text, headers: answer.headers };
  }

  async post(path, body, headers) {
    const answer = await this.call("POST", path, body, headers);
    if (answer.status >= 300) throw new Error(`POST ${path}: ${answer.status} ${answer.text}`);
    return answer.json;
  }

  async get(path) {
    const answer = await this.call("GET", path);
    if (answer.status !== 200) throw new Error(`GET ${path}: ${answer.status} ${answer.text}`);
    return answer.json;
  }

  // The server reads the file of keys within a second.
  async makeKey(name, role) {
    const text = await this.run("key", "create", name, "--role", role, "--data-dir", join(this.folder, "data"));
    const key = /ordo_[\w-]+_[\w-]+/.exec(text)?.[0];
    if (!key) throw new Error(text);
    return key;
  }

  // A command of `ordo`, in the server's folder. Its output.
  run(...words) {
    return new Promise((done, reject) => {
      const command = spawn(ORDO, words, { stdio: ["ignore", "pipe", "pipe"], cwd: this.folder, env: { ...plain(), ORDO_URL: this.url } });
      let text = "";
      for (const pipe of [command.stdout, command.stderr]) pipe.on("data", (piece) => (text += piece));
      command.once("error", reject);
      command.once("close", (status) => (status === 0 ? done(text) : reject(new Error(text))));
    });
  }

  file(name, text) {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }
}
