import assert from "node:assert/strict";
import test from "node:test";
import { decimal, formatMoney, parseAmount, pieces } from "./money.ts";

test("amounts have the digits of their currency", () => {
  assert.equal(decimal({ amount: 1250, currency: "USD" }), "12.50");
  assert.equal(decimal({ amount: -5, currency: "EUR" }), "-0.05");
  assert.equal(decimal({ amount: 1250, currency: "VND" }), "1250");
  assert.equal(decimal({ amount: 1250, currency: "KWD" }), "1.250");
  assert.equal(formatMoney({ amount: 100_000_000_000_000_1, currency: "USD" }, "en"), "$10,000,000,000,000.01");
  assert.match(formatMoney({ amount: 1250, currency: "VND" }, "vi"), /1\.250\s₫/);
});

test("typed amounts are read in one way or not at all", () => {
  const cases: Array<[string, string, number | undefined]> = [
    ["12.50", "USD", 1250], ["12,5", "EUR", 1250], ["12", "USD", 1200], ["0.01", "USD", 1], [" 1 250.00 ", "USD", 125_000], ["1250", "VND", 1250],
    ["1.250", "KWD", 1250], ["1,250", "KWD", undefined], ["1,250", "USD", undefined], ["1.250", "USD", undefined], ["1.5", "VND", undefined],
    ["", "USD", undefined], ["-1", "USD", undefined], ["1e3", "USD", undefined], ["12.", "USD", undefined], ["99999999999999999", "USD", undefined],
  ];
  for (const [text, currency, expected] of cases) assert.equal(parseAmount(text, currency), expected, `${text} ${currency}`);
});

test("what is shown can be typed again", () => {
  for (const currency of ["USD", "VND", "KWD", "CLF"]) {
    for (const amount of [0, 1, 99, 100, 12_345, 10 ** 15]) assert.equal(parseAmount(decimal({ amount, currency }), currency), amount);
  }
});

test("the parts of a line add up to its total", () => {
  for (const [total, quantity] of [[1000, 3], [999, 7], [10 ** 15, 999]] as const) {
    let sum = 0;
    for (let k = 0; k < quantity; ++k) sum += pieces(total, quantity, k, k + 1);
    assert.equal(sum, total);
  }
});
