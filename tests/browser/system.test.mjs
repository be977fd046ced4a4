// What a shop and its operator do beyond single orders: search, many orders at once, tags, keys, the check of the books.
import assert from "node:assert/strict";
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

// The server's routes decide which tests can run.
let routes;
const needs = async (t, ...wanted) => {
  routes ??= new Set((await server.get("/")).routes);
  const missing = wanted.filter((route) => !routes.has(route));
  if (missing.length) t.skip(`the server has no ${missing}`);
  return missing.length > 0;
};

const go = async (path) => {
  await page.goto(server.url + path);
  await atRest(page);
};

test("the palette finds a name without its diacritics, and opens it with Enter", async (t) => {
  if (await needs(t, "GET /v1/search")) return;
  await go("/admin/");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("nguyen");
  await page.waitForSelector("[role=option]:has-text('Nguyễn')");
  await shoot(page, "light-search");
  assert.deepEqual(await violations(page), []);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/admin\/(orders|customers)\/./);
});

test("many orders are cancelled after a preview", async (t) => {
  if (await needs(t, "POST /v1/orders/bulk")) return;
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

test("tags are added, counted and found", async (t) => {
  if (await needs(t, "POST /v1/orders/{id}/tags", "GET /v1/orders/counts")) return;
  await go(`/admin/orders/${orders[7].id}`);
  await page.getByRole("button", { name: "Tags" }).click();
  await page.locator("dialog").getByLabel("Tags").fill("wholesale, call first");
  await page.locator("dialog").getByRole("button", { name: "Save" }).click();
  await page.waitForSelector(".statuses .tag:has-text('call first')");
  await go("/admin/orders?tag=wholesale");
  assert.equal(await page.locator("tbody tr").count(), 1);
  await page.waitForSelector(".tabs a[aria-current] .count:has-text('1')");
});

test("the CSV has exactly the filtered orders", async (t) => {
  if (await needs(t, "GET /v1/orders/counts")) return;
  await go("/admin/orders?status=rejected");
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "CSV" }).click()]);
  const { readFileSync } = await import("node:fs");
  const lines = readFileSync(await download.path(), "utf8").trim().split("\n");
  assert.equal(lines.length, 2);
  assert.match(lines[1], /rejected/);
});

test("the books are checked", async (t) => {
  if (await needs(t, "POST /v1/checks")) return;
  await go("/admin/system?tab=check");
  await page.getByRole("button", { name: "Check the books" }).click();
  await page.waitForSelector(".chip.good:has-text('All figures agree')", { timeout: 60_000 });
  await shoot(page, "light-checked");
});

test("the first key closes the server, is shown once, and signs in", async (t) => {
  if (await needs(t, "POST /v1/keys", "GET /v1/me")) return;
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
