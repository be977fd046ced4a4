// What people do with orders.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { atRest, launch, openPage, shoot } from "./browser.mjs";
import { Server, until } from "./server.mjs";
import { openShop, place, settled, ship } from "./shop.mjs";

let server, browser, context, page;
before(async () => {
  server = await new Server(["--carrier", "external"]).start();
  await openShop(server);
  browser = await launch();
  context = await browser.newContext({ viewport: { width: 1360, height: 860 }, locale: "en-US" });
  page = await openPage(context);
});
after(async () => {
  await browser?.close();
  await server?.remove();
});

const open = async (order) => {
  await page.goto(`${server.url}/admin/orders/${order.id}`);
  await atRest(page);
};
// Presses Tab until the element with that text has the focus.
async function tabTo(text) {
  for (let i = 0; i < 40; ++i) {
    if (await page.evaluate((wanted) => document.activeElement?.textContent?.trim() === wanted || document.activeElement?.labels?.[0]?.textContent === wanted, text)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`Tab does not reach ${text}`);
}

test("an order is cancelled with the keyboard alone", async () => {
  const order = await place(server);
  await settled(server, order.id, "confirmed");
  await open(order);
  await page.keyboard.press("c");
  await page.waitForSelector("dialog[open]");
  await tabTo("Remark");
  await page.keyboard.type("ordered twice");
  await tabTo("Cancel the order");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".statuses .chip:has-text('Cancelled')");
  const after = await settled(server, order.id, "cancelled");
  assert.equal(after.status_reason, "ordered twice");
  assert.equal(after.status_reason_code, "staff");
});

test("a part is refunded with the keyboard alone, and not beyond the rest", async () => {
  const order = await place(server, { lines: [["kettle", 1]] });
  await settled(server, order.id, "confirmed");
  await open(order);
  await page.keyboard.press("r");
  await page.waitForSelector("dialog[open]");
  assert.equal(await page.evaluate(() => document.activeElement.value), "89.00");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("90");
  await page.waitForSelector("text=At most 89.00.");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("12.50");
  await tabTo("Reason");
  await page.keyboard.type("a dent");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".rows:has-text('a dent')");
  const { refunds } = await server.get(`/v1/orders/${order.id}`);
  assert.deepEqual(refunds.map(({ amount }) => amount.amount), [1250]);
  await page.waitForSelector(".sum:has-text('Refundable') >> text=$76.50");
});

test("an order is placed by hand, paid, shipped and returned", async () => {
  await page.goto(`${server.url}/admin/`);
  await atRest(page);
  await page.keyboard.press("g");
  await page.keyboard.press("n");
  await page.getByLabel("Find a product").fill("oolong");
  await page.getByRole("button", { name: /Oolong/ }).click();
  await page.getByLabel("Customer id").fill("grace");
  await page.getByLabel("Name", { exact: true }).first().fill("Grace Hopper");
  await page.waitForSelector(".quote:has-text('$24.00')");
  await shoot(page, "light-quote");
  await page.getByRole("button", { name: "Place the order" }).click();
  await page.waitForURL(/orders\/[0-9a-f-]{36}$/);
  const id = page.url().split("/").pop();
  await page.getByRole("button", { name: /Record a payment/ }).click();
  await page.getByRole("button", { name: "Record the payment" }).click();
  await page.waitForSelector(".statuses .chip:has-text('Confirmed')");
  await page.waitForSelector(".parcels li");
  await page.keyboard.press("s");
  await page.getByLabel("Tracking number").fill("1Z999");
  await page.getByRole("button", { name: "Mark as shipped" }).click();
  await page.waitForSelector(".statuses .chip:has-text('Goods: Shipped')");
  await page.getByRole("button", { name: "Delivered" }).click();
  await page.waitForSelector(".statuses .chip:has-text('Completed')");
  await page.keyboard.press("t");
  await page.waitForSelector("dialog form input:focus");
  await page.getByRole("button", { name: "All pieces" }).click();
  await page.getByLabel("Reason").fill("the wrong tea");
  await page.getByRole("button", { name: "Record the return" }).click();
  await page.waitForSelector(".statuses .chip:has-text('Goods: Returned')");
  await page.getByRole("button", { name: "Paid by hand" }).click();
  const done = await until("the refund is paid", async () => {
    const order = await server.get(`/v1/orders/${id}`);
    return order.refunds[0]?.status === "succeeded" && order;
  });
  assert.equal(done.contact.name, "Grace Hopper");
  assert.equal(done.refunded.amount, 2400);
});

test("what others do appears by itself, and a list never moves", async () => {
  await page.goto(`${server.url}/admin/orders`);
  await atRest(page);
  await page.waitForSelector(".badge.live");
  const first = await page.locator("tbody tr").first().textContent();
  const order = await place(server, { lines: [["linen-towel", 3]] });
  await page.waitForSelector("text=1 new, press n");
  assert.equal(await page.locator("tbody tr").first().textContent(), first);
  await page.keyboard.press("n");
  const row = page.locator(`tbody tr:has(a[href="/admin/orders/${order.id}"])`);
  await row.waitFor();
  await row.locator(".chip:has-text('Confirmed')").waitFor();
  await ship(server, order);
  await row.locator(".chip:has-text('Shipped')").waitFor();
  await ship(server, order, "delivered");
  await row.locator(".chip:has-text('Completed')").waitFor();
});

test("j, k and Enter walk through the list; filters stay in the address", async () => {
  await page.goto(`${server.url}/admin/orders?status=rejected`);
  await atRest(page);
  assert.equal(await page.locator("tbody tr").count(), 1);
  await page.keyboard.press("j");
  await page.waitForSelector("tr.cursor");
  await page.keyboard.press("Enter");
  await page.waitForURL(/orders\/[0-9a-f-]{36}$/);
  await page.goBack();
  assert.match(page.url(), /status=rejected$/);
});

test("a stock is counted in place", async () => {
  await page.goto(`${server.url}/admin/products/lamp-desk`);
  await atRest(page);
  const box = page.getByLabel("On hand of lamp-desk (main)");
  await box.fill("31");
  await box.press("Enter");
  await page.waitForSelector(".figure:has-text('On hand') >> text=31");
  assert.equal((await server.get("/v1/products/lamp-desk/stock")).on_hand, 31);
});

test("an order of 1,000 lines is shown in parts", async () => {
  const order = await server.post("/v1/orders", { customer_id: "bulk", lines: Array.from({ length: 1000 }, () => ({ product_id: "linen-towel", quantity: 1 })) });
  await settled(server, order.id, "rejected", "confirmed"); // there may be fewer towels
  await open(order);
  const rows = page.locator("section.card").first().locator("tbody tr");
  assert.equal(await rows.count(), 100);
  await page.getByRole("button", { name: "Show all 1000 lines" }).click();
  await until("all lines", async () => (await rows.count()) === 1000);
});
