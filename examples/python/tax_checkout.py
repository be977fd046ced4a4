#!/usr/bin/env python3
"""Places an order whose tax comes from a tax service, over HTTP alone. Needs no packages.

    ./tax_checkout.py --url http://127.0.0.1:8080 --country DE --line mug=2 --line tea=1

ordo calls no tax service by itself. Ask yours before the order is placed, and state its answer. From then on each record of the order
carries the tax, and no one looks it up again. On a server with keys, the key in ORDO_API_KEY needs the permission orders:price.
"""

import argparse
import json
import os
import urllib.error
import urllib.request
import uuid


def tax_service(country: str, charges: list[dict]) -> dict[str, list[dict]]:
    """A stand-in for your tax service. A real one is sent the address and the net amounts, and answers a rate for each charge. Rates
    are parts per million: 190000 is 19 %. A rate of 0 says why."""
    rates = {"DE": 190_000, "FR": 200_000, "VN": 100_000}
    if country not in rates:
        return {charge["name"]: [{"code": "VAT", "rate_ppm": 0, "reason": "export"}] for charge in charges}
    return {charge["name"]: [{"code": "VAT", "rate_ppm": rates[country]}] for charge in charges}


class Shop:
    def __init__(self, url: str):
        self._url = url

    def post(self, path: str, body: dict, **headers: str) -> dict:
        headers = {"Content-Type": "application/json"} | {name.replace("_", "-"): value for name, value in headers.items()}
        if key := os.environ.get("ORDO_API_KEY"):
            headers["Authorization"] = f"Bearer {key}"
        request = urllib.request.Request(self._url + path, json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            problem = json.load(error)
            raise SystemExit(f"{path}: {problem['code']}: {problem.get('detail')} {problem.get('errors', '')}") from None


def checkout(shop: Shop, cart: dict) -> dict:
    country = cart["shipping_address"]["country"]
    # 1. What the goods cost, after the shop's promotions. An empty list of taxes: the shop's own rates are not wanted.
    untaxed = cart | {"lines": [line | {"tax": []} for line in cart["lines"]]}
    quote = shop.post("/v1/quotes", untaxed)
    choice = next(iter(quote["shipping_choices"]), None)  # Let the buyer choose; this takes the cheapest.

    # 2. The tax of each line and of shipping.
    charges = [{"name": line["id"], "net": line.get("net", line["total"])} for line in quote["lines"]]
    if choice:
        charges.append({"name": "shipping", "net": choice["price"]})
    taxes = tax_service(country, charges)

    # 3. The same cart with its tax. Its total is what the buyer agrees to. ordo computes the amounts and checks every sum.
    taxed = cart | {"lines": [line | {"tax": taxes[priced["id"]]} for line, priced in zip(cart["lines"], quote["lines"])]}
    if choice:
        taxed["shipping"] = [choice | {"tax": taxes["shipping"]}]
    total = shop.post("/v1/quotes", taxed)["total"]

    # 4. The order. The key makes a retry harmless; another total than the agreed one is refused.
    return shop.post("/v1/orders", taxed | {"expected_total": total}, Idempotency_Key=str(uuid.uuid4()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:8080", help="of ordo")
    parser.add_argument("--country", default="DE", help="that the goods are sent to, ISO 3166-1 alpha-2")
    parser.add_argument("--customer", default="ann")
    parser.add_argument("--line", action="append", required=True, metavar="PRODUCT=QUANTITY")
    options = parser.parse_args()
    lines = []
    for text in options.line:
        product, _, quantity = text.rpartition("=")
        lines.append({"product_id": product, "quantity": int(quantity)})
    order = checkout(Shop(options.url), {
        "customer_id": options.customer, "lines": lines,
        "shipping_address": {"name": options.customer, "line1": "Main Street 1", "city": "Town", "country": options.country}})
    print(json.dumps({name: order[name] for name in ("id", "number", "total", "totals", "tax_summary")}, indent=2))


if __name__ == "__main__":
    main()
