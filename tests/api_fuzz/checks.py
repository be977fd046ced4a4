"""Checks beside Schemathesis' own, and where ordo is knowingly laxer or stricter than a schema can say."""

import json

import schemathesis
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

# Answers to requests that their schema allows, and the shop, at this moment or at all, does not. What is not here, such as
# malformed_json, bad_framing or unsupported_media_type, is a failure.
REFUSED_BY_THE_SHOP = {
    # something that is not there, or not any more
    "unknown_product", "unknown_customer", "unknown_order", "unknown_location", "bad_cursor",
    # the wrong moment
    "stale_revision", "idempotency_key_reused", "movement_id_reused", "refund_id_reused", "return_id_reused", "order_id_reused",
    # bounds that span fields, or are said in words: the answer names the field
    "invalid_fields", "bad_query", "bad_url", "bad_amount", "total_mismatch", "currency_mismatch",
}


def problem_of(response) -> dict:
    try:
        problem = json.loads(response.content)
    except ValueError:
        return {}
    return problem if isinstance(problem, dict) else {}


def says_where(problem: dict) -> bool:
    if problem.get("code") == "invalid_fields":
        return bool(problem.get("errors")) and all("pointer" in error and error.get("detail") for error in problem["errors"])
    return bool(problem.get("detail"))


@schemathesis.check
def right_requests_are_taken(ctx, response, case):
    problem = problem_of(response)
    if problem.get("code") in REFUSED_BY_THE_SHOP and says_where(problem):
        return None
    # Schemathesis makes "0" of the pattern of If-Match, which it is not.
    if problem.get("code") == "bad_header" and problem["detail"].startswith("If-Match "):
        return None
    # The older routes answer with one sentence.
    if case.path.startswith("/api/") and response.status_code == 400 and problem.get("message"):
        return None
    return positive_data_acceptance(ctx, response, case)


def has_null(value) -> bool:
    if isinstance(value, dict):
        return any(has_null(member) for member in value.values())
    if isinstance(value, list):
        return any(has_null(member) for member in value)
    return value is None


@schemathesis.check
def wrong_requests_are_refused(ctx, response, case):
    # A parameter without a value counts as absent, and so does a member that is null.
    if any(value in ("", [""], None) for value in (case.query or {}).values()) or has_null(case.body):
        return None
    # The older routes take what they know and overlook the rest.
    if case.path.startswith("/api/"):
        return None
    return negative_data_rejection(ctx, response, case)


@schemathesis.check
def answers_are_utf8(ctx, response, case):
    response.content.decode()
    return None
