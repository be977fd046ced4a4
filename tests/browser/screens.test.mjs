// Every screen: shown without an error, usable without sight or mouse, in both themes, on a small screen.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { atRest, launch, openPage, shoot, violations } from "./browser.mjs";
import { Server } from "./server.mjs";
import { openShop } from "./shop.mjs";

let server, browser, orders;
before(async () => {
  server = await new Server(["--carrier", "external"]).start();
  orders = await openShop(server);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.remove();
});

const screens = () => ({
  home: "/admin/", orders: "/admin/orders", order: `/admin/orders/${orders[2].id}`, "order-new": "/admin/orders/new", slip: `/admin/orders/${orders[8].id}/slip`,
  payments: "/admin/payments", shipments: "/admin/shipments", picklist: "/admin/shipments/picklist", returns: "/admin/returns?fulfillment_status=returned", stock: "/admin/stock",
  products: "/admin/products", product: "/admin/products/mug-red", customers: "/admin/customers", customer: "/admin/customers/hacker", pricing: "/admin/pricing",
  "tax-rates": "/admin/pricing?tab=tax-rates", "shipping-methods": "/admin/pricing?tab=shipping", events: "/admin/events?from=start", dlq: "/admin/dlq", webhooks: "/admin/webhooks", system: "/admin/system",
  books: "/admin/system?tab=check", keys: "/admin/system?tab=keys", audit: "/admin/system?tab=audit", settings: "/admin/system?tab=settings",
});

for (const theme of ["light", "dark"]) {
  test(`every screen has no violation of WCAG 2.2 AA, ${theme}`, async () => {
    const context = await browser.newContext({ colorScheme: theme, viewport: { width: 1360, height: 860 }, locale: "en-US", timezoneId: "Europe/Berlin" });
    const page = await openPage(context);
    for (const [name, path] of Object.entries(screens())) {
      await page.goto(server.url + path);
      await atRest(page);
      await shoot(page, `${theme}-${name}`);
      // The themes differ in their colours alone.
      assert.deepEqual(await violations(page, theme === "dark" ? ["color-contrast"] : undefined), [], `${theme} ${name}`);
      assert.deepEqual(page.failures, [], `${theme} ${name}`);
      assert.equal(await page.evaluate(() => window.hacked), undefined, `text of a customer became markup: ${name}`);
    }
    await context.close();
  });
}

test("dialogs and the palette have none either", async () => {
  const context = await browser.newContext({ viewport: { width: 1360, height: 860 } });
  const page = await openPage(context);
  await page.goto(`${server.url}/admin/orders/${orders[3].id}`);
  await atRest(page);
  for (const [key, name] of [["r", "refund"], ["t", "return"], ["m", "note"], ["Control+k", "palette"], ["?", "keys"]]) {
    await page.locator("main h1").click();
    await page.keyboard.press(key);
    await page.waitForSelector("dialog[open]");
    await shoot(page, `dialog-${name}`);
    assert.deepEqual(await violations(page), [], name);
    await page.keyboard.press("Escape");
    await page.waitForSelector("dialog[open]", { state: "detached" });
  }
  await context.close();
});

// The screens that are wider than the window.
async function tooWide(page, most) {
  const found = [];
  for (const [name, path] of Object.entries(screens())) {
    await page.goto(server.url + path);
    await atRest(page);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    if (width > most) found.push(`${name}: ${width}`);
  }
  return found;
}

test("at 200 % no screen is cut off", async () => {
  // What a browser does with a window of 1360 x 860 at 200 %.
  const context = await browser.newContext({ viewport: { width: 680, height: 430 }, deviceScaleFactor: 2, locale: "en-US" });
  const page = await openPage(context);
  assert.deepEqual(await tooWide(page, 680), []);
  await page.goto(`${server.url}/admin/orders/${orders[3].id}`);
  await atRest(page);
  assert.deepEqual(await violations(page), []);
  await page.keyboard.press("r");
  // The button of a dialog that is higher than the window can be reached.
  const button = page.getByRole("button", { name: "Refund", exact: true });
  await button.scrollIntoViewIfNeeded();
  const { y, height } = await button.boundingBox();
  assert.ok(y >= 0 && y + height <= 430, `the button is at ${y}`);
  await shoot(page, "zoomed-refund");
  await context.close();
});

test("no screen is wider than 320 pixels, and Vietnamese is shown to a browser that prefers it", async () => {
  const context = await browser.newContext({ viewport: { width: 320, height: 640 }, locale: "vi-VN" });
  const page = await openPage(context);
  assert.deepEqual(await tooWide(page, 320), []);
  await page.goto(`${server.url}/admin/orders`);
  await atRest(page);
  await shoot(page, "narrow-orders");
  assert.equal(await page.locator("h1").textContent(), "Đơn hàng");
  assert.deepEqual(await violations(page), []);
  await context.close();
});

test("an order's page needs three requests, and paints at once", async () => {
  const context = await browser.newContext();
  const page = await openPage(context);
  const paints = [];
  for (let i = 0; i < 5; ++i) {
    const asked = [];
    const note = (request) => /\/v1\//.test(request.url()) && asked.push(new URL(request.url()).pathname);
    page.on("request", note);
    await page.goto(`${server.url}/admin/orders/${orders[2].id}`);
    await atRest(page);
    page.off("request", note);
    const own = asked.filter((path) => path !== "/v1/me" && path !== "/v1/events");
    assert.ok(own.length <= 3, own.join());
    paints.push(await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0));
  }
  assert.ok(Math.min(...paints) < 300, `first paint after ${paints.map(Math.round)} ms`);
  await context.close();
});

test("files are compressed, kept for good, and protected", async () => {
  const index = await server.call("GET", "/admin/orders/any");
  assert.equal(index.status, 200);
  assert.equal(index.headers.get("cache-control"), "no-cache");
  assert.match(index.headers.get("content-security-policy"), /default-src 'none'; script-src 'self'; style-src 'self'/);
  assert.equal((await server.call("GET", "/admin/", undefined, { "If-None-Match": index.headers.get("etag") })).status, 304);
  const script = await server.call("GET", /\/admin\/assets\/app-[\w-]+\.js/.exec(index.text)[0]);
  assert.equal(script.headers.get("content-encoding"), "gzip");
  assert.match(script.headers.get("cache-control"), /immutable/);
  assert.equal((await server.call("GET", "/admin/assets/index.html")).status, 404);
  assert.equal((await fetch(`${server.url}/admin`, { redirect: "manual" })).headers.get("location"), "/admin/");
});
