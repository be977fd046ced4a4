// What a shop and its operator do beyond single orders: search, many orders at once, tags, keys, the check of the books.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { atRest, launch, openPage, shoot, violations } from "./browser.mjs";
import { Server, until } from "./server.mjs";
import { openShop, place, settled } from "./shop.mjs";

let server, browser, context, page, orders;
before(async () => {
  server = await new Server(["--carrier", "external"]).start();
  orders = await openShop(server);
  browser = await launch();
  context = await browser.newContext({ viewport: { width: 1360, height: 860 }, locale: "en-US", acceptDownloads: true });
  page = await openPage(context);
});
after(async () => {
  await browser?.close();
  await server?.remove();
});

const go = async (path) => {
  await page.goto(server.url + path);
  await atRest(page);
};

test("the palette finds a name without its diacritics, and opens it with Enter", async () => {
  await go("/admin/");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("nguyen");
  await page.waitForSelector("[role=option]:has-text('Nguyễn')");
  await shoot(page, "light-search");
  assert.deepEqual(await violations(page), []);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/admin\/(orders|customers)\/./);
});

test("many orders are cancelled after a preview", async () => {
  const some = [await place(server, { lines: [["linen-towel", 1]] }), await place(server, { lines: [["linen-towel", 1]] })];
  for (const order of some) await settled(server, order.id, "confirmed");
  await go("/admin/orders?product_id=linen-towel&status=confirmed");
  for (const order of some) await page.getByLabel(`Select ${order.id}`).check();
  await page.locator(".bulk-bar").getByRole("button", { name: "Cancel" }).click();
  await page.waitForSelector("dialog tbody tr >> nth=1");
  assert.equal((await server.get(`/v1/orders/${some[0].id}`)).status, "confirmed");
  await shoot(page, "light-bulk");
  await page.locator("dialog").getByRole("button", { name: "Cancel orders" }).click();
  for (const order of some) await settled(server, order.id, "cancelled");
});

test("tags are added, counted and found", async () => {
  await go(`/admin/orders/${orders[7].id}`);
  await page.getByRole("button", { name: "Tags" }).click();
  await page.locator("dialog").getByLabel("Tags").fill("wholesale, call first");
  await page.locator("dialog").getByRole("button", { name: "Save" }).click();
  await page.waitForSelector(".statuses .tag:has-text('call first')");
  await go("/admin/orders?tag=wholesale");
  assert.equal(await page.locator("tbody tr").count(), 1);
  await page.waitForSelector(".tabs a[aria-current] .count:has-text('1')");
});

test("the CSV has exactly the filtered orders", async () => {
  await go("/admin/orders?status=rejected");
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "CSV" }).click()]);
  const { readFileSync } = await import("node:fs");
  const lines = readFileSync(await download.path(), "utf8").trim().split("\n");
  assert.equal(lines.length, 2);
  assert.match(lines[1], /rejected/);
});

test("products come from a file; refused rows say why and can be downloaded", async () => {
  await go("/admin/products");
  await page.getByRole("button", { name: "Import a file" }).click();
  const file = server.file("products.csv", "SKU;Title;Price;Stock\nlamp;Lamp <b>;29.90;3\nkettle;Kettle;1;\nbad;Bad;29.000;\nlong;" + "x".repeat(300) + ";1;\n");
  await page.getByLabel("A CSV file").setInputFiles(file);
  await page.waitForSelector("text=3 products would be sent");
  await page.waitForSelector("td:has-text('The price is no amount, or is unclear')");
  assert.equal((await server.call("GET", "/v1/products/lamp")).status, 404, "nothing is sent before the preview");
  await shoot(page, "light-product-import");
  assert.deepEqual(await violations(page), []);
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await page.waitForSelector("text=1 exist already");
  await page.waitForSelector("text=2 rows refused");
  const lamp = await server.get("/v1/products/lamp");
  assert.deepEqual([lamp.name, lamp.price.amount], ["Lamp <b>", 2990]);
  assert.equal((await server.get("/v1/products/lamp/stock")).on_hand, 3);
  const before = await server.get("/v1/products/kettle");
  assert.notEqual(before.price.amount, 100, "an existing product stays as it was");
  const waiting = page.waitForEvent("download");
  await page.getByRole("button", { name: "Refused rows" }).click();
  const lines = readFileSync(await (await waiting).path(), "utf8").trim().split("\r\n");
  assert.equal(lines.length, 3);
  assert.ok(lines[1].startsWith("bad,Bad,29.000,,"), lines[1]);
  await page.keyboard.press("Escape");
});

test("the home screen has the figures of the day, and each leads to its orders", async () => {
  const order = await place(server, { lines: [["kettle", 1]] });
  await settled(server, order.id, "confirmed");
  const today = new Date().toISOString().slice(0, 10);
  const placed = async () => (await server.get(`/v1/days?from=${today}&to=${today}`)).data.reduce((sum, day) => sum + day.placed.orders, 0);
  const all = (await server.get(`/v1/orders?from=${today}&limit=500`)).data.length;
  await until("the day counts all orders", async () => (await placed()) === all);
  await go("/admin/");
  await page.waitForSelector(`.figure:has-text("Orders placed") .figure-value:text-is("${all}")`);
  await page.locator(".figure:has-text('Orders placed')").click();
  await page.waitForURL(/\/admin\/orders\?from=/);
  await atRest(page);
  await page.waitForSelector(`.tabs a[aria-current] .count:text-is("${all}")`);
});

test("events are read from a time", async () => {
  const order = await place(server, { lines: [["kettle", 1]] });
  await settled(server, order.id, "confirmed");
  const at = (minutes) => new Date(Date.now() + minutes * 60_000).toISOString();
  await go(`/admin/events?from=${at(-1)}&order_id=${order.id}`);
  await page.waitForSelector(".event-list summary:has-text('ordo.order.created.v1')");
  assert.equal((await page.getByLabel(/^Since/).inputValue()).length, "2026-11-30T18:05".length);
  await go(`/admin/events?from=${at(60)}&order_id=${order.id}`);
  await page.waitForSelector(".badge.live:has-text('Live')");
  assert.equal(await page.locator(".event-list").count(), 0);
});

test("the books are checked", async () => {
  await go("/admin/system?tab=check");
  await page.getByRole("button", { name: "Check the books" }).click();
  await page.waitForSelector(".chip.good:has-text('All figures agree')", { timeout: 60_000 });
  await shoot(page, "light-checked");
});

test("the first key closes the server, is shown once, and signs in", async () => {
  await go("/admin/system?tab=keys");
  await page.getByRole("button", { name: "Make a key" }).click();
  const dialog = page.locator("dialog");
  await dialog.getByLabel("Name").fill("owner");
  assert.ok(await dialog.getByRole("button", { name: "Make a key" }).isDisabled());
  await dialog.getByLabel(/every request needs a key/).check();
  await dialog.getByRole("button", { name: "Make a key" }).click();
  const key = await page.locator(".secret code").textContent();
  assert.match(key, /^ordo_/);
  await until("the server is closed", async () => (await fetch(`${server.url}/v1/orders`)).status === 401);
  await go("/admin/orders");
  await page.getByLabel("Key or token").fill(key);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForSelector("tbody tr");
  await page.waitForSelector(".account:has-text('owner')");
  server.key = key;
  assert.deepEqual((await server.get("/v1/keys")).data.map(({ name }) => name), ["owner"]);
});
