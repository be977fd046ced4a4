// What can still be done to an order. The server decides; these are the figures that the dialogs begin with. Pure.
import type { Money, Order, OrderLine, Refund } from "../api/schema.ts";
import { minus, pieces } from "../ui/money.ts";

export interface LineState {
  id: string;
  line: OrderLine;
  open: number; // neither shipped nor cancelled
  away: number; // shipped, and neither lost nor returned
  refundable: number; // pieces whose price was not given back
}

export function linesOf(order: Order): LineState[] {
  return order.lines.map((line, i) => ({
    id: line.id ?? String(i + 1),
    line,
    open: Math.max(0, line.quantity - line.shipped - line.cancelled),
    away: Math.max(0, line.shipped - line.lost - line.returned),
    refundable: Math.max(0, line.quantity - line.cancelled - line.returned + (line.unrefunded ?? 0) - (line.refunded ?? 0)),
  }));
}

// What was captured, without the refunds that are made or under way.
export function refundable(order: Order): Money {
  const given = order.refunds.filter((refund) => refund.status !== "failed").reduce((sum, refund) => sum + refund.amount.amount, 0);
  return { amount: Math.max(0, order.captured.amount - given), currency: order.captured.currency };
}

export function pendingRefunds(order: Order): Refund[] {
  return order.refunds.filter((refund) => refund.status === "requested");
}

export function owed(order: Order): Money {
  const left = minus(order.total, order.captured);
  return { ...left, amount: Math.max(0, left.amount) };
}

// The price of the next `count` pieces of a line.
export function priceOf(state: LineState, count: number): number {
  const before = state.line.quantity - state.refundable;
  return pieces(state.line.total.amount, state.line.quantity, before, Math.min(before + count, state.line.quantity));
}

export const isOpen = (order: Order): boolean => ["pending", "reserved", "confirmed"].includes(order.status);
export const canCancel = (order: Order): boolean => !order.imported && isOpen(order) && !order.cancelling && linesOf(order).some(({ open }) => open > 0);
export const canRefund = (order: Order): boolean => order.payment_terms !== "none" && refundable(order).amount > 0;
export const canReturn = (order: Order): boolean => linesOf(order).some(({ away }) => away > 0);
export const canPay = (order: Order): boolean => order.payment_terms === "manual" && !order.imported && ["reserved", "confirmed", "fulfilled", "completed"].includes(order.status) && owed(order).amount > 0;
export const canResend = (order: Order): boolean => !order.imported && linesOf(order).some(({ line }) => line.lost > 0);
export const canEdit = (order: Order): boolean => !order.imported && ["pending", "reserved", "confirmed"].includes(order.status) && !order.redacted_at;
