// The money, the goods on their way and the customers, against the orders.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "cli/check_findings.h"
#include "domain/customer.h"
#include "domain/order.h"

namespace ordo::cli {

// Memory: about 250 bytes for each customer and currency.
class LifeCheck {
 public:
  // Both outlive it.
  LifeCheck(const CheckSources& sources, CheckFindings& findings);

  // Every order once, then finish().
  void order(const Order& order);
  // Reads payments, shipments and customers. Errors of the sources.
  Result<void> finish();

 private:
  // What the orders of one customer come to.
  struct Sums {
    OrderCounts counts;
    std::vector<CustomerValue> value;
  };

  void check_money(const Order& order);
  void count(const Order& order);
  Result<void> check_payment(const Payment& payment);
  Result<void> check_shipment(const Shipment& shipment);
  void check_customer(const Customer& customer);
  std::vector<Owner> owners_of(const std::string& order, ProcessorKind other) const;

  const CheckSources& sources_;
  CheckFindings& findings_;
  const std::size_t money_;
  const std::size_t payments_;
  const std::size_t shipments_;
  const std::size_t customers_;
  std::unordered_map<std::string, Sums> sums_;  // by customer
};

}  // namespace ordo::cli
