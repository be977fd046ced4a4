// What must hold when all is at rest: DESIGN section 8.
#include <algorithm>

#include "world.h"

namespace ordo::simulation {
namespace {

std::string show(const Money& money) {
  return format_decimal(money) + " " + std::string(money.currency.code());
}

}  // namespace

void World::check(std::vector<std::string>& wrong) const {
  for (const auto& id : placed_) {
    const auto found = documents.find({Collection::orders, id});
    if (found == documents.end()) {
      wrong.push_back("order " + id + " was acknowledged and is lost");
      continue;
    }
    check_order(std::get<Order>(found->second), wrong);
  }
  std::size_t orders = 0;
  for (const auto& [key, document] : documents) orders += key.collection == Collection::orders ? 1 : 0;
  if (orders != placed_.size()) {
    wrong.push_back(std::to_string(orders) + " orders kept, " + std::to_string(placed_.size()) + " placed");
  }
  check_stock(wrong);
  check_customers(wrong);
  check_replay(wrong);
}

void World::check_order(const Order& order, std::vector<std::string>& wrong) const {
  const auto& id = order.id.str();
  const std::string who = "order " + id + " is " + std::string(to_string(order.status));
  // Everything that was waited for has come.
  const bool lost = std::any_of(order.parcels.begin(), order.parcels.end(),
                                [](const Parcel& parcel) { return parcel.status == ParcelStatus::lost; });
  if (!is_terminal(order.status) && !(lost && order.status == OrderStatus::fulfilled)) {
    wrong.push_back(who + " at the end");
  }
  if (order.cancelling) wrong.push_back(who + " and still waits to be cancelled");
  check_money(order, wrong);

  const auto found = documents.find({Collection::reservations, id});
  if (found == documents.end()) {
    if (order.reserved_at) wrong.push_back(who + " and was never reserved");
    return;
  }
  const auto& reservation = std::get<Reservation>(found->second);
  if (!held_lines(reservation).empty()) wrong.push_back(who + " and holds stock");
  std::vector<StockLine> shipped;
  for (const auto& parcel : order.parcels) shipped.insert(shipped.end(), parcel.lines.begin(), parcel.lines.end());
  if (sum_lines(shipped) != reservation.shipped) wrong.push_back(who + ": stock shipped other lines than the order");
}

// The order's figures, the payment's and the bank's own are the same, and what has ended keeps no money.
void World::check_money(const Order& order, std::vector<std::string>& wrong) const {
  const auto& id = order.id.str();
  const std::string who = "order " + id + " is " + std::string(to_string(order.status));
  const auto account = bank_.accounts.find(id);
  const std::int64_t captured = account == bank_.accounts.end() ? 0 : account->second.captured.amount;
  const std::int64_t refunded = account == bank_.accounts.end() ? 0 : account->second.refunded.amount;
  if (order.captured.amount != captured || order.refunded.amount != refunded) {
    wrong.push_back(who + ": says " + show(order.captured) + " - " + show(order.refunded) + ", the bank has " +
                    std::to_string(captured) + " - " + std::to_string(refunded));
  }
  const auto payment = documents.find({Collection::payments, id});
  if (payment != documents.end()) {
    const auto& kept = std::get<Payment>(payment->second);
    if (kept.captured.amount != captured || kept.refunded.amount != refunded)
      wrong.push_back(who + ": payment differs");
    if (!kept.calls.empty()) wrong.push_back(who + ": the gateway owes an answer");
  }
  for (const auto& refund : order.refunds) {
    if (refund.status == RefundStatus::requested) wrong.push_back(who + ": refund " + refund.id + " is never made");
  }
  const bool ended_without_goods = order.status == OrderStatus::cancelled || order.status == OrderStatus::expired ||
                                   order.status == OrderStatus::rejected;
  if (ended_without_goods && captured != refunded) wrong.push_back(who + " and money is kept");
  if (!order.parcels.empty() && captured != order.total.amount) wrong.push_back(who + ": shipped and not paid");
}

void World::check_customers(std::vector<std::string>& wrong) const {
  struct Sums {
    OrderCounts counts;
    std::int64_t captured = 0;
    std::int64_t refunded = 0;
  };
  std::map<std::string, Sums> sums;
  for (const auto& [key, document] : documents) {
    const auto* order = std::get_if<Order>(&document);
    if (order == nullptr) continue;
    Sums& sum = sums[order->customer_id.str()];
    ++sum.counts.placed;
    sum.counts.completed += order->status == OrderStatus::completed ? 1 : 0;
    sum.counts.rejected += order->status == OrderStatus::rejected ? 1 : 0;
    sum.counts.expired += order->status == OrderStatus::expired ? 1 : 0;
    sum.counts.cancelled += order->status == OrderStatus::cancelled ? 1 : 0;
    sum.captured += order->captured.amount;
    sum.refunded += order->refunded.amount;
  }
  for (const auto& [id, sum] : sums) {
    const auto found = documents.find({Collection::customers, id});
    if (found == documents.end()) {
      wrong.push_back("customer " + id + " is not known");
      continue;
    }
    const auto& customer = std::get<Customer>(found->second);
    std::int64_t captured = 0;
    std::int64_t refunded = 0;
    for (const auto& value : customer.value) {
      captured += value.captured;
      refunded += value.refunded;
    }
    if (customer.orders != sum.counts || captured != sum.captured || refunded != sum.refunded) {
      wrong.push_back("customer " + id + ": the figures are not the sums over the orders");
    }
  }
}

void World::check_stock(std::vector<std::string>& wrong) const {
  std::map<std::string, std::int64_t> reserved;
  for (const auto& [key, document] : documents) {
    const auto* reservation = std::get_if<Reservation>(&document);
    if (reservation == nullptr) continue;
    for (const auto& line : held_lines(*reservation))
      reserved[stock_level_id(reservation->location, line.product_id)] += line.quantity;
  }
  for (const auto& [key, document] : documents) {
    const auto* level = std::get_if<StockLevel>(&document);
    if (level == nullptr) continue;
    if (level->reserved != reserved[level->id]) {
      wrong.push_back(level->id + " says " + std::to_string(level->reserved) + " reserved, reservations hold " +
                      std::to_string(reserved[level->id]));
    }
    if (level->on_hand != level->counted + level->adjusted - level->shipped + level->returned) {
      wrong.push_back(level->id + ": on_hand does not add up");
    }
  }
}

// Folds every inbox anew from its first record, and compares documents bit for bit.
void World::check_replay(std::vector<std::string>& wrong) const {
  std::map<DocumentKey, Document> again;
  for (const auto kind : kAllProcessors) {
    const auto processor = make_processor(kind, processor_rules(), prices);
    for (int partition = 0; partition < kPartitions; ++partition) {
      const auto records = log.find({inbox_of(kind), partition, false});
      if (records == log.end()) continue;
      PartitionWorker worker(*processor, topology, {kind, partition}, Cursor{}, 1'000'000);
      const auto keys = worker.prepare(records->second);
      if (!keys) {
        wrong.push_back("replay: " + keys.error().text());
        continue;
      }
      worker.supply(*keys, std::vector<std::optional<Document>>(keys->size()));
      worker.fold();
      for (const auto& change : worker.commit().changes) {
        again[{collection_of(*change.document), id_of(*change.document)}] = *change.document;
      }
    }
  }
  if (again.size() != documents.size()) {
    wrong.push_back("replay gives " + std::to_string(again.size()) + " documents, there are " +
                    std::to_string(documents.size()));
  }
  for (const auto& [key, document] : documents) {
    const auto found = again.find(key);
    if (found == again.end() || document_to_json(found->second) != document_to_json(document)) {
      wrong.push_back("replay differs: " + std::string(to_string(key.collection)) + "/" + key.id);
    }
  }
}

}  // namespace ordo::simulation
