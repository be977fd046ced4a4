// What the first pass over a file learns about each order, in 16 bytes an order.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace ordo::imports {

struct OrderFacts {
  static constexpr std::uint8_t kNone = 255;

  std::uint64_t hash = 0;  // of the order's key; 0: an empty place of the table
  bool has_line : 1 = false;
  bool has_state : 1 = false;   // a status column has a word for it
  bool state_past : 1 = false;  // that says that the order is not new
  bool state_open : 1 = false;  // that says that it is not yet shipped
  bool paid : 1 = false;        // a column of payments has something
  bool left : 1 = false;        // a column of shipments or cancels has something
  bool timed : 1 = false;
  bool old_if_day_first : 1 = false;    // placed long ago, with 05/03 as 5 March
  bool old_if_month_first : 1 = false;  // the same with 05/03 as 3 May
  std::uint8_t currency = kNone;        // index of its currency
  std::uint8_t word = kNone;            // index of its unknown status
};

// The facts of all orders, by key. Two orders whose keys have one hash share their facts; that is unlikely, and the
// facts are only counted.
class OrderFactsTable {
 public:
  // The facts of the order, new or known. Null when the table has `most` orders already. Valid until the next call.
  OrderFacts* find(std::string_view order, std::size_t most);

  std::size_t size() const { return used_; }

  template <class F>
  void each(F&& f) const {
    for (const auto& facts : places_) {
      if (facts.hash != 0) f(facts);
    }
  }

 private:
  void grow();
  std::size_t place_of(std::uint64_t hash) const;

  std::vector<OrderFacts> places_;  // open addressing; the size is a power of two
  std::size_t used_ = 0;
};

}  // namespace ordo::imports
