"""`ordo rebuild`: every view comes from the log. Differences are found, and swapped."""

import sqlite3
from contextlib import closing

import pymongo
from cluster import WORKERS, ClusterCase, start_stack, stop_stack
from harness import Case, Http, check, rebuild, run_ordo, wait_until
from shop import Shop

setUpModule, tearDownModule = start_stack, stop_stack


class RebuildJob:
    """A mix-in. The class gives `port`, `ordo`, and three ways to damage a document of the collection `orders`."""

    held = "confirmed"  # the status in which orders stay: paid, but not dispatched

    def change_status(self, order: str, status: str) -> None:
        raise NotImplementedError

    def remove(self, order: str) -> None:
        raise NotImplementedError

    def copy(self, order: str, to: str) -> None:
        raise NotImplementedError

    def fill(self) -> list[str]:
        with closing(Http(self.port)) as http:
            shop = Shop(http)
            product = self.unique("mug")
            shop.add_product(product, stock=10)
            orders = [shop.order("c", (product, 2))["id"] for _ in range(6)]
            for order in orders[:5]:
                wait_until(lambda: http.get(f"/v1/orders/{order}").json["status"] == self.held or None, 60, f"it is {self.held}")
            http.post(f"/v1/orders/{orders[0]}/cancel", {})
            # One is rejected, because the stock is used up.
            wait_until(lambda: shop.stock(product)["available"] == 2 or None, 60, "the cancelled one gave its stock back")
        check(self.ordo)
        return orders

    def by_name(self, report: dict) -> dict:
        return {one["name"]: one for one in report["collections"]}

    def test_what_is_spoiled_is_found_swapped_and_found_no_more(self):
        orders = self.fill()
        clean = rebuild(self.ordo)
        self.assertTrue(clean["identical"], clean)
        counts = {name: one["documents"] for name, one in self.by_name(clean).items()}
        self.assertGreaterEqual(counts["orders"], 6)
        self.assertTrue(all(counts[name] > 0 for name in ("products", "stock_levels", "reservations", "stock_movements")), counts)

        self.change_status(orders[1], "completed")
        self.remove(orders[2])
        self.copy(orders[3], "made-up")
        found = self.by_name(rebuild(self.ordo, code=5))["orders"]
        self.assertEqual((found["different"], found["missing"], found["surplus"]), (1, 1, 1), found)
        told = "\n".join(found["samples"])
        self.assertIn(f'orders/{orders[1]}: /status is "completed" but should be "{self.held}"', told)
        self.assertIn(f"orders/{orders[2]}: is missing", told)
        self.assertIn("orders/made-up: does not come from the log", told)
        rebuild(self.ordo, what="products")  # it does not affect the others

        # Nothing is swapped while a processor runs.
        refused = rebuild(self.ordo, "--swap", code=1)
        self.assertRegex(refused["error"], "in use|processes run the processor")
        rebuild(self.ordo, code=5)

        self.ordo.stop()
        swapped = rebuild(self.ordo, "--swap")
        self.assertEqual(self.by_name(swapped)["orders"]["different"], 1, swapped)
        self.assertTrue(rebuild(self.ordo)["identical"])
        self.ordo.start()
        check(self.ordo)
        self.assertTrue(rebuild(self.ordo)["identical"])
        with closing(Http(self.port)) as http:
            self.assertEqual(http.get(f"/v1/orders/{orders[1]}").json["status"], self.held)
            self.assertEqual(http.get(f"/v1/orders/{orders[2]}").json["status"], self.held)
            self.assertStatus(http.get("/v1/orders/made-up"), 404)
            listed = [order["id"] for order in Shop(http).all("/v1/orders", customer_id="c")]
            self.assertEqual(sorted(listed), sorted(set(listed)))
            self.assertTrue(set(orders) <= set(listed) and "made-up" not in listed, listed)


class EmbeddedRebuild(RebuildJob, Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.data = cls.folder / "data"
        cls.ordo = cls.server("ordo", {"data_dir": str(cls.data), "dispatch_hold": "1h"})
        cls.ordo.start()
        cls.port = cls.ordo.port

    def execute(self, sql: str, *values) -> None:
        with closing(sqlite3.connect(self.data / "ordo.db", timeout=20)) as database, database:
            self.assertGreater(database.execute(sql, values).rowcount, 0)

    @property
    def table(self) -> str:
        with closing(sqlite3.connect(self.data / "ordo.db", timeout=20)) as database:
            names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return next(name for name in names if name.endswith("orders") and not name.startswith("log_"))

    def change_status(self, order, status):
        self.execute(f"UPDATE {self.table} SET body = replace(body, '\"status\":\"{self.held}\"', '\"status\":\"{status}\"') "
                     "WHERE id = ?", order)

    def remove(self, order):
        self.execute(f"DELETE FROM {self.table} WHERE id = ?", order)

    def copy(self, order, to):
        with closing(sqlite3.connect(self.data / "ordo.db", timeout=20)) as database:
            columns = [row[1] for row in database.execute(f"PRAGMA table_info({self.table})")]
        taken = ", ".join(column if column not in ("id", "body") else
                          "?1" if column == "id" else f"replace(body, '{order}', ?1)" for column in columns)
        self.execute(f"INSERT INTO {self.table}({', '.join(columns)}) SELECT {taken} FROM {self.table} WHERE id = ?2", to, order)


class EmbeddedRetention(Case):
    """Old records are removed, the service continues, and the rebuild reports what is lost with them."""

    def test_old_records_go_and_service_goes_on(self):
        ordo = self.server("ordo", {"data_dir": str(self.folder / "data"), "topics.order_events.retention": "1s",
                                    "dispatch_hold": "1h"}).start()
        with closing(Http(ordo.port)) as http:
            shop = Shop(http)
            shop.add_product("mug", stock=1000)
            orders = [shop.order("c", ("mug", 1))["id"] for _ in range(40)]

            def removed():
                text = http.get("/metrics").body.decode()
                return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("ordo_engine_removed_total")) > 0

            wait_until(removed, 60, "old records are removed")
            orders += [shop.order("c", ("mug", 1))["id"] for _ in range(10)]
            for order in orders:
                wait_until(lambda: shop.decided(order)["status"] == "confirmed" or None, 60, "it is paid")
        check(ordo)
        ordo.crash()
        check(ordo)
        report = rebuild(ordo, code=3)
        self.assertEqual(list(report["unreplayable"]), ["orders"], report)
        self.assertRegex(report["unreplayable"]["orders"][0], r"^orders/\d: the log of order_events begins at offset \d+: records 0 to \d+ "
                         "were removed by its retention")
        self.assertEqual(sum(one["different"] + one["missing"] + one["surplus"] for one in report["collections"]), 0, report)
        shown = run_ordo("config", "show", "--config", str(ordo.config), folder=self.folder).stdout
        self.assertIn("# orders cannot be rebuilt once records of order_events are removed: after 1s", shown)
        self.assertNotIn("# products cannot", shown)


class ClusterRebuild(RebuildJob, ClusterCase):
    processes = {"ordo": ("api", *WORKERS)}

    @property
    def ordo(self):
        return self.servers["ordo"]

    @property
    def orders(self):
        client = pymongo.MongoClient(self.stack.mongo_url_of(self.database))
        self.addCleanup(client.close)
        return client.get_default_database()["orders"]

    def change_status(self, order, status):
        self.assertEqual(self.orders.update_one({"_id": order}, {"$set": {"status": status}}).matched_count, 1)

    def remove(self, order):
        self.assertEqual(self.orders.delete_one({"_id": order}).deleted_count, 1)

    def copy(self, order, to):
        self.orders.insert_one(self.orders.find_one({"_id": order}) | {"_id": to})

    def test_when_the_log_was_cut_off_it_is_said(self):
        orders = self.fill()
        self.ordo.stop()
        # Like retention: the first records of one partition are removed.
        partition = next(record["partition"] for record in self.consume("order_events") if record["key"] == orders[0])
        self.stack.kafka.delete_records(self.topic("order_events"), partition, 1)
        try:
            report = rebuild(self.ordo, code=3)
            self.assertEqual(list(report["unreplayable"]), ["orders"])
            self.assertIn("were removed by its retention", report["unreplayable"]["orders"][0])
            self.assertIn("stock_levels", self.by_name(report))
        finally:
            self.ordo.start()
