// A small shop, made over the API.
import { until } from "./server.mjs";

const money = (amount, currency = "USD") => ({ amount, currency });
export const HOSTILE = `<script>window.hacked=1</script><img src=x onerror="window.hacked=1">`;

const PRODUCTS = [
  ["mug-red", "Red mug", 1250, 120, "kitchen"], ["mug-blue", "Blue mug", 1250, 80, "kitchen"], ["plate-large", "Dinner plate, large", 1890, 45, "kitchen"],
  ["tea-oolong", "Oolong tea, 250 g", 2400, 60, "tea"], ["tea-jasmine", "Jasmine tea, 250 g", 1950, 0, "tea"], ["kettle", "Cast iron kettle", 8900, 12, "kitchen"],
  ["lamp-desk", "Desk lamp, brass", 12900, 9, "light"], ["linen-towel", "Linen towel", 1590, 200, "textile"],
];

const PEOPLE = [
  ["ann", "Ann Lee", "ann@example.com", "US", "Portland"], ["minh", "Nguyễn Minh Đỗ", "minh@example.vn", "VN", "Hà Nội"], ["layla", "ليلى حداد", "layla@example.com", "AE", "دبي"],
  ["oskar", "Oskar Brand", "oskar@example.de", "DE", "Leipzig"], ["hacker", HOSTILE, "mallory@example.com", "US", "Springfield"], ["yuki", "山田ゆき 🌸", "yuki@example.jp", "JP", "京都"],
];

export async function place(server, { customer = PEOPLE[0], lines = [["mug-red", 2]], ...more } = {}) {
  const [id, name, email, country, city] = customer;
  return server.post("/v1/orders", {
    customer_id: id, contact: { name, email }, channel: "web", shipping_address: { name, line1: "1 Main Street", city, country, postal_code: "10115" },
    lines: lines.map(([product_id, quantity]) => ({ product_id, quantity })), ...more,
  });
}

export async function settled(server, id, ...statuses) {
  return until(`order ${id} is ${statuses}`, async () => {
    const order = await server.get(`/v1/orders/${id}`);
    return statuses.includes(order.status) && order;
  });
}

export async function ship(server, order, status = "shipped") {
  const shipment = await until("a shipment", async () => (await server.get(`/v1/shipments?order_id=${order.id}`)).data.at(-1));
  await server.post(`/v1/shipments/${encodeURIComponent(shipment.id)}/updates`, { shipment_id: shipment.id, status, carrier: "DHL", tracking: "JD0140600001" });
  return shipment;
}

export async function openShop(server) {
  for (const [id, name, amount, stock, category] of PRODUCTS) await server.post("/v1/products", { id, name, price: money(amount), stock, category });
  await server.post("/v1/promotions", { id: "ten", label: "Ten percent", code: "TEN", action: { kind: "percent", percent_ppm: 100_000 }, usage_limit: 50 });
  await server.post("/v1/tax-rates", { id: "de", country: "DE", rate_ppm: 190_000, label: "VAT 19 %", code: "VAT", price_includes_tax: true });
  await server.post("/v1/shipping-methods", { id: "parcel", name: "Parcel", price: { kind: "flat", amount: money(490) } });
  await until("the rules price carts", async () => {
    const { json } = await server.call("POST", "/v1/quotes", { customer_id: "ann", codes: ["TEN"], lines: [{ product_id: "mug-red", quantity: 1 }] });
    return json?.shipping_choices?.length === 1 && json.discounts?.length === 1;
  });
  const orders = [];
  for (let i = 0; i < 14; ++i) {
    const lines = [[PRODUCTS[i % 4][0], 1 + (i % 3)], ...(i % 2 ? [[PRODUCTS[5 + (i % 3)][0], 1]] : [])];
    orders.push(await place(server, { customer: PEOPLE[i % PEOPLE.length], lines, reference: `web-${1000 + i}`, shipping_method: "parcel", ...(i % 5 === 0 ? { tags: ["gift", "rush"] } : {}), ...(i === 6 ? { payment_terms: "manual" } : {}),
      ...(i % 7 === 3 ? { codes: ["TEN"] } : {}), ...(i === 8 ? { customer_note: "Please ring twice.\nThe bell is quiet." } : {}) }));
  }
  orders.push(await place(server, { customer: PEOPLE[3], lines: [["tea-jasmine", 2]], shipping_method: "parcel" })); // out of stock
  for (const order of orders) await settled(server, order.id, order === orders[6] ? "reserved" : "confirmed", "rejected");
  for (const i of [0, 1, 2, 3, 4]) await ship(server, orders[i]);
  for (const i of [0, 1]) await ship(server, orders[i], "delivered");
  await ship(server, orders[4], "lost");
  await settled(server, orders[0].id, "completed");
  await server.post(`/v1/orders/${orders[2].id}/refunds`, { amount: money(500), reason: "a chipped mug" });
  await server.post(`/v1/orders/${orders[0].id}/returns`, { lines: [{ line_id: "1", quantity: 1 }], restock: true, refund: true, reason: "too red" });
  await server.post(`/v1/orders/${orders[5].id}/cancel`, { reason: "changed their mind", reason_code: "customer" }, { Prefer: "wait=10" });
  await server.post(`/v1/orders/${orders[2].id}/notes`, { text: "Called the customer; a new mug follows." });
  await server.post("/v1/webhooks", { url: "https://hooks.example/ordo", from: "now", types: ["ordo.order.*"] });
  return orders;
}
