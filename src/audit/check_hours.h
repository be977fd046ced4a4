// Checks the sums of orders by the hour against the orders.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "audit/check_findings.h"
#include "domain/order.h"
#include "domain/order_hour.h"

namespace ordo::audit {

// Needs about 300 bytes of memory per quarter of an hour and currency with orders.
class HourCheck {
 public:
  // Both references outlive this object.
  HourCheck(const CheckSources& sources, CheckFindings& findings);

  // Call it once for every order, then finish().
  void order(const Order& order);
  // Reads the hours. Errors of the sources.
  Result<void> finish();

 private:
  using Sums = std::map<std::pair<Timestamp, std::string>, OrderSums>;  // by quarter of an hour and currency

  void hour(const OrderHour& hour);
  void compare(const Sums::key_type& at, const OrderSums& counted, const OrderSums& orders);

  const CheckSources& sources_;
  CheckFindings& findings_;
  const std::size_t hours_;
  Sums orders_;
  Sums counted_;
};

}  // namespace ordo::audit
