// From an empty server to an order that was placed, paid, shipped and partly refunded, in the browser alone.
//
// A person needs longer than a program. How long follows from what there is to do, by the keystroke-level model (Card, Moran
// and Newell 1980): 1.35 s to think before an act, 1.1 s to point, 0.2 s to click, 0.28 s for each key of an average typist,
// and 0.4 s to move the hand to the keyboard or back.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { atRest, launch, openPage, shoot } from "./browser.mjs";
import { Server, until } from "./server.mjs";

const CLICK_S = 1.35 + 1.1 + 0.2;
const KEY_S = 0.28;
const HANDS_S = 2 * 0.4;
const MOST_S = 120;
let server, browser, page;
before(async () => {
  server = await new Server(["--carrier", "external"]).start(); // so that people ship
  browser = await launch();
  page = await openPage(await browser.newContext({ viewport: { width: 1360, height: 860 }, locale: "en-US" }));
});
after(async () => {
  await browser?.close();
  await server?.remove();
});

test("a first order takes a person less than two minutes, without a word of documentation", async () => {
  let seconds = 0;
  const click = async (locator) => {
    await locator.click();
    seconds += CLICK_S;
  };
  const type = async (label, text) => {
    const field = page.getByLabel(label, { exact: true }).first();
    await click(field);
    await page.keyboard.press("Control+a");
    await page.keyboard.type(text);
    seconds += HANDS_S + (text.length + 2) * KEY_S;
  };
  const button = (name) => page.getByRole("button", { name, exact: true });

  await page.goto(`${server.url}/admin/`);
  await atRest(page);
  await shoot(page, "light-first-home");
  await click(page.getByRole("link", { name: "Add a product" }));
  await click(page.getByRole("button", { name: "Add a product" }));
  await type("Name", "Red mug");
  await type("Price", "12.50");
  await type("Stock", "10");
  await click(button("Save"));
  await page.waitForURL(/products\/.+/);

  await click(page.getByRole("link", { name: "Orders", exact: true }));
  await click(page.getByRole("link", { name: "New order" }));
  await click(page.getByRole("button", { name: /Red mug/ }));
  await type("Customer id", "ann");
  await page.waitForSelector(".quote:has-text('$12.50')");
  await click(button("Place the order"));
  await page.waitForURL(/orders\/[0-9a-f-]{36}$/);
  const id = page.url().split("/").pop();

  await click(page.getByRole("button", { name: /^Record a payment/ }));
  await click(button("Record the payment"));
  await page.waitForSelector(".parcels li");
  await click(page.getByRole("button", { name: /^Ship/ }).first());
  await click(button("Mark as shipped"));
  await page.waitForSelector(".statuses .chip:has-text('Goods: Shipped')");

  await click(page.getByRole("button", { name: /^Refund/ }).first());
  await type("Amount", "2.50");
  await type("Reason", "a scratch");
  await click(page.locator("dialog").getByRole("button", { name: /^Refund/ }));
  const order = await until("the refund is asked for", async () => {
    const found = await server.get(`/v1/orders/${id}`);
    return found.refunds.length === 1 && found;
  });
  assert.equal(order.captured.amount, 1250);
  assert.equal(order.refunds[0].amount.amount, 250);
  assert.equal(order.fulfillment_status, "shipped");
  console.log(`a first order: ${seconds.toFixed(0)} s by the keystroke-level model`);
  assert.ok(seconds < MOST_S, `${seconds} s`);
});
