// Where the rows of each order end in a file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ordo::imports {

// The last row of each order. A first pass finds them, so that the second pass can send an order as soon as it is
// complete. Needs 16 bytes per order.
class OrderIndex {
 public:
  // `order` is its key, see order_key(). `row` is its place among all rows of the file, from 0, whatever they hold.
  void add(std::string_view order, std::uint64_t row);
  void seal();
  // The last row of the order, or a later row if another order has the same hash. kNeverSeen for an order that the
  // first pass did not find: it is complete at the end of the file. Call it only after sealing.
  std::uint64_t last_row(std::string_view order) const;
  // The number of orders. Call it only after sealing.
  std::size_t size() const { return entries_.size(); }

  static constexpr std::uint64_t kNeverSeen = ~std::uint64_t{0};

 private:
  struct Entry {
    std::uint64_t hash;
    std::uint64_t row;
  };
  void compact();
  std::vector<Entry> entries_;
  std::size_t compacted_ = 0;
};

}  // namespace ordo::imports
