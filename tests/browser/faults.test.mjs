// What goes wrong: a server that dies, a key that ends, a role that may little, a gap in the events.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { atRest, launch, openPage, shoot } from "./browser.mjs";
import { Server, until } from "./server.mjs";
import { openShop, place, settled, ship } from "./shop.mjs";

let server, browser;
before(async () => {
  server = await new Server(["--carrier", "external"]).start();
  await openShop(server);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.remove();
});

async function openOrder(context) {
  const order = await place(server, { lines: [["kettle", 1]] });
  await settled(server, order.id, "confirmed");
  const page = await openPage(context);
  await page.goto(`${server.url}/admin/orders/${order.id}`);
  await atRest(page);
  return { order, page };
}

test("a refund that is sent while the server dies happens once", async () => {
  const context = await browser.newContext();
  const { order, page } = await openOrder(context);
  await page.keyboard.press("r");
  await page.getByLabel("Amount").fill("10");
  await page.getByLabel("Reason").fill("late");
  // The server takes the request; the answer is lost.
  let lost = false;
  await page.route("**/refunds", async (route) => {
    if (lost) return route.continue();
    lost = true;
    await route.fetch();
    await server.kill();
    await route.abort("connectionreset");
  });
  await page.getByRole("button", { name: "Refund", exact: true }).click();
  await page.waitForSelector("dialog .problem:has-text('The server does not answer.')");
  await page.waitForSelector(".badge.off");
  assert.equal(await page.getByLabel("Reason").inputValue(), "late");
  await shoot(page, "light-server-gone");
  await server.start();
  await page.getByRole("button", { name: "Refund", exact: true }).click();
  await page.waitForSelector("dialog", { state: "detached" });
  await page.waitForSelector(".badge.live, .badge.catching_up");
  await page.waitForSelector(".rows:has-text('late')");
  const { refunds } = await server.get(`/v1/orders/${order.id}`);
  assert.deepEqual(refunds.map(({ amount }) => amount.amount), [1000]);
  await context.close();
});

test("two tabs have one stream, and the other tab takes over", async () => {
  const context = await browser.newContext();
  const streams = new Set();
  context.on("request", (request) => request.url().includes("/v1/events") && streams.add(request));
  const first = await openPage(context);
  await first.goto(`${server.url}/admin/orders`);
  await first.waitForSelector(".badge.live");
  const second = await openPage(context);
  await second.goto(`${server.url}/admin/orders`);
  await second.waitForSelector(".badge.live");
  assert.equal(streams.size, 1);
  await place(server, { lines: [["linen-towel", 1]] });
  for (const page of [first, second]) await page.waitForSelector("text=1 new, press n");
  assert.equal(streams.size, 1);
  await first.close();
  await until("the second tab reads the stream", () => streams.size === 2);
  await second.waitForSelector(".badge.live");
  await place(server, { lines: [["linen-towel", 1]] });
  await second.waitForSelector("text=2 new, press n");
  await context.close();
});

test("after a gap, all that is shown is read again", async () => {
  const context = await browser.newContext();
  const page = await openPage(context);
  let reads = 0;
  page.on("request", (request) => /\/v1\/orders\?/.test(request.url()) && ++reads);
  await page.route("**/v1/events*", (route) => route.fulfill({ status: 200, contentType: "text/event-stream", body: 'id: a.1\nevent: gap\ndata: {"reason":"retention","missing":8}\n\n' }));
  await page.goto(`${server.url}/admin/orders`);
  await until("the list is read again", () => reads >= 2);
  await context.close();
});

test("a document that follows its event late is shown too", async () => {
  const context = await browser.newContext();
  const { order, page } = await openOrder(context);
  const before = await server.get(`/v1/orders/${order.id}`);
  let reads = 0;
  await page.route(`**/v1/orders/${order.id}`, (route) => (++reads <= 2 ? route.fulfill({ json: before }) : route.continue()));
  await ship(server, order);
  await page.waitForSelector(".statuses .chip:has-text('Shipped')");
  await context.close();
});

test("a key signs in; a role that may only read is offered no change; a lost key keeps what was typed", async () => {
  const admin = await server.makeKey("admin", "admin");
  const reader = await server.makeKey("reader", "read-only");
  server.key = admin;
  await until("the server is closed", async () => (await fetch(`${server.url}/v1/orders`)).status === 401);
  const context = await browser.newContext();
  const page = await openPage(context);
  await page.goto(`${server.url}/admin/orders`);
  await page.getByLabel("Key or token").fill("ordo_wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForSelector(".problem");
  await page.getByLabel("Key or token").fill(admin);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForSelector("tbody tr");
  const order = (await server.get("/v1/orders?status=confirmed&limit=1")).data[0];
  await page.goto(`${server.url}/admin/orders/${order.id}`);
  await atRest(page);
  await page.keyboard.press("m");
  await page.getByLabel("Note", { exact: true }).fill("written before the key ended");
  await page.evaluate(() => sessionStorage.setItem("ordo-key", "x"));
  await page.route("**/notes", (route) => route.fulfill({ status: 401, contentType: "application/problem+json", body: '{"status":401,"code":"key_revoked","detail":"the key was revoked"}' }), { times: 1 });
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.waitForSelector("dialog:has-text('Sign in again')");
  await page.getByLabel("Key or token").fill(admin);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForSelector("dialog:has-text('Sign in again')", { state: "detached" });
  assert.equal(await page.getByLabel("Note", { exact: true }).inputValue(), "written before the key ended");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.waitForSelector(".notes:has-text('written before the key ended')");

  const { status } = await server.call("GET", "/v1/me");
  if (status === 200) {
    const other = await browser.newContext();
    const readOnly = await openPage(other);
    await readOnly.goto(`${server.url}/admin/orders/${order.id}`);
    await readOnly.getByLabel("Key or token").fill(reader);
    await readOnly.getByRole("button", { name: "Sign in" }).click();
    await readOnly.waitForSelector(".statuses");
    await atRest(readOnly);
    for (const name of ["Refund", "Cancel", "Note", "Tags", "Ship"]) assert.equal(await readOnly.getByRole("button", { name: new RegExp(`^${name}`) }).count(), 0, name);
    await readOnly.keyboard.press("r");
    assert.equal(await readOnly.locator("dialog[open]").count(), 0);
    await other.close();
  }
  await context.close();
});
