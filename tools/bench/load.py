"""Load: wrk as fast as it can, or `ordo_order_load` at a rate, or with a number of orders."""

import json
import re
import subprocess

from figures import ROOT, BenchFailed
from servers import PRODUCTS, Context, Ordo

LUA = ROOT / "bench" / "post_orders.lua"


def wrk(url: str, seconds: float, connections: int) -> dict:
    """Posts orders as fast as the server answers."""
    done = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds:.0f}s", "--timeout", "10s", "-s", str(LUA), url, "--",
                           str(PRODUCTS)], capture_output=True, text=True, timeout=seconds + 60)
    found = re.search(r"^RESULT (.*)$", done.stdout, re.M)
    if not found:
        raise BenchFailed(f"wrk: {done.stderr or done.stdout}")
    result = json.loads(found[1])
    if result["refused"] or result["broken"]:
        raise BenchFailed(f"wrk against {url}: {result}")
    result["rate"] = result["requests"] / result["seconds"]
    return result


def send_orders(context: Context, ordo: Ordo, limit_s: float, **options: float) -> dict:
    """Sends orders with ordo_order_load; its first lines describe the options and the result."""
    command = [str(context.build / "bench" / "ordo_order_load"), str(ordo.port), f"products={PRODUCTS}",
               *(f"{name}={value}" for name, value in options.items())]
    done = subprocess.run(command, capture_output=True, text=True, timeout=limit_s)
    if done.returncode != 0:
        raise BenchFailed(f"ordo_order_load: {done.stderr}")
    result = json.loads(done.stdout)
    if result["refused"] or result["unpaid"]:
        raise BenchFailed(f"ordo_order_load: {result}")
    return result
