import assert from "node:assert/strict";
import test from "node:test";
import { formatCsv, parseCsv } from "./csv.ts";

const cells = (text: string) => {
  const table = parseCsv(text);
  return typeof table === "string" ? table : [table.head, ...table.rows.map((row) => row.cells)];
};

test("tables of spreadsheets are read", () => {
  assert.deepEqual(cells("id,name\r\na,Tea\r\nb,Cup"), [["id", "name"], ["a", "Tea"], ["b", "Cup"]]);
  assert.deepEqual(cells('\uFEFFid;name\na;"Tea; green, ""fine"""\n'), [["id", "name"], ["a", 'Tea; green, "fine"']]);
  assert.deepEqual(cells("id\tname\na\tTea"), [["id", "name"], ["a", "Tea"]]);
  assert.deepEqual(cells("id,name,price\na,Tea\n\n  ,,\nb,Cup,1,2"), [["id", "name", "price"], ["a", "Tea", ""], ["b", "Cup", "1"]]);
  assert.deepEqual(cells('id,name\na,"two\nlines"'), [["id", "name"], ["a", "two\nlines"]]);
  assert.deepEqual(cells('id,name\na,5" screen'), [["id", "name"], ["a", '5" screen']]);
});

test("rows know their line", () => {
  const table = parseCsv('id,name\n\na,"two\nlines"\r\nb,Cup');
  assert.ok(typeof table !== "string");
  assert.deepEqual(table.rows.map((row) => row.line), [3, 5]);
});

test("what is no table is told", () => {
  assert.equal(cells(""), "empty");
  assert.equal(cells("id,name\n"), "empty");
  assert.equal(cells('id,name\na,"open'), "open quote");
  assert.equal(cells(`id\n${"x\n".repeat(5001)}`), "too long");
  assert.equal(cells(`id\n${"x\n".repeat(5000)}`).length, 5001);
});

test("what is written is no formula, and can be read again", () => {
  assert.equal(formatCsv([["=1+1", 'a"b', "x,y"]]), `'=1+1,"a""b","x,y"\r\n`);
  assert.deepEqual(cells(formatCsv([["id", "name"], ["a", 'a "b", c\nd']])), [["id", "name"], ["a", 'a "b", c\nd']]);
});
