import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { vietnamese } from "./texts.ts";

const root = process.env.ORDO_WEB ? `${process.env.ORDO_WEB}/src` : fileURLToPath(new URL("..", import.meta.url));
const sources = ["pages", "ui", "state"].flatMap((folder) => readdirSync(`${root}/${folder}`).filter((name) => /^(?!texts).*\.tsx?$/.test(name) && !name.includes(".test.")).map((name) => readFileSync(`${root}/${folder}/${name}`, "utf8"))).join("\n");
const holes = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort().join();

test("each text has a translation with the same holes", () => {
  for (const [english, translated] of Object.entries(vietnamese)) {
    assert.ok(translated.trim(), english);
    assert.equal(holes(translated), holes(english), english);
  }
});

test("each text is used, or is a word of the API", () => {
  const unused = Object.keys(vietnamese).filter((text) => !sources.includes(`"${text}"`) && !/^[A-Z][a-z]*( [a-z]+)*$/.test(text));
  assert.deepEqual(unused, []);
});

test("no text of the dashboard stands outside the table", () => {
  const found = [...sources.matchAll(/>([A-Z][a-z]+ [a-z][^<>{}]*)</g)].map((match) => match[1]);
  assert.deepEqual(found, []);
});
