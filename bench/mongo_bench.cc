// How much of the speed of plain bulk writes the commit protocol keeps: ordo_mongo_bench <uri> [orders] [batch]
// Steps as the real flow makes them: each creates a batch of orders and replaces those of the step before, now
// reserved. The same documents are written by mongo::Store and by libmongoc's bulk operations alone, by turns, each
// into a database of its own with the same indexes, so that both meet the same noise. Both databases are dropped at the
// end.
#include <mongoc/mongoc.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "base/check.h"
#include "base/uuid.h"
#include "mongo/bson_codec.h"
#include "mongo/database.h"
#include "mongo/store.h"

namespace {

using namespace ordo;  // NOLINT: a program of one file
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

Order make_order(int number) {
  const auto usd = *Currency::parse("USD");
  Order order;
  order.id = OrderId(uuid_v7(now()));
  order.number = std::to_string(number);
  order.customer_id = CustomerId("customer-" + std::to_string(number % 1000));
  order.location = LocationId("main");
  for (int line = 0; line < 2; ++line) {
    order.lines.push_back({{},
                           ProductId("product-" + std::to_string((number + line * 7) % 500)),
                           "A product of the bench",
                           2,
                           Money{1999, usd},
                           Money{3998, usd}});
  }
  order.total = {7996, usd};
  order.placed_at = now();
  order.updated_at = order.placed_at;
  order.history = {{"ordo.order.created.v1", order.placed_at, "/ordo/intake/0/0", "placed, 2 lines, 79.96 USD"}};
  order.rev = 1;
  return order;
}

Document reserved(const Document& document) {
  Order order = std::get<Order>(document);
  order.status = OrderStatus::reserved;
  order.history.push_back({"ordo.stock.reserved.v1", order.placed_at, "/ordo/stock/0/0", "stock reserved"});
  order.rev = 2;
  return order;
}

// One side of the comparison: a database, dropped at the end.
struct Side {
  std::string name;
  std::unique_ptr<mongo::Database> database;
  double seconds = 0;
};

Side make_side(const std::string& uri, const std::string& name) {
  mongo::Options options;
  options.uri = uri;
  options.database = name;
  options.socket_timeout = std::chrono::minutes(2);
  auto database = mongo::Database::open(options);
  ORDO_CHECK(database, database.error().text());
  const auto made = (*database)->ensure_collections();
  ORDO_CHECK(made, made.error().text());
  return {name, std::move(*database)};
}

class RawWriter {
 public:
  RawWriter(const std::string& uri, const std::string& database)
      : client_(mongoc_client_new(uri.c_str())),
        orders_(mongoc_client_get_collection(client_, database.c_str(), "orders")) {
    mongoc_write_concern_t* concern = mongoc_write_concern_new();
    mongoc_write_concern_set_wmajority(concern, 0);
    mongoc_write_concern_set_journal(concern, true);
    mongoc_collection_set_write_concern(orders_, concern);
    mongoc_write_concern_destroy(concern);
  }
  ~RawWriter() {
    mongoc_collection_destroy(orders_);
    mongoc_client_destroy(client_);
  }
  RawWriter(const RawWriter&) = delete;
  RawWriter& operator=(const RawWriter&) = delete;

  // `changed` first inserted where created, then replaced.
  void write(const std::vector<Change>& changed, bool created) {
    bson_t options;
    bson_init(&options);
    bson_append_bool(&options, "ordered", -1, false);
    mongoc_bulk_operation_t* bulk = mongoc_collection_create_bulk_operation_with_opts(orders_, &options);
    bson_destroy(&options);
    std::size_t count = 0;
    std::string bytes;
    for (const auto& change : changed) {
      if (change.created != created) continue;
      ++count;
      bytes.clear();
      mongo::append_bson(*change.document, bytes);
      bson_t document;
      ORDO_CHECK(bson_init_static(&document, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()));
      if (created) {
        mongoc_bulk_operation_insert(bulk, &document);
      } else {
        bson_t filter;
        bson_init(&filter);
        bson_append_utf8(&filter, "_id", -1, id_of(*change.document).c_str(), -1);
        mongoc_bulk_operation_replace_one(bulk, &filter, &document, false);
        bson_destroy(&filter);
      }
    }
    bson_t reply;
    bson_error_t error;
    const bool done = count == 0 || mongoc_bulk_operation_execute(bulk, &reply, &error) != 0;
    ORDO_CHECK(done, error.message);
    if (count > 0) bson_destroy(&reply);
    mongoc_bulk_operation_destroy(bulk);
  }

  void drop(const std::string& database) {
    mongoc_database_t* dropped = mongoc_client_get_database(client_, database.c_str());
    bson_error_t error;
    if (!mongoc_database_drop(dropped, &error)) std::fprintf(stderr, "%s: %s\n", database.c_str(), error.message);
    mongoc_database_destroy(dropped);
  }

 private:
  mongoc_client_t* client_;
  mongoc_collection_t* orders_;
};

void run(const std::string& uri, int orders, int batch) {
  const std::string suffix = uuid_v7(now()).substr(0, 18);
  Side ours = make_side(uri, "ordo_bench_" + suffix);
  Side raw = make_side(uri, "ordo_bench_raw_" + suffix);
  RawWriter writer(uri, raw.name);
  double raw_insert = 0;
  {
    mongo::Store store(*ours.database);
    const Owner owner{ProcessorKind::orders, 0};
    const auto recovered = store.recover(owner);
    ORDO_CHECK(recovered, recovered.error().text());
    Cursor cursor = *recovered;
    cursor.partitions = 4;
    std::vector<Document> before;
    for (int at = 0; at < orders + batch; at += batch) {  // the last step only replaces
      std::vector<Document> created;
      created.reserve(static_cast<std::size_t>(batch));
      for (int i = at; i < std::min(at + batch, orders); ++i) created.emplace_back(make_order(i));
      std::vector<Document> replaced;
      replaced.reserve(before.size());
      for (const auto& document : before) replaced.push_back(reserved(document));
      std::vector<Change> changes;
      changes.reserve(created.size() + replaced.size());
      for (const auto& document : created) changes.push_back({&document, true});
      for (const auto& document : replaced) changes.push_back({&document, false});

      const std::int64_t from = cursor.next;
      cursor.next += batch;
      cursor.seen["/ordo/intake/0/0"] = cursor.next;
      auto start = Clock::now();
      const auto committed = store.commit({owner, from, &cursor, changes});
      ORDO_CHECK(committed, committed.error().text());
      ours.seconds += seconds_since(start);

      start = Clock::now();
      writer.write(changes, true);
      raw_insert += seconds_since(start);
      writer.write(changes, false);
      raw.seconds += seconds_since(start);
      before = std::move(created);
    }
  }
  std::printf("%d orders, each created and replaced once, %d of each a step\n", orders, batch);
  std::printf("raw bulks      %8.0f documents/s (inserts %.0f/s, replaces %.0f/s)\n", 2 * orders / raw.seconds,
              orders / raw_insert, orders / (raw.seconds - raw_insert));
  std::printf("mongo::Store   %8.0f documents/s\n", 2 * orders / ours.seconds);
  std::printf("ratio          %8.2f\n", raw.seconds / ours.seconds);
  writer.drop(ours.name);
  writer.drop(raw.name);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: ordo_mongo_bench <uri> [orders] [batch]\n");
    return 2;
  }
  const int orders = argc > 2 ? std::atoi(argv[2]) : 5000;
  const int batch = argc > 3 ? std::atoi(argv[3]) : 500;
  if (orders < 1 || batch < 1) {
    std::fprintf(stderr, "orders and batch are numbers above zero\n");
    return 2;
  }
  run(argv[1], orders, batch);
}
