#!/usr/bin/env python3
"""Runs a shop's day through the real HTTP API. Orders are placed, paid, shipped and delivered. Some are declined, expire, are
cancelled or returned. The shop's rules price some of them: taxes of two countries, shipping, a coupon that runs out. The server is
killed in the middle. Then everything is counted.

    tools/demo.py --ordo build/release/ordo
    tools/demo.py --ordo build/release/ordo --open    # and then leave the shop open, behind its dashboard

Everything happens in a temporary folder and on a free port of 127.0.0.1. The demo compares ordo's figures with its own sums of
the same files. The exit status is 0 only when all figures agree.
"""

import argparse
import http.client
import json
import random
import shutil
import signal
import sys
import tempfile
import time
import urllib.parse
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import demo_books as books
import demo_prices as prices
from demo_books import Books, Order
from demo_server import Api, Client, DemoFailed, Report, Server, finish

SETTINGS = ["--payment-timeout", "4s", "--gateway-late", "5s", "--dispatch-hold", "1s"]
TROUBLE = {"sim_decline": 60, "sim_timeout": 60, "sim_late": 40, "sim_flaky": 40, "sim_twice": 40, "sim_two_step": 40}
WAITING = 40  # orders that wait for a payment that never comes, when the server is killed
CANCELS = 40  # before the payment, and again after it
REFUNDS = 60
RETURNS = 60  # half of them of orders that the shop's rules priced
REDUCED = 40  # products with the lower tax
PRICED = 80  # orders for each country
COUPONS = 130  # orders that want the coupon
AGREED, CASH, PARTS = 20, 30, 20  # at agreed prices; paid in cash on delivery; with a part that is cancelled
REST_S = 90


class Day:
    def __init__(self, options: argparse.Namespace, folder: Path, server: Server, report: Report):
        self.options, self.folder, self.server, self.report = options, folder, server, report
        self.client, self.api = Client(options.ordo, server, folder), Api(server)
        self.chance = random.Random(options.seed)
        self.products = books.make_catalogue(self.chance)
        self.orders = {order.name: order for order in books.make_orders(self.chance, self.products, options.orders)}
        plenty = [product.id for product in self.products if product.currency == "EUR" and product.stock >= 1000]
        self.reduced = frozenset(plenty[:REDUCED])
        self.turned_away = 0  # orders that were refused because the coupon was used up

    def run(self) -> None:
        self.report.step("Start")
        self.server.start()
        self.report.say(f"ordo serves {self.server.url}; data, files and log are in {self.folder}")
        self.report.say("an unpaid order expires after 4 s; a paid order is dispatched after 1 s")
        books.write_catalogue(self.folder / "catalogue.csv", self.products)
        books.write_orders(self.folder / "orders.ndjson", list(self.orders.values()))

        self.report.step("Catalogue")
        self.client.run("import", "products", str(self.folder / "catalogue.csv"))
        self.report.say(f"{len(self.products)} products imported from CSV, {books.SCARCE} of them scarce; prices in "
                        f"{', '.join(books.DIGITS)}")

        self.report.step("Orders")
        self.import_orders()
        self.wait_until_at_rest()
        self.place("T", TROUBLE)
        self.report.say(f"{sum(TROUBLE.values())} orders with difficult payments placed: {', '.join(TROUBLE)}")
        self.cancel_some()
        self.wait_until_at_rest()

        self.report.step("The shop's own rules")
        self.make_rules()
        self.sell_by_rules()
        self.cancel_parts()
        self.wait_until_at_rest()
        self.collect_cash()
        self.give_some_back()
        self.wait_until_at_rest()
        self.compare(self.read_back())

        self.report.step("ordo check")
        for line in self.client.run("check", "--wait", "10", "--data-dir", str(self.folder / "data")).strip().splitlines():
            self.report.say(line)

        self.report.step("The dashboard")
        if self.options.open:
            self.stay_open()
        else:
            self.report.say("make demo OPEN=1 leaves this shop open, behind its dashboard")
            self.report.say("make serve opens an empty one of your own; look at http://127.0.0.1:8080/admin/")

        self.report.step("Stop")
        self.server.stop()
        self.report.say("stopped on SIGTERM with exit status 0")

    def stay_open(self) -> None:
        """Waits for Ctrl+C or SIGTERM, or the server's end."""
        self.report.say(f"look at {self.server.url}/admin/ and press Ctrl+C here when you have seen it")
        try:
            self.server.wait()
        except KeyboardInterrupt:
            return
        raise DemoFailed(f"ordo serve ended by itself:\n{self.server.log_tail()}")

    # --- what happens ------------------------------------------------------------------------------------------------

    def import_orders(self) -> None:
        """Imports the orders, and kills the server halfway. The import continues by itself."""
        count = len(self.orders)
        began = time.monotonic()
        self.place("W", {"sim_timeout": WAITING})
        process = self.client.begin("import", "orders", str(self.folder / "orders.ndjson"))
        while process.poll() is None and self.accepted() < count // 2:
            time.sleep(0.01)
        crashed = process.poll() is None
        if crashed:
            at = self.accepted()
            self.server.crash()
            self.server.start()
            self.report.say(f"killed the server with SIGKILL after {at:,} orders and started it again; the import continues")
        finish(process, "import orders")
        took = time.monotonic() - began
        self.report.say(f"{count:,} orders imported in {took:.1f} s{', including the crash' if crashed else ''}: "
                        f"{count / took:,.0f} orders/s")

    def place(self, prefix: str, methods: dict[str, int]) -> list[tuple[Order, str]]:
        """Places orders; returns them with their ids."""
        plenty = [product for product in self.products if product.stock >= 1000]
        orders = [order for method, count in methods.items()
                  for order in books.make_orders(self.chance, plenty, count, f"{prefix}-{method or 'plain'}", method)]
        self.orders |= {order.name: order for order in orders}
        with ThreadPoolExecutor(4) as pool:
            placed = list(pool.map(lambda order: self.api.post("/v1/orders", order.body(), Idempotency_Key=order.name)["id"], orders))
        return list(zip(orders, placed))

    def cancel_some(self) -> None:
        for method, when, wanted in (("sim_timeout", "before the payment", "reserved"), ("", "after the payment", "confirmed")):
            cancelled = 0
            for attempt in range(5):  # A cancel that comes too late is repeated with another order.
                for order, placed in self.place(f"C{attempt}", {method: CANCELS - cancelled}):
                    self.wait_for(placed, wanted)
                    status, _ = self.api.request("POST", f"/v1/orders/{placed}/cancel", {"reason": "regret"}, Prefer="wait=20")
                    cancelled += status == 200
                if cancelled == CANCELS:
                    break
            self.report.check(cancelled == CANCELS, f"{cancelled} orders cancelled {when}")

    def make_rules(self) -> None:
        """Tax rates, shipping methods and a promotion. Waits until they price orders."""
        for command in prices.COMMANDS:
            self.client.run(*command)
        for product in self.reduced:
            self.api.patch(f"/v1/products/{product}", {"tax_class": "reduced"})
        carts = [{"customer_id": "probe", "codes": ["TEN"], "lines": [{"product_id": product, "quantity": 1}],
                  "shipping_address": {"name": "P", "line1": "1"} | dict(prices.GERMANY.address)} for product in self.reduced]

        def known(cart: dict) -> bool:
            status, answer = self.api.request("POST", "/v1/quotes", cart)
            if status != 200:
                return False
            quote = json.loads(answer)
            return bool(quote["shipping_choices"]) and quote["tax_summary"][0]["rate_ppm"] == prices.GERMANY.reduced[0]

        deadline = time.monotonic() + REST_S
        while not all(known(cart) for cart in carts):
            if time.monotonic() > deadline:
                raise DemoFailed(f"the shop's rules do not price orders after {REST_S} s")
            time.sleep(0.05)
        self.report.say("Germany: 19 and 7 % in the price, free shipping from 400.00 EUR; New York: 4 and 4.875 % on top, free "
                        "shipping from 500.00 USD")
        self.report.say(f"the coupon TEN takes 10 % off {prices.LIMIT} orders")

    def make_priced(self, place: prices.Place, count: int, prefix: str, **terms: bool) -> list[prices.PricedOrder]:
        return prices.make(self.chance, self.products, self.reduced, place, count, prefix, **terms)

    def place_priced(self, orders: list[prices.PricedOrder]) -> list[tuple[prices.PricedOrder, str]]:
        """Places orders; returns those that were accepted, with their ids."""
        def place(order: prices.PricedOrder) -> str | None:
            status, answer = self.api.request("POST", "/v1/orders", order.body(), Idempotency_Key=order.name)
            if status == 422 and json.loads(answer)["code"] == "promotion_used_up":
                return None
            if status != 201:
                raise DemoFailed(f"POST /v1/orders: {status} {answer[:400].decode(errors='replace')}")
            return json.loads(answer)["id"]

        with ThreadPoolExecutor(4) as pool:
            placed = [(order, id) for order, id in zip(orders, pool.map(place, orders)) if id is not None]
        self.orders |= {order.name: order for order, _ in placed}
        self.turned_away += len(orders) - len(placed)
        return placed

    def sell_by_rules(self) -> None:
        germany, new_york = prices.GERMANY, prices.NEW_YORK
        self.place_priced(self.make_priced(germany, PRICED, "P-de") + self.make_priced(new_york, PRICED, "P-ny"))
        self.report.say(f"{2 * PRICED} orders placed, half for each country")
        self.place_priced(self.make_priced(germany, COUPONS // 2, "P-ten-de", coupon=True) +
                          self.make_priced(new_york, COUPONS - COUPONS // 2, "P-ten-ny", coupon=True))
        self.report.say(f"{COUPONS} orders wanted the coupon; {self.turned_away} were refused at once")
        self.place_priced(self.make_priced(germany, AGREED, "P-agreed", agreed=True))
        self.report.say(f"{AGREED} orders at prices that the sales desk agreed")
        self.cash = self.place_priced(self.make_priced(germany, CASH, "P-cash", cash=True))
        self.report.say(f"{CASH} orders to be paid in cash on delivery, with a fee")

    def cancel_parts(self) -> None:
        """Cancels a piece of an order that is paid and not dispatched. A cancel that comes too late is repeated with another order."""
        done = 0
        for attempt in range(5):
            for order, placed in self.place_priced(self.make_priced(prices.GERMANY, PARTS - done, f"P-part{attempt}")):
                self.wait_for(placed, "confirmed")
                product, _ = order.lines[0]
                self.api.request("POST", f"/v1/orders/{placed}/cancel", {
                    "reason": "one less", "lines": [{"product_id": product.id, "quantity": 1}]}, Prefer="wait=20")
                if self.wait_for_cancel(placed):
                    order.cancelled[product.id] += 1
                    order.give_back(0)
                    done += 1
            if done == PARTS:
                break
        self.report.check(done == PARTS, f"{done} orders went on without a piece that was cancelled and refunded")

    def wait_for_cancel(self, order: str) -> bool:
        """Waits until a cancel is decided; returns whether a part was cancelled."""
        deadline = time.monotonic() + REST_S
        while "cancelling" in (found := self.api.get(f"/v1/orders/{order}")):
            if time.monotonic() > deadline:
                raise DemoFailed(f"the cancel of order {order} is not decided after {REST_S} s")
            time.sleep(0.01)
        return bool(found["cancellations"])

    def collect_cash(self) -> None:
        for order, placed in self.cash:
            self.api.post(f"/v1/orders/{placed}/payments", {
                "amount": {"amount": order.total, "currency": order.currency}, "method": "cash", "reference": order.name},
                Prefer="wait=20", Idempotency_Key=f"cash {order.name}")
        self.report.say(f"{len(self.cash)} drivers brought the cash")

    def wait_for(self, order: str, status: str) -> None:
        deadline = time.monotonic() + REST_S
        while True:
            found = self.api.get(f"/v1/orders/{order}")["status"]
            if found not in books.OPEN or books.OPEN.index(found) >= books.OPEN.index(status):
                return
            if time.monotonic() > deadline:
                raise DemoFailed(f"order {order} is not {status} after {REST_S} s")
            time.sleep(0.002)

    def give_some_back(self) -> None:
        completed = [order for order in self.api.get("/v1/orders?status=completed&limit=500")["data"]
                     if order.get("payment_terms") != "manual"]
        priced = self.chance.sample([order for order in completed if "totals" in order], RETURNS // 2)
        ids = {order["id"] for order in priced}
        others = [order for order in completed if order["id"] not in ids]
        chosen = self.chance.sample(others, REFUNDS + RETURNS - len(priced)) + priced

        def refund(found: dict) -> None:
            order = self.orders[found["reference"]]
            amount = max(1, order.total // 3)
            order.refunds.append(amount)
            self.api.post(f"/v1/orders/{found['id']}/refunds", {
                "amount": {"amount": amount, "currency": order.currency}, "reason": "scratched"}, Prefer="wait=10")

        def give_back(found: dict, restock: bool) -> None:
            order = self.orders[found["reference"]]
            product, _ = order.lines[0]
            order.give_back(0)
            order.returned.append((product.id, 1, restock))
            self.api.post(f"/v1/orders/{found['id']}/returns", {
                "lines": [{"product_id": product.id, "quantity": 1}], "restock": restock, "refund": True, "reason": "too red"},
                Prefer="wait=10")

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(refund, chosen[:REFUNDS]))
            list(pool.map(lambda numbered: give_back(numbered[1], numbered[0] % 2 == 0), enumerate(chosen[REFUNDS:])))
        self.report.say(f"{REFUNDS} orders refunded in part, {RETURNS} returned in part, half of these put back into stock; "
                        f"{len(priced)} of them with their share of tax and discount")

    # --- waiting -----------------------------------------------------------------------------------------------------

    def accepted(self) -> int:
        """Orders accepted since the server's start."""
        return int(self.api.metric("ordo_orders_accepted_total")[0])

    def wait_until_at_rest(self) -> None:
        """Waits until no record is unprocessed, no document waits, no order is open, and all late answers have arrived."""
        began = time.monotonic()
        while not self.at_rest():
            if time.monotonic() > began + REST_S:
                raise DemoFailed(f"orders are still open after {REST_S} s")
            time.sleep(0.05)
        self.report.say(f"all work is done after {time.monotonic() - began:.1f} s more")

    def at_rest(self) -> bool:
        if any(self.api.metric("ordo_processor_lag")) or any(self.api.metric("ordo_errands_waiting")):
            return False
        if any(self.api.get(f"/v1/orders?status={status}&limit=1")["data"] for status in books.OPEN):
            return False
        late = [order for order in self.api.get("/v1/orders?status=expired&payment_status=voided&limit=500")["data"]
                if self.orders[order["reference"]].method == "sim_late"]
        return not late and not any(self.api.metric("ordo_processor_lag"))

    # --- the books ---------------------------------------------------------------------------------------------------

    def read_back(self) -> Books:
        with ThreadPoolExecutor(4) as pool:
            lists = [pool.submit(self.api.all, f"/v1/{name}") for name in ("orders", "payments", "shipments", "customers")]
            levels = pool.map(lambda product: self.api.get(f"/v1/products/{urllib.parse.quote(product.id)}/stock"), self.products)
            return Books(self.products, self.orders, *(each.result() for each in lists),
                         {product.id: level for product, level in zip(self.products, levels)})

    def compare(self, found: Books) -> None:
        self.report.step("How they ended")
        fates = Counter((order["status"], order["payment_status"], order["fulfillment_status"]) for order in found.orders)
        self.report.table([("status", "payment", "fulfillment", "orders")] +
                          [(*fate, count) for fate, count in sorted(fates.items())])
        self.report.step("Do the books balance?")
        books.compare_orders(self.report, found)
        books.compare_fates(self.report, found)
        prices.compare_prices(self.report, found, self.api.get("/v1/promotions/ten"), self.turned_away)
        books.compare_money(self.report, found)
        books.compare_stock(self.report, found)
        books.compare_customers(self.report, found)
        statuses = Counter(order["status"] for order in found.orders)
        self.report.check(all(statuses[status] for status in ("completed", "rejected", "expired", "cancelled")) and
                          statuses["cancelled"] == 2 * CANCELS, "every kind of end occurred")


def main() -> int:
    parser = argparse.ArgumentParser(description="A shop's day through ordo's HTTP API, checked against independent sums.")
    parser.add_argument("--ordo", required=True, help="the program")
    parser.add_argument("--orders", type=int, default=10_000, help="number of orders (default: 10000)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the catalogue and the orders (default: 1)")
    parser.add_argument("--keep", action="store_true", help="keep the folder with data, files and log")
    parser.add_argument("--open", action="store_true", help="leave the shop open behind its dashboard, until Ctrl+C")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    options.ordo = str(Path(options.ordo).resolve())
    report = Report()
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="ordo-demo-"))
    server = Server(options.ordo, folder, SETTINGS)
    try:
        Day(options, folder, server, report).run()
    except (DemoFailed, OSError, KeyError, ValueError, http.client.HTTPException) as error:
        report.check(False, f"{type(error).__name__}: {error}")
    finally:
        server.close()
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"\n{'All figures agree' if not report.failures else 'Some figures differ'}, {time.monotonic() - began:.1f} s in all"
          + (f"; kept {folder}" if options.keep else ""))
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
