import assert from "node:assert/strict";
import test from "node:test";

Object.assign(globalThis, { location: { pathname: "/admin/", search: "" } });
const { changedQuery, matchPath } = await import("./router.ts");

test("filters stay in the address, in one order", () => {
  const query = new URLSearchParams("status=pending&from=2026-11-01");
  assert.equal(changedQuery(query, { status: "confirmed" }), "?from=2026-11-01&status=confirmed");
  assert.equal(changedQuery(query, { status: null, from: "" }), "");
  assert.equal(changedQuery(query, { customer_id: "Nguyễn A&B" }), "?customer_id=Nguy%E1%BB%85n+A%26B&from=2026-11-01&status=pending");
  assert.equal(query.toString(), "status=pending&from=2026-11-01");
});

test("paths find their screen and its id", () => {
  assert.deepEqual(matchPath("/admin/orders/:id", "/admin/orders/a%3A1"), { id: "a:1" });
  assert.equal(matchPath("/admin/orders/:id", "/admin/orders"), undefined);
  assert.equal(matchPath("/admin/orders/:id", "/admin/orders/%E0%A4"), undefined);
  assert.deepEqual(matchPath("/admin", "/admin"), {});
});
