"""The data that tools/demo.py imports, and the same sums computed from the shop's own requests, in whole numbers."""

import csv
import json
import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

PRODUCTS = 400
SCARCE = 25  # products with too little stock for their demand
CUSTOMERS = 2_000
DIGITS = {"USD": 2, "EUR": 2, "VND": 0}  # after the decimal point
OPEN = ("pending", "reserved", "confirmed", "fulfilled")

_ADJECTIVES = "Red Blue Small Large Woollen Wooden Silver Folding Vintage Ceramic".split()
_NOUNS = "Mug Lantern Kettle Blanket Notebook Lamp Basket Teapot Clock Cushion Tray Bottle".split()


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
    method: str = ""  # payment method; it determines the simulated gateway's answer
    refunds: list = field(default_factory=list)  # refunded amounts, in minor units
    returned: list = field(default_factory=list)  # (product id, quantity, whether it was put back into stock)
    cancelled: Counter = field(default_factory=Counter)  # product id -> pieces of an order that went on without them
    given_back: Counter = field(default_factory=Counter)  # index of a line -> pieces that were cancelled or returned

    @property
    def currency(self) -> str:
        return self.lines[0][0].currency

    @property
    def total(self) -> int:
        return sum(self.line_totals())

    def line_totals(self) -> list[int]:
        return [product.minor_units * quantity for product, quantity in self.lines]

    def give_back(self, index: int) -> None:
        """Notes the refund of the next piece of a line. The first k of n pieces are worth total * k / n together, rounded down."""
        total, (_, pieces), before = self.line_totals()[index], self.lines[index], self.given_back[index]
        self.given_back[index] += 1
        self.refunds.append(total * (before + 1) // pieces - total * before // pieces)

    def quantities(self) -> Counter:
        wanted = Counter()
        for product, quantity in self.lines:
            wanted[product.id] += quantity
        return wanted

    def body(self) -> dict:
        lines = [{"product_id": product.id, "quantity": quantity} for product, quantity in self.lines]
        method = {"payment_method": self.method} if self.method else {}
        return {"reference": self.name, "customer_id": self.customer, "currency": self.currency, "lines": lines} | method


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


def make_orders(chance: random.Random, products: list[Product], count: int, prefix: str = "D", method: str = "") -> list[Order]:
    of_currency = defaultdict(list)
    for product in products:
        of_currency[product.currency].append(product)
    orders = []
    for i in range(count):
        choice = of_currency[chance.choices(list(DIGITS), weights=[6, 3, 1])[0]]
        lines = [(chance.choice(choice), chance.randint(1, 5)) for _ in range(chance.choices([1, 2, 3, 6], [50, 30, 15, 5])[0])]
        orders.append(Order(f"{prefix}-{i:06}", f"customer-{chance.randrange(CUSTOMERS):04}", lines, method))
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


# --- what is compared --------------------------------------------------------------------------------------------------------


def major(amount: int, currency: str) -> str:
    return f"{Decimal(amount).scaleb(-DIGITS[currency]):,} {currency}"


@dataclass
class Books:
    """The shop's requests, and ordo's documents."""

    products: list[Product]
    expected: dict[str, Order]  # by reference
    orders: list[dict]
    payments: list[dict]
    shipments: list[dict]
    customers: list[dict]
    levels: dict[str, dict]  # product id -> stock level


def compare_orders(report, books: Books) -> None:
    references = Counter(order.get("reference") for order in books.orders)
    twice = sum(1 for times in references.values() if times > 1)
    expected = books.expected
    report.check(references.keys() == expected.keys() and not twice,
                 f"{len(books.orders):,} orders read back: {len(expected.keys() - references.keys())} lost, "
                 f"{len(references.keys() - expected.keys())} unknown, {twice} twice")
    numbers = {order["number"] for order in books.orders}
    report.check(len(numbers) == len(books.orders), f"{len(numbers):,} different order numbers")
    wrong = [order["reference"] for order in books.orders if not _same(expected[order["reference"]], order)]
    report.check(not wrong, f"{len(books.orders) - len(wrong):,} orders have the customer, lines and total of their request"
                 + (f"; wrong: {', '.join(wrong[:3])}" if wrong else ""))
    waiting = [order["reference"] for order in books.orders if order["status"] in OPEN]
    report.check(not waiting, f"{len(waiting)} orders are open")


def _same(expected: Order, order: dict) -> bool:
    quantities = Counter()
    for line in order["lines"]:
        if "product_id" in line:
            quantities[line["product_id"]] += line["quantity"]
    return (order["customer_id"] == expected.customer and quantities == expected.quantities()
            and order["total"] == {"amount": expected.total, "currency": expected.currency})


def compare_fates(report, books: Books) -> None:
    """The payment method of an order that got its stock determines how it must end."""
    fates = {"": {("completed",)}, "sim_decline": {("rejected", "failed")}, "sim_timeout": {("expired", "voided")},
             "sim_late": {("expired", "refunded")}}
    wrong, counted = [], Counter()
    for order in books.orders:
        expected = books.expected[order["reference"]]
        if order.get("status_reason") == "out_of_stock":
            counted["rejected: out of stock"] += 1
        elif order.get("status_reason") == "promotion_used_up":
            counted["rejected: the coupon was used up"] += 1
            if order["status"] != "rejected" or order["payment_status"] not in ("none", "voided"):
                wrong.append(order["reference"])
        elif order.get("status_reason") == "regret":
            paid = order["payment_status"] == "refunded" and expected.method == ""
            counted["cancelled after the payment, refunded" if paid else "cancelled before the payment"] += 1
            if order["status"] != "cancelled" or not (paid or order["payment_status"] == "voided"):
                wrong.append(order["reference"])
        else:
            found = (order["status"], order["payment_status"])
            allowed = fates.get(expected.method, fates[""])
            if found in (("expired", "voided"), ("expired", "refunded")) and found not in allowed:
                counted["expired because the machine was too slow to pay in time"] += 1
            elif not any(found[:len(fate)] == fate for fate in allowed):
                wrong.append(f"{order['reference']} ({expected.method or 'plain'}: {' '.join(found)})")
    report.check(not wrong, "every order ended as its payment, its stock and its customer require" +
                 (f"; wrong: {', '.join(wrong[:3])}" if wrong else ""))
    for what, count in sorted(counted.items()):
        report.say(f"     {count:,} {what}")


def compare_money(report, books: Books) -> None:
    """Money in = money kept + money refunded. Orders, payments, customers and our own sums must give the same figures."""
    by_orders, by_payments, by_customers, ours = (defaultdict(lambda: [0, 0]) for _ in range(4))
    for order in books.orders:
        expected = books.expected[order["reference"]]
        _add(by_orders[expected.currency], order["captured"]["amount"], order["refunded"]["amount"])
        if order["status"] == "completed":
            _add(ours[expected.currency], expected.total, sum(expected.refunds))
        elif order["payment_status"] == "refunded":
            _add(ours[expected.currency], expected.total, expected.total)
        for payment in order.get("payments", []):  # in cash
            _add(by_payments[expected.currency], payment["amount"]["amount"], 0)
    for payment in books.payments:
        _add(by_payments[payment["amount"]["currency"]], payment["captured"]["amount"], payment["refunded"]["amount"])
    for customer in books.customers:
        for value in customer["value"]:
            _add(by_customers[value["currency"]], value["captured"], value["refunded"])
    report.table([("money", "in", "refunded", "kept")] + [
        (currency, *(major(amount, currency) for amount in (got, back, got - back)))
        for currency, (got, back) in sorted(by_orders.items())])
    for name, sums in (("the payments", by_payments), ("the customers", by_customers), ("our own sums", ours)):
        same = all(sums[currency] == by_orders[currency] for currency in DIGITS)
        report.check(same, f"the money of the orders equals that of {name}"
                     + ("" if same else f": {dict(by_orders)} against {dict(sums)}"))


def _add(sums: list[int], got: int, back: int) -> None:
    sums[0] += got
    sums[1] += back


def compare_stock(report, books: Books) -> None:
    """First stock = present stock + shipped - returned. No stock is reserved for an order that has ended."""
    left, back, broken = Counter(), Counter(), Counter()
    held = Counter()  # at some time, also by orders that expired, were cancelled or came too late for the coupon
    for order in books.orders:
        expected = books.expected[order["reference"]]
        if order.get("status_reason") != "out_of_stock":
            held.update(expected.quantities())
        if order["status"] == "completed":
            left.update(expected.quantities())
            left.subtract(expected.cancelled)
        for product, quantity, restock in expected.returned:
            (back if restock else broken)[product] += quantity
    wrong = []
    for product in books.products:
        level = books.levels[product.id]
        wanted = {"on_hand": product.stock - left[product.id] + back[product.id], "reserved": 0}
        if any(level[name] != figure for name, figure in wanted.items()) or level["on_hand"] < 0:
            wrong.append(f"{product.id}: {level}, expected {wanted}")
    stock = {product.id: product.stock for product in books.products}
    turned_away = [books.expected[order["reference"]] for order in books.orders if order.get("status_reason") == "out_of_stock"]
    unjust = [order.name for order in turned_away
              if all(quantity <= stock[id] - held[id] for id, quantity in order.quantities().items())]
    report.check(turned_away and not unjust, f"each of {len(turned_away):,} rejected orders wanted more of a product than "
                 "was left")
    pieces = [sum(product.stock for product in books.products), sum(left.values()), sum(back.values()),
              sum(level["on_hand"] for level in books.levels.values())]
    report.table([("stock", "at first", "shipped", "returned", "at present"), ("pieces", *pieces)])
    report.check(pieces[0] - pieces[1] + pieces[2] == pieces[3], "stock at first - shipped + returned = stock at present")
    report.check(not wrong, f"the same for each of {len(books.products)} products, and none is reserved any more" +
                 (f"; wrong: {wrong[0]}" if wrong else ""))
    shipped = Counter()
    for shipment in books.shipments:
        if shipment["status"] == "delivered":
            for line in shipment["lines"]:
                shipped[line["product_id"]] += line["quantity"]
    report.check(shipped == left, f"{sum(shipped.values()):,} pieces were delivered in {len(books.shipments):,} shipments")


def compare_customers(report, books: Books) -> None:
    placed, completed = Counter(), Counter()
    for order in books.orders:
        placed[order["customer_id"]] += 1
        completed[order["customer_id"]] += order["status"] == "completed"
    wrong = [customer["id"] for customer in books.customers
             if (customer["orders"]["placed"], customer["orders"]["completed"]) != (placed[customer["id"]], completed[customer["id"]])]
    report.check(not wrong and len(books.customers) == len(placed),
                 f"{len(books.customers):,} customers have the right order counts"
                 + (f"; wrong: {wrong[:3]}" if wrong else ""))
    segments = Counter(customer["segment"] for customer in books.customers)
    report.say("     " + ", ".join(f"{count:,} {segment}" for segment, count in segments.most_common()))
