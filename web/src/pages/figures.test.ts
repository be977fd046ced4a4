import assert from "node:assert/strict";
import test from "node:test";
import type { Order } from "../api/schema.ts";
import { canCancel, canRefund, linesOf, priceOf, refundable } from "./order_sums.ts";

const usd = (amount: number) => ({ amount, currency: "USD" });
const line = { id: "1", name: "Mug", quantity: 3, total: usd(1000), shipped: 0, cancelled: 0, lost: 0, returned: 0 };
const order = (more: Partial<Order>): Order =>
  ({ id: "o", status: "confirmed", payment_status: "captured", total: usd(1000), captured: usd(1000), refunded: usd(0), refunds: [], lines: [line], ...more }) as Order;

test("what was asked to be refunded cannot be refunded again", () => {
  const refund = { id: "r", amount: usd(400), reason: "", detail: "", at: "" };
  assert.deepEqual(refundable(order({ refunds: [{ ...refund, status: "requested" }, { ...refund, status: "failed" }] })), usd(600));
  assert.equal(canRefund(order({ refunds: [{ ...refund, amount: usd(1000), status: "succeeded" }] })), false);
  assert.equal(canRefund(order({ payment_terms: "none" })), false);
});

test("only what has not left can be cancelled", () => {
  assert.equal(canCancel(order({})), true);
  assert.equal(canCancel(order({ lines: [{ ...line, shipped: 2, cancelled: 1 }] })), false);
  assert.equal(canCancel(order({ status: "completed" })), false);
});

test("pieces are priced as the server prices them", () => {
  const [first] = linesOf(order({ lines: [{ ...line, cancelled: 1 }] }));
  assert.equal(priceOf(first!, 1), 333);
  assert.equal(priceOf(first!, 2), 667);
});
