#!/usr/bin/env python3
"""A shop's day through the real HTTP API: import a catalogue and orders, crash once, cancel some, and count everything.

    tools/demo.py --ordo build/release/ordo

Everything happens in a temporary folder and on a free port of 127.0.0.1. What ordo says is compared with sums made here from the
same files with whole numbers. The exit status is 0 only when all of it agrees.
"""

import argparse
import csv
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

PRODUCTS = 400
SCARCE = 25  # products with too little stock for their demand
CUSTOMERS = 2_000
CANCELS = 40
DIGITS = {"USD": 2, "EUR": 2, "VND": 0}  # after the decimal point
READY_S = 15
DECIDED_S = 60
COMMAND_S = 120

_ADJECTIVES = "Red Blue Small Large Woollen Wooden Silver Folding Vintage Ceramic".split()
_NOUNS = "Mug Lantern Kettle Blanket Notebook Lamp Basket Teapot Clock Cushion Tray Bottle".split()


class DemoFailed(Exception):
    pass


@dataclass
class Product:
    id: str
    name: str
    price: Decimal
    currency: str
    stock: int

    @property
    def minor_units(self) -> int:
        return int(self.price.scaleb(DIGITS[self.currency]))


@dataclass
class Order:
    name: str
    customer: str
    lines: list  # of (product, quantity)

    @property
    def currency(self) -> str:
        return self.lines[0][0].currency

    @property
    def total(self) -> int:
        return sum(product.minor_units * quantity for product, quantity in self.lines)

    def quantities(self) -> Counter:
        wanted = Counter()
        for product, quantity in self.lines:
            wanted[product.id] += quantity
        return wanted


# --- what is imported --------------------------------------------------------------------------------------------------------


def make_catalogue(chance: random.Random) -> list[Product]:
    products = []
    for i in range(PRODUCTS):
        currency = chance.choices(list(DIGITS), weights=[6, 3, 1])[0]
        price = Decimal(chance.randint(50, 25_000)).scaleb(-2) if DIGITS[currency] else Decimal(chance.randint(10, 900) * 1_000)
        stock = chance.randint(5, 60) if i % (PRODUCTS // SCARCE) == 0 else chance.randint(50_000, 100_000)
        name = f"{chance.choice(_ADJECTIVES)} {chance.choice(_NOUNS)} {i}"
        products.append(Product(f"sku-{i:04}", name, price, currency, stock))
    return products


def make_orders(chance: random.Random, products: list[Product], count: int) -> list[Order]:
    of_currency = defaultdict(list)
    for product in products:
        of_currency[product.currency].append(product)
    orders = []
    for i in range(count):
        choice = of_currency[chance.choices(list(DIGITS), weights=[6, 3, 1])[0]]
        lines = [(chance.choice(choice), chance.randint(1, 5)) for _ in range(chance.choices([1, 2, 3, 6], [50, 30, 15, 5])[0])]
        orders.append(Order(f"D-{i:06}", f"customer-{chance.randrange(CUSTOMERS):04}", lines))
    return orders


def write_catalogue(path: Path, products: list[Product]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["sku", "name", "price", "currency", "stock"])
        out.writerows([p.id, p.name, p.price, p.currency, p.stock] for p in products)


def write_orders(path: Path, orders: list[Order]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for order in orders:
            lines = [{"product_id": product.id, "quantity": quantity} for product, quantity in order.lines]
            json.dump({"order_id": order.name, "customer_id": order.customer, "currency": order.currency, "lines": lines}, file)
            file.write("\n")


# --- ordo --------------------------------------------------------------------------------------------------------------------


class Server:
    """`ordo serve` in `folder`. The port is chosen at the first start and kept."""

    def __init__(self, ordo: str, folder: Path):
        self._ordo = ordo
        self._folder = folder
        self._log = (folder / "server.log").open("ab")
        self._process: subprocess.Popen | None = None
        self._port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        port_file = self._folder / "port"
        port_file.unlink(missing_ok=True)
        self._process = subprocess.Popen(
            [self._ordo, "serve", "--listen", f"127.0.0.1:{self._port}", "--port-file", str(port_file), "--data-dir",
             str(self._folder / "data")], stdout=self._log, stderr=self._log, cwd=self._folder)
        deadline = time.monotonic() + READY_S
        while not self._ready(port_file):
            if self._process.poll() is not None:
                raise DemoFailed(f"ordo serve ended with {self._process.returncode}:\n{self.log_tail()}")
            if time.monotonic() > deadline:
                raise DemoFailed(f"ordo serve is not ready after {READY_S} s:\n{self.log_tail()}")
            time.sleep(0.02)

    def crash(self) -> None:
        self._process.kill()
        self._process.wait(READY_S)

    def stop(self) -> None:
        """SIGTERM, and the exit status must be 0."""
        self._process.send_signal(signal.SIGTERM)
        status = self._process.wait(COMMAND_S)
        if status != 0:
            raise DemoFailed(f"ordo serve ended with {status} on SIGTERM:\n{self.log_tail()}")

    def close(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def get(self, path: str) -> dict:
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return json.load(answer)

    def log_tail(self) -> str:
        return "\n".join((self._folder / "server.log").read_text(errors="replace").splitlines()[-10:])

    def _ready(self, port_file: Path) -> bool:
        try:
            self._port = int(port_file.read_text())
            self.get("/readyz")
            return True
        except (OSError, ValueError):
            return False


class Client:
    """The commands of `ordo`, against a server where they need one."""

    def __init__(self, ordo: str, server: Server, folder: Path):
        self._ordo = ordo
        self._server = server
        self._folder = folder

    def begin(self, *arguments: str) -> subprocess.Popen:
        return subprocess.Popen([self._ordo, *arguments], cwd=self._folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                env=os.environ | {"ORDO_URL": self._server.url})

    def run(self, *arguments: str) -> str:
        return finish(self.begin(*arguments), " ".join(arguments[:2]))


def finish(process: subprocess.Popen, name: str) -> str:
    try:
        out, err = process.communicate(timeout=COMMAND_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise DemoFailed(f"ordo {name} did not end within {COMMAND_S} s") from None
    if process.returncode != 0:
        raise DemoFailed(f"ordo {name} ended with {process.returncode}:\n{err.strip() or out.strip()}")
    return out


# --- what is compared --------------------------------------------------------------------------------------------------------


@dataclass
class Report:
    """Prints as it goes; plain where the output is not a terminal."""

    colours: bool = field(default_factory=lambda: sys.stdout.isatty() and "NO_COLOR" not in os.environ)
    failures: int = 0

    def step(self, text: str) -> None:
        print(f"\n{self._paint('1', text)}", flush=True)

    def say(self, text: str) -> None:
        print(f"  {text}", flush=True)

    def check(self, agrees: bool, text: str) -> None:
        mark = self._paint("32", "ok  ") if agrees else self._paint("31", "FAIL")
        self.failures += not agrees
        print(f"  {mark} {text}", flush=True)

    def _paint(self, code: str, text: str) -> str:
        return f"\033[{code}m{text}\033[0m" if self.colours else text


def major(amount: int, currency: str) -> str:
    return f"{Decimal(amount).scaleb(-DIGITS[currency]):,} {currency}"


def read_back(client: Client) -> list[dict]:
    return [json.loads(line) for line in client.run("orders", "list", "--all", "-o", "ndjson").splitlines()]


def compare_orders(report: Report, expected: dict[str, Order], found: list[dict]) -> None:
    references = Counter(order.get("reference") for order in found)
    twice = sum(1 for times in references.values() if times > 1)
    report.check(references.keys() == expected.keys() and not twice,
                 f"{len(found):,} orders read back: {len(expected.keys() - references.keys())} lost, "
                 f"{len(references.keys() - expected.keys())} unknown, {twice} twice")
    numbers = {order["number"] for order in found}
    report.check(len(numbers) == len(found), f"{len(numbers):,} different order numbers")
    wrong = [order["reference"] for order in found if order["reference"] in expected and not same(expected[order["reference"]], order)]
    report.check(not wrong, f"{len(found) - len(wrong):,} orders have the customer, lines and total of the file"
                 + (f"; not so {', '.join(wrong[:3])}" if wrong else ""))
    for currency in DIGITS:
        ours = sum(order.total for order in expected.values() if order.currency == currency)
        theirs = sum(order["total"]["amount"] for order in found if order["total"]["currency"] == currency)
        report.check(ours == theirs, f"{currency}: {theirs:,} minor units ({major(theirs, currency)}), summed here: {ours:,}")


def same(expected: Order, order: dict) -> bool:
    quantities = Counter()
    for line in order["lines"]:
        quantities[line["product_id"]] += line["quantity"]
    return (order["customer_id"] == expected.customer and quantities == expected.quantities()
            and order["total"] == {"amount": expected.total, "currency": expected.currency})


def compare_stock(report: Report, products: list[Product], expected: dict[str, Order], found: list[dict], server: Server) -> None:
    """No order got what was not there, and none was turned away while all of its lines were."""
    held, taken = Counter(), Counter()  # Now; and before the cancels, which came last.
    for order in found:
        if order["status"] in ("reserved", "cancelled"):
            taken.update(expected[order["reference"]].quantities())
        if order["status"] == "reserved":
            held.update(expected[order["reference"]].quantities())
    stock = {product.id: product.stock for product in products}
    report.check(all(taken[id] <= stock[id] for id in stock), "no product was sold more often than it was there")
    rejected = [expected[order["reference"]] for order in found if order["status"] == "rejected"]
    unjust = [order.name for order in rejected
              if all(quantity <= stock[id] - taken[id] for id, quantity in order.quantities().items())]
    report.check(not unjust, f"each of the {len(rejected):,} rejected orders wants more of a product than was left")

    def level_agrees(product: Product) -> bool:
        level = server.get(f"/v1/products/{product.id}/stock")
        return level["on_hand"] == product.stock and level["reserved"] == held[product.id]

    with ThreadPoolExecutor(4) as pool:
        agreeing = sum(pool.map(level_agrees, products))
    report.check(agreeing == len(products), f"{agreeing} of {len(products)} stock levels hold exactly what the reserved orders need")


# --- the day -----------------------------------------------------------------------------------------------------------------


def samples(server: Server, name: str) -> list[float]:
    """The values of a metric, one for each set of labels."""
    with urllib.request.urlopen(server.url + "/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    values = [float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith((name + " ", name + "{"))]
    if not values:
        raise DemoFailed(f"/metrics does not say {name}")
    return values


def accepted(server: Server) -> int:
    """Orders taken in since the server's start."""
    return int(samples(server, "ordo_orders_accepted_total")[0])


def wait_until_decided(server: Server) -> None:
    deadline = time.monotonic() + DECIDED_S
    while any(samples(server, "ordo_processor_lag")):
        if time.monotonic() > deadline:
            raise DemoFailed(f"orders are still under way after {DECIDED_S} s")
        time.sleep(0.02)


def import_orders(report: Report, client: Client, server: Server, path: Path, count: int) -> None:
    """Imports them, and kills the server half way; the import goes on by itself."""
    began = time.monotonic()
    process = client.begin("import", "orders", str(path))
    while process.poll() is None and accepted(server) < count // 2:
        time.sleep(0.01)
    crashed = process.poll() is None
    if crashed:
        at = accepted(server)
        server.crash()
        server.start()
        report.say(f"killed the server with SIGKILL after {at:,} orders, and started it again; the import goes on")
    finish(process, "import orders")
    wait_until_decided(server)
    took = time.monotonic() - began
    report.say(f"{count:,} orders imported and decided in {took:.1f} s{', the crash included' if crashed else ''}: "
               f"{count / took:,.0f} orders/s")


def cancel_some(report: Report, client: Client, found: list[dict], chance: random.Random) -> None:
    reserved = sorted((order for order in found if order["status"] == "reserved"), key=lambda order: order["reference"])
    chosen = chance.sample(reserved, min(CANCELS, len(reserved)))
    with ThreadPoolExecutor(2) as pool:
        for _ in pool.map(lambda order: client.run("orders", "cancel", order["id"]), chosen):
            pass
    report.say(f"{len(chosen)} reserved orders cancelled")


def run_day(options: argparse.Namespace, folder: Path, server: Server, report: Report) -> None:
    chance = random.Random(options.seed)
    products = make_catalogue(chance)
    orders = make_orders(chance, products, options.orders)
    expected = {order.name: order for order in orders}
    write_catalogue(folder / "catalogue.csv", products)
    write_orders(folder / "orders.ndjson", orders)
    client = Client(options.ordo, server, folder)

    report.step("Start")
    server.start()
    report.say(f"ordo serves {server.url}; data, files and log are in {folder}")

    report.step("Catalogue")
    client.run("import", "products", str(folder / "catalogue.csv"))
    report.say(f"{len(products)} products imported from CSV, {SCARCE} of them scarce, prices in {', '.join(DIGITS)}")

    report.step("Orders")
    import_orders(report, client, server, folder / "orders.ndjson", len(orders))
    cancel_some(report, client, read_back(client), chance)

    report.step("Do the figures agree?")
    found = read_back(client)
    statuses = Counter(order["status"] for order in found)
    report.say("  ".join(f"{status} {count:,}" for status, count in sorted(statuses.items())))
    compare_orders(report, expected, found)
    compare_stock(report, products, expected, found, server)
    report.check(statuses["pending"] == 0 and statuses["cancelled"] == CANCELS,
                 f"{statuses['pending']} orders are undecided, {statuses['cancelled']} cancelled")
    report.check(statuses["rejected"] > 0, "scarce products made ordo reject orders")

    report.step("ordo check")
    out = client.run("check", "--wait", "10", "--data-dir", str(folder / "data"))
    for line in out.strip().splitlines():
        report.say(line)

    report.step("Stop")
    server.stop()
    report.say("stopped on SIGTERM with exit status 0")


def main() -> int:
    parser = argparse.ArgumentParser(description="A shop's day through ordo's HTTP API, checked against independent sums.")
    parser.add_argument("--ordo", required=True, help="the program")
    parser.add_argument("--orders", type=int, default=20_000, help="how many (default: 20000)")
    parser.add_argument("--seed", type=int, default=1, help="of the catalogue and the orders (default: 1)")
    parser.add_argument("--keep", action="store_true", help="keep the folder with data, files and log")
    options = parser.parse_args()
    options.ordo = str(Path(options.ordo).resolve())
    report = Report()
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="ordo-demo-"))
    server = Server(options.ordo, folder)
    try:
        run_day(options, folder, server, report)
    except (DemoFailed, OSError, KeyError, ValueError) as error:
        report.check(False, f"{type(error).__name__}: {error}")
    finally:
        server.close()
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"\n{'All figures agree' if not report.failures else 'Something does not agree'}, {time.monotonic() - began:.1f} s in all"
          + (f"; kept {folder}" if options.keep else ""))
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
