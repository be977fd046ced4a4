import assert from "node:assert/strict";
import test from "node:test";
import { EventParser } from "./event_parser.ts";

const whole = "retry: 2000\n\nid: a.1\nevent: ordo.order.created.v1\ndata: {\"n\":1}\n\n: heartbeat\nid: a.2\n\nid: a.3\ndata: one\ndata: two\n\n";

test("blocks become events", () => {
  assert.deepEqual(new EventParser().push(whole), [
    { id: "a.1", type: "ordo.order.created.v1", data: '{"n":1}' },
    { id: "a.2", type: "message", data: "" },
    { id: "a.3", type: "message", data: "one\ntwo" },
  ]);
});

test("any cut of the text gives the same events, with each kind of line end", () => {
  for (const end of ["\n", "\r\n", "\r"]) {
    const text = whole.replaceAll("\n", end);
    const expected = new EventParser().push(`${text}:\n`);
    for (let at = 0; at <= text.length; ++at) {
      const parser = new EventParser();
      assert.deepEqual([...parser.push(text.slice(0, at)), ...parser.push(`${text.slice(at)}:\n`)], expected, `cut at ${at}`);
    }
  }
});

test("a byte order mark, a field without a value, and an id with a NUL are taken as the standard says", () => {
  assert.deepEqual(new EventParser().push("\uFEFFid:x\ndata\n\nid: a\0b\ndata: 1\n\n"), [{ id: "x", type: "message", data: "" }, { id: "x", type: "message", data: "1" }]);
});

test("a line without end is refused beyond the bound", () => {
  const parser = new EventParser();
  assert.throws(() => {
    for (let i = 0; i < 9; ++i) parser.push("x".repeat(1024 * 1024));
  }, /too long/);
});
