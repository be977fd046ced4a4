// A shop with 10,000 orders: lists come in pages, and what is shown stays where it is.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { atRest, launch, openPage } from "./browser.mjs";
import { Server, until } from "./server.mjs";

const ORDERS = 10_000;
const PAGE = 50;
let server, browser, page;
before(async () => {
  server = await new Server(["--carrier", "external"]).start();
  await server.post("/v1/products", { id: "mug", name: "Mug", price: { amount: 1250, currency: "USD" }, stock: ORDERS });
  const orders = Array.from({ length: ORDERS }, (_, i) => JSON.stringify({ customer_id: i % 100 === 0 ? "big" : `c-${i % 500}`, reference: `web-${i}`, lines: [{ product_id: "mug", quantity: 1 }] }));
  await server.run("import", "orders", server.file("orders.ndjson", orders.join("\n")), "--map", "order=reference");
  await until("the orders are decided", async () => (await server.get("/v1/orders/counts?by=status&status=confirmed")).data.some((one) => one.count === ORDERS), 120_000);
  browser = await launch();
  page = await openPage(await browser.newContext({ viewport: { width: 1360, height: 860 }, locale: "en-US" }));
});
after(async () => {
  await browser?.close();
  await server?.remove();
});

const rows = () => page.locator("tbody tr");

test("a page of the list is read at a time", async () => {
  const reads = [];
  page.on("request", (request) => request.url().includes("/v1/orders?") && reads.push(new URL(request.url()).searchParams));
  await page.goto(`${server.url}/admin/orders`);
  await atRest(page);
  assert.equal(await rows().count(), PAGE);
  await page.waitForSelector(".tabs a[aria-current] .count:has-text('10,000')");
  const seen = new Set();
  for (let pages = 2; pages <= 6; ++pages) {
    await page.getByRole("button", { name: "Show more" }).click();
    await page.waitForFunction((count) => document.querySelectorAll("tbody tr").length === count, pages * PAGE);
  }
  for (const link of await page.locator("tbody tr a.strong").all()) seen.add(await link.getAttribute("href"));
  assert.equal(seen.size, 6 * PAGE, "no order is shown twice");
  assert.ok(reads.every((query) => Number(query.get("limit")) <= 100));
});

test("a new order does not move a long list", async () => {
  const before = await rows().nth(280).textContent();
  await page.waitForSelector(".badge.live");
  await server.post("/v1/orders", { customer_id: "new", lines: [{ product_id: "mug", quantity: 1 }] });
  await page.waitForSelector("text=1 new, press n");
  assert.equal(await rows().nth(280).textContent(), before);
  assert.equal(await rows().count(), 6 * PAGE);
});

test("one of them is found by its reference", async () => {
  await page.keyboard.press("/");
  await page.keyboard.type("web-7777");
  await page.waitForSelector("[role=option] .palette-title:has-text('#')");
  await page.keyboard.press("Enter");
  await page.waitForURL(/orders\/[0-9a-f-]{36}$/);
  await page.waitForSelector("text=web-7777");
});

test("all orders of a filter are tagged at once, those that are not shown too", async () => {
  await page.goto(`${server.url}/admin/orders?customer_id=big`);
  await atRest(page);
  assert.equal(await rows().count(), PAGE);
  await page.getByRole("checkbox", { name: "Select all" }).click();
  await page.waitForSelector(".bulk-bar:has-text('50 selected')");
  await page.getByRole("button", { name: "Select all of the filter" }).click();
  await page.waitForSelector(".bulk-bar:has-text('All orders of the filter')");
  await page.getByRole("button", { name: "Tag", exact: true }).click();
  await page.getByLabel("Add tags").fill("recall");
  await page.getByRole("button", { name: "Preview" }).click();
  await page.waitForFunction((count) => document.querySelectorAll("dialog tbody tr").length === count, ORDERS / 100);
  await page.getByRole("button", { name: "Tag orders" }).click();
  await until("they are tagged", async () => (await server.get("/v1/orders?tag=recall&limit=200")).data.length === ORDERS / 100);
  await page.keyboard.press("Escape");
  await page.waitForSelector(".bulk-bar", { state: "detached" });
});

test("a filter with more orders than one change may have says so", async () => {
  await page.goto(`${server.url}/admin/orders?status=confirmed`);
  await atRest(page);
  await page.getByRole("checkbox", { name: "Select all" }).click();
  await page.getByRole("button", { name: "Select all of the filter" }).click();
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  await page.waitForSelector("dialog:has-text('at most 500 orders')");
  assert.ok(await page.getByRole("button", { name: "Cancel orders" }).isDisabled());
  await page.keyboard.press("Escape");
});

test("columns are chosen, and stay chosen", async () => {
  await page.goto(`${server.url}/admin/orders`);
  await atRest(page);
  const heads = () => page.locator("thead th").allTextContents();
  assert.ok(!(await heads()).includes("Reference"));
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("checkbox", { name: "Reference" }).check();
  await page.getByRole("checkbox", { name: "Payment" }).uncheck();
  await page.reload();
  await atRest(page);
  const chosen = await heads();
  assert.ok(chosen.includes("Reference") && !chosen.includes("Payment"), chosen.join());
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("button", { name: "The usual ones" }).click();
  assert.ok(!(await heads()).includes("Reference"));
});
