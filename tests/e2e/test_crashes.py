"""Processes of ordo on a real broker and database fail under load, one by one and all at the same time. Nothing is lost."""

import unittest

from cluster import WORKERS, FailureCase, start_stack, stop_stack
from harness import DECIDED_S, wait_until
from shop import price

setUpModule, tearDownModule = start_stack, stop_stack


class Crashes(FailureCase):
    """Every role has its own process; each of them fails under load."""

    processes = {role: (role,) for role in ("api", *WORKERS)}

    def crash(self, name: str) -> None:
        """The process is killed during its work, and started again. Meanwhile, orders are still accepted."""
        with self.load() as load:
            load.wait_for(30)
            self.servers[name].kill()
            if name != "api":
                load.wait_for(30)
            self.servers[name].start()
            load.wait_for(30)
        self.assertNothingLost(load)

    def test_the_api_crashes(self):
        self.crash("api")

    def test_intake_crashes(self):
        self.crash("intake")

    def test_orders_crashes(self):
        self.crash("orders")

    def test_stock_crashes(self):
        self.crash("stock")

    def test_payment_crashes(self):
        self.crash("payment")

    def test_logistics_crashes(self):
        self.crash("logistics")

    def test_crm_crashes(self):
        self.crash("crm")

    def test_catalog_crashes(self):
        wanted = [self.unique("made-meanwhile") for _ in range(20)]
        self.servers["catalog"].kill()
        for product in wanted:  # Accepted, although no processor runs yet.
            body = {"id": product, "name": "n", "price": price(100), "stock": 3}
            self.assertStatus(self.http.post("/v1/products", body, Prefer="wait=0"), 202)
        self.servers["catalog"].start()
        for product in wanted:
            wait_until(lambda product=product: self.http.get(f"/v1/products/{product}").status == 200, DECIDED_S, "it is made")
            wait_until(lambda product=product: self.shop.stock(product)["available"] == 3, DECIDED_S, "its stock is counted")
            self.assertEqual(self.shop.order("c", (product, 3))["status"], "confirmed")
        self.crash("catalog")

    def test_everything_crashes_at_once(self):
        with self.load() as load:
            load.wait_for(30)
            for server in self.servers.values():
                server.kill()
            self.start_all()
            load.wait_for(30)
        self.assertNothingLost(load)

    def test_sigterm_under_load_ends_every_process_in_time_and_loses_nothing(self):
        with self.load() as load:
            load.wait_for(30)
            for server in self.servers.values():
                self.assertLess(server.terminate(), 20, server.name)
                self.assertEqual(server.exit_code, 0, f"{server.name}: {server.log_tail()}")
            self.start_all()
            load.wait_for(30)
        self.assertNothingLost(load)


if __name__ == "__main__":
    unittest.main()
