"""The rules by which the shop of tools/demo.py sets prices, and the same prices computed without ordo, in whole numbers."""

import random
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property

from demo_books import Books, Order, Product, major

WHOLE = 1_000_000  # 100 % in parts per million
LIMIT = 100  # orders that can use the coupon
OFF = 100_000  # 10 %
FEE = 200  # for cash on delivery, in cents
ENDED = ("rejected", "expired", "cancelled")


@dataclass(frozen=True)
class Place:
    """A country: its taxes, and what the shop charges for shipping there. Goods of the class `reduced` have a tax of their own."""

    name: str
    address: tuple
    currency: str
    included: bool  # prices have the tax in them
    taxes: tuple  # parts per million
    reduced: tuple
    method: str
    shipping: int
    free_from: int


GERMANY = Place("Germany", (("country", "DE"), ("city", "Berlin"), ("postal_code", "10115")), "EUR", True, (190_000,), (70_000,),
                "parcel", 490, 40_000)
NEW_YORK = Place("New York", (("country", "US"), ("region", "NY"), ("city", "New York"), ("postal_code", "10001")), "USD", False,
                 (40_000, 48_750), (40_000, 48_750), "ground", 799, 50_000)

COMMANDS = [
    ("tax-rates", "add", "de", "--country", "DE", "--percent", "19", "--label", "VAT 19 %", "--code", "VAT",
     "--price-includes-tax", "true", "--applies-to-shipping", "true"),
    ("tax-rates", "add", "de-reduced", "--country", "DE", "--tax-class", "reduced", "--percent", "7", "--label", "VAT 7 %",
     "--code", "VAT", "--reason", "reduced", "--price-includes-tax", "true"),
    ("tax-rates", "add", "ny", "--country", "US", "--region", "NY", "--percent", "4", "--label", "New York", "--code", "NY",
     "--applies-to-shipping", "true"),
    ("tax-rates", "add", "nyc", "--country", "US", "--region", "NY", "--percent", "4.875", "--label", "New York City",
     "--code", "NYC", "--applies-to-shipping", "true"),
    ("shipping-methods", "add", "parcel", "--name", "Parcel", "--countries", "DE", "--price", "4.90EUR", "--free-from", "400EUR",
     "--price-includes-tax", "true"),
    ("shipping-methods", "add", "ground", "--name", "Ground", "--countries", "US", "--price", "7.99USD", "--free-from", "500USD"),
    ("promotions", "add", "ten", "--label", "Ten percent", "--code", "TEN", "--percent", "10", "--usage-limit", str(LIMIT)),
]


# --- arithmetic ----------------------------------------------------------------------------------------------------------------


def rounded(numerator: int, denominator: int) -> int:
    """Half a unit is rounded up."""
    return (2 * numerator + denominator) // (2 * denominator)


def split(total: int, weights: list[int]) -> list[int]:
    """Shares by largest remainder; on a tie, the first."""
    whole = sum(weights)
    if total == 0:
        return [0] * len(weights)
    shares = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in by_remainder[:total - sum(shares)]:
        shares[i] += 1
    return shares


@dataclass
class Charge:
    """A line or the shipping of an invoice."""

    price: int
    discount: int
    tax: int
    total: int


def charge(price: int, discount: int, taxes: tuple, included: bool) -> Charge:
    left = price - discount
    if included:
        return Charge(price, discount, left - rounded(left * WHOLE, WHOLE + sum(taxes)), left)
    tax = sum(rounded(left * rate, WHOLE) for rate in taxes)
    return Charge(price, discount, tax, left + tax)


@dataclass
class Invoice:
    lines: list[Charge]  # then the fee, if there is one
    fee: int
    shipping: Charge

    @property
    def charges(self) -> list[Charge]:
        return [*self.lines, self.shipping]

    def totals(self, included: bool) -> dict[str, int]:
        tax = sum(each.tax for each in self.charges)
        return {"items": sum(line.price for line in self.lines) - self.fee, "discounts": sum(each.discount for each in self.charges),
                "shipping": self.shipping.price, "fees": self.fee, "tax": tax, "tax_included": tax if included else 0,
                "total": sum(each.total for each in self.charges)}


# --- orders --------------------------------------------------------------------------------------------------------------------


@dataclass
class PricedOrder(Order):
    """An order that the shop's rules price."""

    place: Place = GERMANY
    reduced: frozenset = frozenset()  # ids of the products that have this tax class
    coupon: bool = False
    agreed: bool = False  # the sales desk takes a tenth off each piece
    cash: bool = False  # paid to the driver, who takes a fee

    def price_of(self, product: Product) -> int:
        return product.minor_units * 9 // 10 if self.agreed else product.minor_units

    @cached_property
    def invoice(self) -> Invoice:
        place = self.place
        goods = [self.price_of(product) * quantity for product, quantity in self.lines]
        off = split(rounded(sum(goods) * OFF, WHOLE), goods) if self.coupon else [0] * len(goods)
        lines = [charge(price, discount, place.reduced if product.id in self.reduced else place.taxes, place.included)
                 for price, discount, (product, _) in zip(goods, off, self.lines)]
        fee = FEE if self.cash else 0
        if fee:
            lines.append(charge(fee, 0, place.taxes, place.included))
        free = sum(goods) - sum(off) >= place.free_from
        return Invoice(lines, fee, charge(0 if free else place.shipping, 0, place.taxes, place.included))

    @property
    def total(self) -> int:
        return sum(each.total for each in self.invoice.charges)

    def line_totals(self) -> list[int]:
        return [line.total for line in self.invoice.lines]

    def body(self) -> dict:
        body = super().body()
        if self.agreed:
            for line, (product, _) in zip(body["lines"], self.lines):
                line["unit_price"] = {"amount": self.price_of(product), "currency": self.currency}
                line["list_price"] = {"amount": product.minor_units, "currency": self.currency}
        if self.cash:
            body["lines"].append({"kind": "fee", "name": "Cash on delivery", "quantity": 1,
                                  "unit_price": {"amount": FEE, "currency": self.currency}})
            body |= {"payment_terms": "manual", "ship_before_payment": True}
        if self.coupon:
            body["codes"] = ["ten"]
        address = {"name": self.customer, "line1": "1 Main Street"} | dict(self.place.address)
        return body | {"shipping_address": address, "shipping_method": self.place.method}


def make(chance: random.Random, products: list[Product], reduced: frozenset, place: Place, count: int, prefix: str,
         **terms: bool) -> list[PricedOrder]:
    """Orders of different products, the first with at least two pieces."""
    choice = [product for product in products if product.currency == place.currency and product.stock >= 1000]
    orders = []
    for i in range(count):
        lines = [(product, chance.randint(2 if n == 0 else 1, 4)) for n, product in
                 enumerate(chance.sample(choice, chance.choice([1, 1, 2, 3])))]
        orders.append(PricedOrder(f"{prefix}-{i:04}", f"customer-{chance.randrange(2_000):04}", lines, place=place, reduced=reduced,
                                  **terms))
    return orders


# --- the books -----------------------------------------------------------------------------------------------------------------


def _same_figures(expected: PricedOrder, order: dict) -> bool:
    invoice = expected.invoice
    found = [Charge(_price(line), _discounts(line), line["tax_total"]["amount"], line["total"]["amount"]) for line in order["lines"]]
    (shipping,) = order["shipping"]
    return (found == invoice.lines
            and Charge(shipping["price"]["amount"], _discounts(shipping), shipping["tax_total"]["amount"],
                       shipping["total"]["amount"]) == invoice.shipping
            and {name: money["amount"] for name, money in order["totals"].items()} == invoice.totals(expected.place.included)
            and sum(each["amount"]["amount"] for each in order["tax_summary"]) == sum(each.tax for each in invoice.charges))


def _price(line: dict) -> int:
    return line["unit_price"]["amount"] * line["quantity"]


def _discounts(charged: dict) -> int:
    return sum(share["amount"]["amount"] for share in charged.get("discounts", []))


def compare_prices(report, books: Books, promotion: dict, turned_away: int) -> None:
    """The figures of each order that the rules priced, and how often the coupon was used. `turned_away`: orders that were refused
    at once because the coupon was used up."""
    orders = [(books.expected[order["reference"]], order) for order in books.orders]
    priced = [(expected, order) for expected, order in orders if isinstance(expected, PricedOrder)]
    wrong = [expected.name for expected, order in priced if not _same_figures(expected, order)]
    sums: dict[Place, Counter] = defaultdict(Counter)
    for expected, order in priced:
        sums[expected.place].update({name: money["amount"] for name, money in order["totals"].items()} | {"orders": 1})
    names = ("items", "discounts", "shipping", "fees", "tax", "total")
    report.table([("priced by rules", "orders", *names)] + [
        (f"{place.name}, tax {'included' if place.included else 'on top'}", found["orders"],
         *(major(found[name], place.currency) for name in names))
        for place, found in sorted(sums.items(), key=lambda item: item[0].name)])
    report.check(not wrong, f"{len(priced) - len(wrong):,} of these orders have each discount, tax and total of our own sums"
                 + (f"; wrong: {', '.join(wrong[:3])}" if wrong else ""))
    free = sum(expected.invoice.shipping.price == 0 for expected, _ in priced)
    report.check(0 < free < len(priced), f"{free:,} of them were sent for nothing, as their goods are worth enough")
    rejected = sum(order.get("status_reason") == "promotion_used_up" for _, order in priced)
    holders = sum(expected.coupon and order["status"] not in ENDED for expected, order in priced)
    report.check(holders <= LIMIT and rejected + turned_away > 0 and promotion["used"] == holders,
                 f"the coupon has {holders} uses of {LIMIT}, and the promotion says {promotion['used']}; {rejected + turned_away} "
                 "orders came too late for it")
