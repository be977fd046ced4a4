import assert from "node:assert/strict";
import test from "node:test";
import { dayOf, formatSpan, formatTime, instantOf, isZone, shiftDay, startOfDay, wallTime } from "./time.ts";

test("a day begins where its zone says", () => {
  assert.equal(startOfDay("2026-11-30", "UTC"), "2026-11-30T00:00:00.000Z");
  assert.equal(startOfDay("2026-11-30", "Europe/Berlin"), "2026-11-29T23:00:00.000Z");
  assert.equal(startOfDay("2026-07-01", "Europe/Berlin"), "2026-06-30T22:00:00.000Z");
  assert.equal(startOfDay("2026-11-30", "Asia/Ho_Chi_Minh"), "2026-11-29T17:00:00.000Z");
  assert.equal(startOfDay("2026-11-30", "Asia/Kathmandu"), "2026-11-29T18:15:00.000Z");
  assert.equal(startOfDay("2026-03-29", "Europe/Berlin"), "2026-03-28T23:00:00.000Z"); // the clocks change later that day
  assert.equal(startOfDay("2018-11-04", "America/Sao_Paulo"), "2018-11-04T03:00:00.000Z"); // that day began at 1:00
});

test("each moment belongs to the day that began before it", () => {
  for (const zone of ["UTC", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Cairo"]) {
    for (let day = "2026-01-01"; day < "2027-01-01"; day = shiftDay(day, 1)) {
      const begin = Date.parse(startOfDay(day, zone));
      assert.equal(dayOf(begin, zone), day, zone);
      assert.equal(dayOf(begin - 1, zone), shiftDay(day, -1), zone);
    }
  }
});

test("times and spans are shown", () => {
  assert.equal(formatTime("2026-11-30T23:30:00Z", "en", "Asia/Tokyo", "short"), "Dec 1, 08:30");
  assert.equal(formatTime("no time", "en", "UTC", "short"), "no time");
  assert.deepEqual([0, 12, 1500, 61_000, 3_600_000, 93_600_000].map(formatSpan), ["0 s", "12 ms", "1 s", "1 min 1 s", "1 h", "1 d 2 h"]);
  assert.ok(isZone("Europe/Berlin") && !isZone("Europe/Atlantis"));
});

test("a moment is typed as the zone's clock shows it", () => {
  assert.equal(wallTime("2026-11-30T23:05:10Z", "Europe/Berlin"), "2026-12-01T00:05");
  assert.equal(wallTime("soon", "UTC"), "");
  assert.equal(instantOf("2026-12-01T00:05", "Europe/Berlin"), "2026-11-30T23:05:00.000Z");
  assert.equal(instantOf("2026-07-01T00:05", "Asia/Kathmandu"), "2026-06-30T18:20:00.000Z");
  assert.equal(instantOf("2026-10-25T02:30", "Europe/Berlin"), "2026-10-25T00:30:00.000Z", "it occurs twice");
  assert.equal(instantOf("2026-10-25T03:30", "Europe/Berlin"), "2026-10-25T02:30:00.000Z");
  assert.equal(instantOf("2026-03-29T03:30", "Europe/Berlin"), "2026-03-29T01:30:00.000Z");
  assert.equal(instantOf("2026-03-29T02:30", "Europe/Berlin"), "2026-03-29T01:30:00.000Z", "it does not occur");
});
