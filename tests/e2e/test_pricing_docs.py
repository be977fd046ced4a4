"""The invoices of docs/pricing.md, sent to a server: each body gives the figures that the page shows, as an order and as a quote."""

import json
import re
import subprocess
import sys
import unittest

from harness import AT_REST, PROJECT, Case, Http, check, rebuild, wait_until
from shop import Shop

BLOCK = re.compile(r"^```json\n(.*?)^```$", re.M | re.S)
# A body that names a quote says which cart it is for. The quote says all that was stated.
OF_CART = ("product_id", "kind", "name", "quantity")
STATED = ("lines", "shipping", "discounts", "tax_rounding", "rounding")


def invoices() -> list[tuple[str, dict, dict]]:
    """Heading, body and answer of each invoice."""
    text = (PROJECT / "docs" / "pricing.md").read_text()
    found = []
    for section in re.split(r"^### ", text, flags=re.M)[1:]:
        body, answer = (json.loads(block) for block in BLOCK.findall(section))
        found.append((section.partition("\n")[0], body, answer))
    return found


def with_quote(body: dict, quote: str) -> dict:
    """The order that names a quote for this cart."""
    lines = [{name: line[name] for name in OF_CART if name in line} for line in body["lines"]]
    return {name: value for name, value in body.items() if name not in STATED} | {"lines": lines, "quote": quote}


class Invoices(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ordo = cls.server("ordo", AT_REST).start()
        cls.http = Http(cls.ordo.port)
        cls.addClassCleanup(cls.http.close)
        shop = Shop(cls.http)
        for _, body, _ in invoices():
            for line in body["lines"]:
                if "product_id" in line:  # The catalogue has a price of its own, so that the stated one is seen to count.
                    shop.add_product(line["product_id"], stock=100, price=line["unit_price"] | {"amount": 77})

    @classmethod
    def tearDownClass(cls):
        check(cls.ordo)
        rebuild(cls.ordo)
        super().tearDownClass()

    def assertShows(self, expected, found, at: str = "") -> None:
        """Every member of `expected` is in `found`. Lists have the same length."""
        if isinstance(expected, dict):
            for name, value in expected.items():
                self.assertIn(name, found, at)
                self.assertShows(value, found[name], f"{at}/{name}")
        elif isinstance(expected, list):
            self.assertEqual(len(expected), len(found), at)
            for index, value in enumerate(expected):
                self.assertShows(value, found[index], f"{at}/{index}")
        else:
            self.assertEqual(expected, found, at)

    def place(self, body: dict) -> dict:
        """Places an order; returns it as it is stored once its stock is reserved."""
        placed = self.assertStatus(self.http.post("/v1/orders", body, Prefer="wait=20"), 201).json
        return self.assertStatus(self.http.get(f"/v1/orders/{placed['id']}"), 200).json

    def test_the_page_has_the_four_invoices(self):
        self.assertEqual([len(body["lines"]) for _, body, _ in invoices()], [2, 2, 2, 2])
        self.assertEqual(len(BLOCK.findall((PROJECT / "docs" / "pricing.md").read_text())), 8)

    def test_the_answer_has_the_figures_of_the_page(self):
        for name, body, answer in invoices():
            with self.subTest(invoice=name):
                first = self.assertStatus(self.http.post("/v1/orders", body), 201).json
                self.assertShows(answer, first)
                self.assertShows(answer, self.place(body))
                self.assertStatus(self.http.post("/v1/orders", body | {"expected_total": answer["total"]}), 201)
                less = answer["total"] | {"amount": answer["total"]["amount"] - 1}
                self.assertProblem(self.http.post("/v1/orders", body | {"expected_total": less}), 422, "total_mismatch",
                                   "/expected_total")

    def test_an_order_with_a_quote_has_the_quotes_figures(self):
        quotes = []
        for name, body, answer in invoices():
            quote = self.assertStatus(self.http.post("/v1/quotes", body), 200).json
            self.assertShows(answer, quote)
            quotes.append((name, with_quote(body, quote["quote"]), answer))
        # Neither another price nor another rule changes a quote that was made.
        for product in {line["product_id"]: line for _, body, _ in invoices() for line in body["lines"] if "product_id" in line}.values():
            changed = self.http("PATCH", f"/v1/products/{product['product_id']}", {"price": product["unit_price"] | {"amount": 99}})
            self.assertStatus(changed, 200)
        rule = {"id": "half", "label": "Half", "action": {"kind": "percent", "percent_ppm": 500000}}
        self.assertStatus(self.http.post("/v1/promotions", rule, Prefer="wait=20"), 201)
        for name, body, answer in quotes:
            with self.subTest(invoice=name):
                self.assertShows(answer, self.place(body))
                more = body | {"lines": [line | {"quantity": line["quantity"] + 1} for line in body["lines"]]}
                self.assertProblem(self.http.post("/v1/orders", more), 422, "quote_mismatch", "/quote")
        self.assertStatus(self.http.post("/v1/promotions/half/end", "", Prefer="wait=20"), 200)


class TaxExample(Case):
    """examples/python/tax_checkout.py against a server with rules of its own."""

    def test_an_order_has_the_tax_of_the_tax_service(self):
        ordo = self.server("ordo", AT_REST).start()
        http = Http(ordo.port)
        self.addCleanup(http.close)
        shop = Shop(http)
        for product, amount in (("mug", 2500), ("tea", 999)):
            shop.add_product(product, stock=100, price={"amount": amount, "currency": "EUR"})
        for path, body in (("/v1/tax-rates", {"id": "de", "country": "DE", "rate_ppm": 70000, "label": "Wrong", "code": "WRONG"}),
                           ("/v1/shipping-methods", {"id": "parcel", "name": "Parcel", "price": {
                               "kind": "flat", "amount": {"amount": 490, "currency": "EUR"}}}),
                           ("/v1/promotions", {"id": "ten", "label": "Ten", "action": {"kind": "percent", "percent_ppm": 100000}})):
            self.assertStatus(http.post(path, body, Prefer="wait=20"), 201)
        cart = {"customer_id": "ann", "lines": [{"product_id": "tea", "quantity": 1}]}
        wait_until(lambda: (quote := http.post("/v1/quotes", cart).json)["discounts"] and quote["shipping_choices"], 30,
                   "the rules are known")
        # 10 % off; then 19 % of 45.00, of 8.99 and of the shipping.
        for country, tax in (("DE", 855 + 171 + 93), ("US", 0)):
            done = subprocess.run([sys.executable, "-B", str(PROJECT / "examples" / "python" / "tax_checkout.py"), "--url", ordo.url,
                                   "--country", country, "--line", "mug=2", "--line", "tea=1"], capture_output=True, text=True,
                                  timeout=60)
            self.assertEqual(done.returncode, 0, done.stderr)
            order = json.loads(done.stdout)
            self.assertEqual({name: sum["amount"] for name, sum in order["totals"].items()},
                             {"items": 5999, "discounts": 600, "shipping": 490, "fees": 0, "tax": tax, "tax_included": 0,
                              "total": 5399 + 490 + tax})
            self.assertEqual({sum["code"] for sum in order["tax_summary"]}, {"VAT"})
        check(ordo)


if __name__ == "__main__":
    unittest.main()
