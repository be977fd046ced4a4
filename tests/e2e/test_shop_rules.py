"""The shop's own rules price orders, in both ways to run ordo: tax rates, shipping methods and promotions are made over HTTP and with
commands; a shop front, whose key may not state prices, orders by them."""

import unittest

from cluster import WORKERS, ClusterCase, start_stack, stop_stack
from harness import AT_REST, DECIDED_S, Answer, Case, Http, check, rebuild, run_ordo, wait_until
from shop import Shop, price

setUpModule, tearDownModule = start_stack, stop_stack

FRONT = "orders:read,orders:write,products:read"  # no orders:price


def eur(amount: int) -> dict:
    return price(amount, "EUR")


def address(country: str, region: str | None = None) -> dict:
    return {"name": "Ann", "line1": "Main Street 1", "city": "Town", "country": country} | ({"region": region} if region else {})


class KeyHttp(Http):
    """A client with a key."""

    def __init__(self, port: int, key: str):
        super().__init__(port)
        self._key = key

    def __call__(self, method: str, path: str, body=None, **headers: str) -> Answer:
        return super().__call__(method, path, body, Authorization=f"Bearer {self._key}", **headers)


class ShopRules:
    """A mix-in. The class gives `ordo`, a server that was not started yet."""

    @classmethod
    def open_shop(cls) -> None:
        """Makes the keys, before the server starts."""
        cls.key = {name: cls.make_key(name, *arguments) for name, arguments in
                   {"owner": ("admin",), "front": ("service", "--scope", FRONT)}.items()}

    @classmethod
    def make_key(cls, name: str, role: str, *more: str) -> str:
        done = run_ordo("key", "create", name, "--role", role, "--config", str(cls.ordo.config), *more, folder=cls.folder)
        if done.returncode != 0:
            raise AssertionError(done.stderr)
        return done.stdout.strip()

    @classmethod
    def furnish(cls) -> None:
        """Fills the shop: goods, and rules for two countries."""
        owner = cls.client("owner")
        shop = Shop(owner)
        shop.add_product("mug", stock=1000, price=eur(2500), weight_g=400)
        shop.add_product("book", stock=1000, price=eur(1500), weight_g=300, tax_class="reduced", category="books")
        shop.add_product("licence", stock=1000, price=eur(700), requires_shipping=False)
        shop.add_product("lamp", stock=1000, price=price(2499), weight_g=900)
        german = {"country": "DE", "code": "VAT", "price_includes_tax": True}
        made = [("/v1/tax-rates", german | {"id": "de", "rate_ppm": 190000, "label": "VAT 19 %", "applies_to_shipping": True}),
                ("/v1/tax-rates", german | {"id": "de-books", "tax_class": "reduced", "rate_ppm": 70000, "label": "VAT 7 %",
                                            "reason": "reduced"}),
                ("/v1/shipping-methods", {"id": "parcel", "name": "Parcel", "countries": ["DE"], "price_includes_tax": True,
                                          "price": {"kind": "by_weight", "steps": [{"up_to": 1000, "amount": eur(490)},
                                                                                   {"amount": eur(990)}]},
                                          "free_from": eur(10000)}),
                ("/v1/promotions", {"id": "more", "label": "Three or more mugs", "code": "MUGS", "conditions":
                                    {"products": ["mug"], "min_items": 3}, "action": {"kind": "percent", "percent_ppm": 200000}}),
                ("/v1/promotions", {"id": "later", "label": "Later", "code": "LATER", "starts": "2100-01-01T00:00:00Z",
                                    "action": {"kind": "free_shipping"}}),
                ("/v1/promotions", {"id": "gone", "label": "Gone", "code": "GONE", "action": {"kind": "free_shipping"}})]
        for path, body in made:
            answer = owner.post(path, body, Prefer="wait=20")
            assert answer.status == 201, str(answer)
        assert owner.post("/v1/promotions/gone/end", "", Prefer="wait=20").status == 200
        new_york = ("--country", "US", "--region", "NY", "--applies-to-shipping", "true")
        for command in (("tax-rates", "add", "ny", *new_york, "--percent", "4", "--label", "New York", "--code", "NY"),
                        ("tax-rates", "add", "nyc", *new_york, "--percent", "4.875", "--label", "New York City", "--code", "NYC"),
                        ("shipping-methods", "add", "ground", "--name", "Ground", "--price", "7.99USD", "--countries", "US"),
                        ("promotions", "add", "spring", "--label", "Spring sale", "--code", "SPRING", "--percent", "10"),
                        ("promotions", "add", "free", "--label", "Free shipping", "--code", "FREESHIP", "--free-shipping")):
            cls.command(*command)
        front = cls.client("front")
        cart = {"customer_id": "first", "lines": [{"product_id": "lamp", "quantity": 1}], "codes": ["FREESHIP"],
                "shipping_address": address("US", "NY")}
        wait_until(lambda: front.post("/v1/quotes", cart).json["shipping_choices"], 30, "the newest rules are known")

    @classmethod
    def command(cls, *arguments: str) -> None:
        """A command of `ordo` as the owner."""
        done = run_ordo(*arguments, folder=cls.folder, env={"ORDO_URL": cls.ordo.url, "ORDO_API_KEY": cls.key["owner"]})
        if done.returncode != 0:
            raise AssertionError(f"{arguments}: {done.returncode}\n{done.stderr}{done.stdout}")

    @classmethod
    def client(cls, who: str) -> KeyHttp:
        client = KeyHttp(cls.ordo.port, cls.key[who])
        cls.addClassCleanup(client.close)
        return client

    def setUp(self):
        self.owner, self.front = self.client("owner"), self.client("front")

    def cart(self, *lines: tuple[str, int], to: dict | None = None, **more) -> dict:
        """A cart for Germany, if it says nothing else."""
        return {"customer_id": self.unique("customer"), "shipping_address": to or address("DE"),
                "lines": [{"product_id": product, "quantity": quantity} for product, quantity in lines]} | more

    def place(self, *lines: tuple[str, int], **more) -> dict:
        """Places an order of the shop front, and waits until it is paid."""
        body = self.cart(*lines, **more)
        placed = self.assertStatus(self.front.post("/v1/orders", body), 201).json
        # Goods that need no shipping are handed over at once.
        found = wait_until(lambda: (now := self.front.get(f"/v1/orders/{placed['id']}").json)["status"] in ("confirmed", "completed")
                           and now, DECIDED_S, "the order is paid")
        for member in ("lines", "shipping", "discounts", "totals", "tax_summary", "total"):
            expected = placed.get(member)
            if member == "lines":  # Their pieces may have moved on.
                self.assertEqual([(line["id"], line["total"]) for line in found[member]],
                                 [(line["id"], line["total"]) for line in expected])
            else:
                self.assertEqual(found.get(member), expected, member)
        payment = wait_until(lambda: self.assertStatus(self.owner.get(f"/v1/payments/{placed['id']}"), 200).json, DECIDED_S,
                             "the payment is there")
        self.assertEqual(payment["amount"], placed["total"])
        return found

    def refused(self, code: str, pointer: str, *lines: tuple[str, int], path: str = "/v1/orders", **more) -> None:
        self.assertProblem(self.front.post(path, self.cart(*lines or (("mug", 1),), **more)), 422, code, pointer)

    # --- orders --------------------------------------------------------------------------------------------------------------

    def test_prices_with_tax(self):
        order = self.place(("book", 1), ("mug", 2), shipping_method="parcel")
        self.assertEqual([line["tax"][0]["rate_ppm"] for line in order["lines"]], [70000, 190000])
        self.assertEqual([line["tax_total"]["amount"] for line in order["lines"]], [98, 798])
        self.assertTrue(all(line["tax"][0]["included"] for line in order["lines"]))
        (parcel,) = order["shipping"]
        self.assertEqual((parcel["method"], parcel["price"], parcel["tax_total"]), ("parcel", eur(990), eur(158)))  # 1,100 g
        self.assertEqual({name: sum["amount"] for name, sum in order["totals"].items()},
                         {"items": 6500, "discounts": 0, "shipping": 990, "fees": 0, "tax": 1054, "tax_included": 1054, "total": 7490})

    def test_taxes_of_a_city_on_top(self):
        order = self.place(("lamp", 1), to=address("US", "NY"), shipping_method="ground")
        self.assertEqual({sum["code"]: sum["amount"]["amount"] for sum in order["tax_summary"]}, {"NY": 132, "NYC": 161})
        self.assertEqual(order["total"], price(2499 + 100 + 122 + 799 + 32 + 39))
        self.assertEqual(order["totals"]["tax_included"], price(0))
        elsewhere = self.place(("lamp", 1), to=address("US", "TX"), shipping_method="ground")
        self.assertEqual(elsewhere["total"], price(2499 + 799))
        self.assertEqual(elsewhere["lines"][0]["tax"][0]["reason"], "not_collecting")

    def test_codes(self):
        order = self.place(("mug", 1), shipping_method="parcel", codes=["spring"])
        (discount,) = order["discounts"]
        self.assertEqual((discount["kind"], discount["promotion_id"], discount["amount"]), ("coupon", "spring", eur(250)))
        self.assertEqual(order["total"], eur(2250 + 490))
        self.assertEqual(self.place(("mug", 1), shipping_method="parcel", codes=["FREESHIP"])["total"], eur(2500))
        # The two do not combine: the one that saves more counts.
        self.assertEqual(self.place(("mug", 1), shipping_method="parcel", codes=["SPRING", "FREESHIP"])["total"], eur(2500))
        self.assertEqual(self.place(("mug", 3), shipping_method="parcel", codes=["MUGS"])["totals"]["discounts"], eur(1500))
        for code, reason in (("NONE", "unknown_code"), ("LATER", "promotion_not_started"), ("GONE", "promotion_ended"),
                             ("MUGS", "promotion_not_applicable")):
            self.refused(reason, "/codes/1", shipping_method="parcel", codes=["SPRING", code])

    def test_shipping(self):
        self.refused("shipping_method_required", "/shipping_method")
        self.refused("unknown_shipping_method", "/shipping_method", shipping_method="train")
        self.refused("shipping_not_available", "/shipping_method", shipping_method="ground")
        self.assertEqual(self.place(("licence", 2))["total"], eur(1400))  # is not sent
        self.assertEqual(self.place(("mug", 4), shipping_method="parcel")["total"], eur(10000))  # free from 100.00
        # 10 % off: the goods are below the sum again.
        self.assertEqual(self.place(("mug", 4), shipping_method="parcel", codes=["SPRING"])["total"], eur(9000 + 990))

    def test_prices_are_stated_with_the_permission_only(self):
        cheap = [{"product_id": "mug", "quantity": 1, "unit_price": eur(1)}]
        free = [{"product_id": "mug", "quantity": 1, "tax": []}]
        for pointer, more in (("/lines/0/unit_price", {"lines": cheap}), ("/lines/0/tax", {"lines": free}),
                              ("/discounts", {"discounts": []}), ("/shipping", {"shipping": []})):
            self.refused("price_not_allowed", pointer, shipping_method="parcel", **more)
            self.refused("price_not_allowed", pointer, path="/v1/quotes", shipping_method="parcel", **more)
        right = [{"product_id": "mug", "quantity": 1, "unit_price": eur(2500)}]
        self.assertEqual(self.place(lines=right, shipping_method="parcel")["total"], eur(2990))
        agreed = self.owner.post("/v1/orders", self.cart(lines=cheap, discounts=[]))
        self.assertEqual(self.assertStatus(agreed, 201).json["total"], eur(1))  # no method: it may state that shipping is free

    def test_quotes(self):
        body = {"country": "AT", "rate_ppm": 200000, "label": "VAT 20 %", "code": "VAT", "price_includes_tax": True}
        self.assertStatus(self.owner.post("/v1/tax-rates", body | {"id": "at"}, Prefer="wait=20"), 201)
        method = {"id": "post", "name": "Post", "countries": ["AT"], "price": {"kind": "flat", "amount": eur(690)}}
        self.assertStatus(self.owner.post("/v1/shipping-methods", method, Prefer="wait=20"), 201)
        cart = self.cart(("mug", 2), to=address("AT"))
        choice = wait_until(lambda: self.front.post("/v1/quotes", cart).json["shipping_choices"], 30, "the method is known")
        self.assertEqual([(each["method"], each["price"]) for each in choice], [("post", eur(690))])
        open_cart = self.assertStatus(self.front.post("/v1/quotes", cart), 200).json
        self.assertEqual((open_cart["total"], open_cart.get("quote")), (eur(5000), None))
        quoted = self.assertStatus(self.front.post("/v1/quotes", cart | {"shipping_method": "post"}), 200).json
        self.assertEqual((quoted["total"], quoted["totals"]["tax"]), (eur(5690), eur(833)))

        self.command("tax-rates", "set", "at", "--percent", "10")
        self.command("shipping-methods", "end", "post")

        def changed():
            now = self.front.post("/v1/quotes", cart).json
            return not now["shipping_choices"] and now["totals"]["tax"] == eur(455)

        wait_until(changed, 30, "the changed rules are known")
        self.assertProblem(self.front.post("/v1/orders", cart | {"shipping_method": "post"}), 422, "unknown_shipping_method",
                           "/shipping_method")
        named = cart | {"quote": quoted["quote"]}
        placed = self.assertStatus(self.front.post("/v1/orders", named), 201).json
        for member in ("totals", "shipping", "tax_summary", "total"):
            self.assertEqual(placed[member], quoted[member], member)
        self.assertProblem(self.front.post("/v1/orders", named | {"customer_id": "another"}), 422, "quote_mismatch", "/quote")
        self.assertProblem(self.front.post("/v1/orders", named | {"codes": ["SPRING"]}), 422, "invalid_fields", "/codes")
        self.assertProblem(self.front.post("/v1/orders", named | {"quote": "none"}), 422, "unknown_quote", "/quote")

    def test_a_rule_that_changed_changes_no_order(self):
        self.command("promotions", "add", "short", "--label", "Short", "--code", "SHORT", "--amount", "5EUR")
        body = self.cart(("mug", 1), shipping_method="parcel", codes=["SHORT"])
        placed = wait_until(lambda: (answer := self.front.post("/v1/orders", body)).status == 201 and answer.json, 30,
                            "the code is known")
        self.command("promotions", "end", "short")
        wait_until(lambda: self.front.post("/v1/orders", body).status == 422, 30, "the code is known to have ended")
        found = self.assertStatus(self.front.get(f"/v1/orders/{placed['id']}"), 200).json
        self.assertEqual((found["total"], found["discounts"]), (eur(2000 + 490), placed["discounts"]))


class EmbeddedShopRules(ShopRules, Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ordo = cls.server("ordo", AT_REST)
        cls.open_shop()
        cls.ordo.start()
        cls.furnish()

    @classmethod
    def tearDownClass(cls):
        check(cls.ordo)
        rebuild(cls.ordo)
        super().tearDownClass()


class ClusterShopRules(ShopRules, ClusterCase):
    processes = {"ordo": ("api", *WORKERS)}

    @classmethod
    def start_all(cls):
        cls.ordo = cls.servers["ordo"]
        cls.open_shop()
        super().start_all()
        cls.furnish()

    @classmethod
    def tearDownClass(cls):
        cls.check()
        rebuild(cls.ordo)
        super().tearDownClass()


if __name__ == "__main__":
    unittest.main()
