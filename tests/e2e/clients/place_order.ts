// Places an order with the generated client, reads it back, and places two that are refused.
// place_order URL PRODUCT: prints {"placed", "read", "problems"}.
import { Configuration, OrdersApi, OrderToJSON, ProblemFromJSON, ResponseError } from "./client";
import type { Order, OrderBody, Problem } from "./client";

declare const process: { argv: string[] };

const [url, product] = process.argv.slice(2) as [string, string];
const orders = new OrdersApi(new Configuration({ basePath: url }));

function place(orderBody: OrderBody): Promise<Order> {
  return orders.placeOrder({ orderBody, prefer: "wait=30" });
}

async function problem(refused: Promise<Order>): Promise<Problem> {
  try {
    await refused;
  } catch (error) {
    if (error instanceof ResponseError) return ProblemFromJSON(await error.response.json());
    throw error;
  }
  throw new Error("not refused");
}

async function main(): Promise<void> {
  const body: OrderBody = { customerId: "ann", lines: [{ productId: product, quantity: 2 }], metadata: { gift: "yes" } };
  const placed = await place(body);
  const read = await orders.getOrder({ id: placed.id });
  const problems = [
    await problem(place({ customerId: "ann", lines: [{ productId: "none", quantity: 1 }] })),
    await problem(place({ ...body, expectedTotal: { amount: 1, currency: "USD" } })),
  ];
  console.log(JSON.stringify({ placed: OrderToJSON(placed), read: OrderToJSON(read), problems }));
}

void main();
