// Checks money, shipments and customers against the orders.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "audit/check_findings.h"
#include "audit/seen_orders.h"
#include "domain/customer.h"
#include "domain/order.h"

namespace ordo::audit {

// Needs about 250 bytes of memory per customer and currency.
class LifeCheck {
 public:
  // The references outlive this object. `seen` has all orders before finish().
  LifeCheck(const CheckSources& sources, const SeenOrders& seen, CheckFindings& findings);

  // Call it once for every order, then finish(). Errors of the sources.
  Result<void> order(const Order& order);
  // Reads payments, shipments and customers. Errors of the sources.
  Result<void> finish();

 private:
  // The totals of the orders of one customer.
  struct Sums {
    OrderCounts counts;
    std::vector<CustomerValue> value;
  };

  void check_money(const Order& order);
  void list_due(const Order& order);
  bool check_pieces(const Order& order);  // whether they are right
  void count(const Order& order);
  Result<void> check_payment(const Payment& payment);
  Result<void> check_shipment(const Shipment& shipment);
  void check_end(const Order& order);
  Result<void> check_redaction(const Order& order);
  Result<void> check_waiting(const Order& order);
  void check_customer(const Customer& customer);
  std::vector<Owner> owners_of(const std::string& order, ProcessorKind other) const;

  const CheckSources& sources_;
  const SeenOrders& seen_;
  CheckFindings& findings_;
  const std::size_t money_;
  const std::size_t payments_;
  const std::size_t shipments_;
  const std::size_t customers_;
  const std::size_t ends_;
  const std::size_t redaction_;
  const std::size_t pieces_;
  std::unordered_map<std::string, Sums> sums_;  // by customer
};

}  // namespace ordo::audit
