"""Compares the journals of the clients with the documents and the topic, when all work is done.

`compare` is a pure function; each finding is a sentence. Money and quantities are whole numbers.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from journal import Request

AT_REST = ("confirmed", "rejected", "cancelled")
HOLDING = ("confirmed",)


@dataclass
class World:
    """The state of the system. Orders, levels and customers are as the API shows them."""

    orders: list[dict] = field(default_factory=list)
    levels: dict[str, dict] = field(default_factory=dict)  # product -> its stock
    counted: dict[str, int] = field(default_factory=dict)  # product -> its stock at creation
    customers: dict[str, dict] = field(default_factory=dict)
    created: list[dict] | None = None  # values of order_created, in any order; None: not read
    letters: list[dict] | None = None  # dead letters as the API lists them; None: not read


@dataclass
class Findings:
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    oversold: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)

    @property
    def all(self) -> list[str]:
        return [f"{kind}: {text}" for kind, texts in (("lost", self.lost), ("doubled", self.doubled),
                                                      ("oversold", self.oversold), ("wrong", self.other)) for text in texts]


def compare(requests: list[Request], world: World) -> Findings:
    findings = Findings()
    by_op: dict[str, list[Request]] = defaultdict(list)
    for request in requests:
        by_op[request.op].append(request)
    _compare_orders(by_op["order"], by_op["foreign"], world, findings)
    _compare_cancels(by_op["cancel"], by_op["order"], world, findings)
    _compare_refunds(by_op["refund"], world, findings)
    _compare_stock(by_op["adjust"], by_op["count"], world, findings)
    _compare_customers(world, findings)
    if world.created is not None:
        _compare_topic(by_op["order"], world.created, findings)
    if world.letters is not None:
        _compare_letters(by_op["intrusion"], world.letters, findings)
    return findings


# --- orders ----------------------------------------------------------------------------------------------------------


def _compare_orders(orders: list[Request], foreign: list[Request], world: World, findings: Findings) -> None:
    for what in ("id", "number"):
        for value, count in Counter(order[what] for order in world.orders).items():
            if count > 1:
                findings.doubled.append(f"{count} orders have the {what} {value}")
    by_reference = _grouped(world.orders, "reference")
    by_customer = _grouped(world.orders, "customer_id")
    by_id = _grouped(world.orders, "id")
    known: set[str] = set()
    for request in orders:
        _compare_one(request, by_reference.get(request.name, []), findings)
        known |= {order["id"] for order in by_reference.get(request.name, [])}
    for request in foreign:
        wanted = request.sent.get("id")
        there = by_id.get(wanted, []) if wanted else by_customer.get(request.sent["customer"], [])
        _compare_one(request, there, findings)
        known |= {order["id"] for order in there}
    for order in world.orders:
        if order["id"] not in known:
            findings.other.append(f"no client placed order {order['id']} ({order.get('reference')})")
        if order["status"] not in AT_REST:
            findings.other.append(f"order {order['id']} is still {order['status']}")


def _compare_one(request: Request, there: list[dict], findings: Findings) -> None:
    who = f"{request.op} {request.name}"
    if len(there) > 1:
        findings.doubled.append(f"{who} exists as {' and '.join(order['id'] for order in there)}")
    told = {ack["id"] for ack in request.acks if "id" in ack}
    if len(told) > 1:
        findings.doubled.append(f"{who} was acknowledged as {' and '.join(sorted(told))}")
    if request.outcome == "refused" and there:
        findings.other.append(f"{who} was refused, but exists as {there[0]['id']}")
    if request.outcome == "acked" and not there:
        findings.lost.append(f"{who} was acknowledged{_as(told)}, but does not exist")
    for order in there[:1]:
        if told and order["id"] not in told:
            findings.lost.append(f"{who} was acknowledged{_as(told)}, but exists as {order['id']}")
        if _quantities(order["lines"]) != _quantities(request.sent["lines"]):
            findings.other.append(f"{who} requested {request.sent['lines']}, but has {_quantities(order['lines'])}")
        for ack in request.acks:
            if "lines" in ack and (_priced(order["lines"]), order["total"]) != (_priced(ack["lines"]), ack["total"]):
                findings.other.append(f"{who} was acknowledged with other prices than it has: {ack['total']}, {order['total']}")
                break


def _as(told: set[str]) -> str:
    return f" as {' and '.join(sorted(told))}" if told else ""


def _grouped(documents: list[dict], member: str) -> dict[str, list[dict]]:
    out = defaultdict(list)
    for document in documents:
        if document.get(member) is not None:
            out[document[member]].append(document)
    return out


def _quantities(lines: list[dict]) -> list[tuple]:
    return [(line["product_id"], line["quantity"]) for line in lines]


def _priced(lines: list[dict]) -> list[tuple]:
    return [(line["product_id"], line["quantity"], line["unit_price"]["amount"], line["total"]["amount"]) for line in lines]


# --- requests for orders ----------------------------------------------------------------------------------------------


def _compare_cancels(cancels: list[Request], orders: list[Request], world: World, findings: Findings) -> None:
    asked = {request.sent["id"]: request for request in cancels}
    by_id = {order["id"]: order for order in world.orders}
    for order in world.orders:
        if order["status"] == "cancelled" and (order["id"] not in asked or asked[order["id"]].outcome == "refused"):
            findings.other.append(f"order {order['id']} is cancelled, but no client may have cancelled it")
    for request in cancels:
        order = by_id.get(request.sent["id"])
        if request.outcome == "acked" and (order is None or order["status"] != "cancelled"):
            findings.lost.append(f"the cancel of {request.sent['id']} was acknowledged, but the order is "
                                 f"{order['status'] if order else 'missing'}")
        if order is not None and order["status"] == "cancelled" and order["captured"] != order["refunded"]:
            findings.other.append(f"order {order['id']} is cancelled, captured {order['captured']['amount']}, but refunded "
                                  f"{order['refunded']['amount']}")


def _compare_refunds(refunds: list[Request], world: World, findings: Findings) -> None:
    asked = {(request.sent["id"], request.name): request for request in refunds}
    there: set[tuple[str, str]] = set()
    for order in world.orders:
        given = Counter(refund["id"] for refund in order.get("refunds", []))
        for refund, count in given.items():
            if count > 1:
                findings.doubled.append(f"order {order['id']} has the refund {refund} {count} times")
        for refund in order.get("refunds", []):
            if refund["id"] == "automatic":
                continue
            request = asked.get((order["id"], refund["id"]))
            there.add((order["id"], refund["id"]))
            if request is None or request.outcome == "refused":
                findings.other.append(f"order {order['id']} has a refund {refund['id']} that no client requested")
            elif refund["amount"]["amount"] != request.sent["amount"]:
                findings.other.append(f"refund {refund['id']} is of {refund['amount']['amount']}, not {request.sent['amount']}")
        made = sum(refund["amount"]["amount"] for refund in order.get("refunds", []) if refund["status"] == "succeeded")
        if made != order["refunded"]["amount"]:
            findings.other.append(f"order {order['id']} refunded {order['refunded']['amount']}, but its refunds sum to {made}")
    for key, request in asked.items():
        if request.outcome == "acked" and key not in there:
            findings.lost.append(f"refund {request.name} of order {request.sent['id']} was acknowledged, but does not exist")


# --- stock -----------------------------------------------------------------------------------------------------------


def _compare_stock(adjusts: list[Request], counts: list[Request], world: World, findings: Findings) -> None:
    held: Counter = Counter()
    for order in world.orders:
        if order["status"] in HOLDING:
            for line in order["lines"]:
                held[line["product_id"]] += line["quantity"]
    adjusted, counted = _by_product(adjusts), _by_product(counts)
    for product, level in world.levels.items():
        on_hand, reserved, available = level["on_hand"], level["reserved"], level["available"]
        if on_hand < 0 or available < 0 or available != on_hand - reserved:
            findings.oversold.append(f"{product}: {on_hand} on hand, {reserved} reserved, {available} available")
        if reserved != held[product]:
            findings.other.append(f"{product}: {reserved} reserved, confirmed orders hold {held[product]}")
        if held[product] > on_hand:
            findings.oversold.append(f"{product}: {held[product]} sold of {on_hand}")
        if product in counted:
            allowed = _last_counts(counted[product])
        else:
            allowed = {world.counted.get(product, 0) + change for change in _sums(adjusted.get(product, []))}
        if on_hand not in allowed:
            told = sorted(allowed)[:5]
            (findings.doubled if on_hand > max(allowed) else findings.lost).append(
                f"{product}: {on_hand} on hand, but acknowledged changes give {' or '.join(map(str, told))}")


def _by_product(requests: Iterable[Request]) -> dict[str, list[Request]]:
    out = defaultdict(list)
    for request in requests:
        out[request.sent["product"]].append(request)
    return out


def _sums(adjusts: list[Request]) -> set[int]:
    """The sums of all acknowledged changes, with and without each unknown one."""
    sums = {sum(request.sent["change"] for request in adjusts if request.outcome == "acked")}
    for request in adjusts:
        if request.outcome == "unknown":
            sums |= {each + request.sent["change"] for each in sums}
    return sums


def _last_counts(counts: list[Request]) -> set[int]:
    """One client counts a product, and waits for each answer before the next count."""
    allowed: set[int] = {0}
    for request in sorted(counts, key=lambda each: each.order):
        if request.outcome == "acked":
            allowed = {request.sent["count"]}
        elif request.outcome == "unknown":
            allowed |= {request.sent["count"]}
    return allowed


# --- customers and the topic -----------------------------------------------------------------------------------------


def _compare_customers(world: World, findings: Findings) -> None:
    for name, orders in _grouped(world.orders, "customer_id").items():
        customer = world.customers.get(name)
        if customer is None:
            findings.lost.append(f"customer {name} has {len(orders)} orders, but no document")
            continue
        states = Counter(order["status"] for order in orders)
        wanted = {"placed": len(orders), "rejected": states["rejected"], "cancelled": states["cancelled"]}
        figures = {what: customer["orders"][what] for what in wanted}
        if figures != wanted:
            findings.other.append(f"customer {name} has {figures}, but the orders give {wanted}")


def _compare_topic(orders: list[Request], created: list[dict], findings: Findings) -> None:
    contents: dict[str, set[str]] = defaultdict(set)
    for value in created:
        if value.get("orderId"):
            lines = [(line["productId"], line["quantity"]) for line in value["products"]]
            contents[value["orderId"]].add(json.dumps([value["userId"], value.get("reference"), lines,
                                                       str(value.get("totalAmount"))]))
    for order, different in contents.items():
        if len(different) > 1:
            findings.doubled.append(f"order_created has order {order} with different contents: {' / '.join(sorted(different))}")
    for request in orders:
        for ack in request.acks[:1]:
            if ack["id"] not in contents:
                findings.lost.append(f"order {request.name} was acknowledged as {ack['id']}, but is not in order_created")


# --- records of another program that must not be believed --------------------------------------------------------------


def _compare_letters(intrusions: list[Request], letters: list[dict], findings: Findings) -> None:
    by_key = _grouped(letters, "key")
    for request in intrusions:
        there = by_key.get(request.name, [])
        what = f"the {request.sent['kind']} {request.name} in {request.sent['topic']}"
        if request.outcome == "acked" and not there:
            findings.lost.append(f"{what} is not a dead letter")
        if len(there) > 1:
            findings.doubled.append(f"{what} is {len(there)} dead letters")
        for letter in there:
            if letter["reason"] != request.sent["reason"]:
                findings.other.append(f"{what} is a dead letter for {letter['reason']}, not for {request.sent['reason']}")
