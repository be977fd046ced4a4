// Checks the uses of promotions against the orders, and against the limits.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "audit/check_findings.h"
#include "domain/order.h"
#include "domain/redemption.h"

namespace ordo::audit {

// Needs about 150 bytes of memory per promotion, and per customer of a promotion.
class RedemptionCheck {
 public:
  // Both references outlive this object.
  RedemptionCheck(const CheckSources& sources, CheckFindings& findings);

  // Call it once for every order, then finish(). Errors of the sources.
  Result<void> order(const Order& order);
  // Reads redemptions, promotions and their buyers. Errors of the sources.
  Result<void> finish();

  // The owners whose records in progress decide about the promotions that the order waits for.
  std::vector<Owner> deciders(const Order& order) const;

 private:
  using Counts = std::unordered_map<std::string, std::int64_t>;  // by the id of a document

  Result<void> redemption(const Redemption& redemption);
  void check_used(const std::string& id, std::string_view promotion, std::int64_t used, Counts& held);
  Owner owner(std::string_view promotion) const;
  Owner owner(const OrderId& order) const;
  // A snapshot shows all changes of one step together.
  std::vector<Owner> unless_snapshot(std::vector<Owner> owners) const;

  const CheckSources& sources_;
  CheckFindings& findings_;
  const std::size_t redemptions_;
  Counts of_promotion_;  // held redemptions
  Counts of_buyer_;
};

}  // namespace ordo::audit
