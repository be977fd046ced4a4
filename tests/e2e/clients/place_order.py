"""Places an order with the generated client, reads it, and places two that are refused.
place_order URL PRODUCT: prints {"placed", "read", "problems"}."""

import json
import sys
from datetime import datetime

from ordo import ApiClient, ApiException, Configuration, Money, OrderBody, OrdersApi, Problem, StatedLine


def main(url: str, product: str) -> None:
    with ApiClient(Configuration(host=url)) as client:
        orders = OrdersApi(client)

        def place(body: OrderBody):
            return orders.place_order(order_body=body, prefer="wait=30")

        def problem(body: OrderBody) -> Problem:
            try:
                place(body)
            except ApiException as refused:
                assert isinstance(refused.data, Problem), refused
                return refused.data
            raise AssertionError("not refused")

        body = OrderBody(customer_id="ann", lines=[StatedLine(product_id=product, quantity=2)], metadata={"gift": "yes"})
        placed = place(body)
        read = orders.get_order(placed.id)
        problems = [problem(OrderBody(customer_id="ann", lines=[StatedLine(product_id="none", quantity=1)])),
                    problem(body.model_copy(update={"expected_total": Money(amount=1, currency="USD")}))]
        print(json.dumps({"placed": placed.to_dict(), "read": read.to_dict(), "problems": [found.to_dict() for found in problems]},
                         default=datetime.isoformat))


main(*sys.argv[1:])
