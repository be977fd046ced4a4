#include "audit/check_pieces.h"

#include <algorithm>

#include "domain/money_text.h"

namespace ordo::audit {
namespace {

bool within(std::int64_t count, std::int64_t most) {
  return count >= 0 && count <= most;
}

// Goods are shipped or cancelled, and what was shipped is lost or comes back. Nothing of other lines is shipped.
bool are_counts_right(const OrderLine& line) {
  const bool whole = line.shipped >= 0 && line.cancelled >= 0 && line.lost >= 0 && line.returned >= 0;
  if (!whole || (!line.product_id && line.shipped > 0)) return false;
  if (line.shipped + line.cancelled > line.quantity || line.returned + line.lost > line.shipped) return false;
  if (!within(line.unrefunded.value_or(0), line.returned) || line.refunded.value_or(0) < 0) return false;
  return within(settled_pieces(line), line.quantity);
}

// What refunds of pieces gave back for each line, and for shipping. A refund that failed and was made after all may
// have been replaced meanwhile: people handle it.
struct Refunded {
  std::vector<std::int64_t> by_line;
  std::int64_t shipping = 0;
};

Refunded sums_of(const Order& order) {
  Refunded sums{std::vector<std::int64_t>(order.lines.size()), 0};
  for (const auto& refund : order.refunds) {
    if (refund.status == RefundStatus::failed || refund.corrected) continue;
    for (const auto& line : refund.lines.value_or(std::vector<RefundedPieces>())) {
      if (const auto at = index_of_place(line.line_id, sums.by_line.size())) sums.by_line[*at] += line.amount.amount;
    }
    if (refund.shipping) sums.shipping += refund.shipping->amount;
  }
  return sums;
}

// The goods that left are those of the parcels, less those that were lost and sent again.
bool are_parcels_right(const Order& order) {
  std::vector<StockLine> left;
  std::vector<StockLine> again;
  std::vector<StockLine> shipped;
  for (const auto& parcel : order.parcels) left.insert(left.end(), parcel.lines.begin(), parcel.lines.end());
  for (const auto& resend : order.resends) {
    if (resend.status == ResendStatus::accepted) again.insert(again.end(), resend.lines.begin(), resend.lines.end());
  }
  for (const auto& line : order.lines) {
    if (line.product_id && line.shipped > 0) shipped.push_back({*line.product_id, line.shipped});
  }
  bool enough = true;
  const auto once = subtract_lines(sum_lines(std::move(left)), sum_lines(std::move(again)), enough);
  return enough && once == sum_lines(std::move(shipped));
}

bool are_cancellations_right(const Order& order) {
  std::vector<StockLine> goods;
  std::vector<StockLine> cancelled;
  std::vector<std::int64_t> others(order.lines.size());  // of lines without goods
  for (const auto& part : order.cancellations) {
    const auto of_part = goods_of(part.lines);
    goods.insert(goods.end(), of_part.begin(), of_part.end());
    for (const auto& one : part.lines) {
      const auto at = one.line_id && !one.product_id ? index_of_place(*one.line_id, others.size()) : std::nullopt;
      if (at) others[*at] += one.quantity;
    }
  }
  for (std::size_t i = 0; i < others.size(); ++i) {
    const auto& line = order.lines[i];
    if (!line.product_id && line.cancelled != others[i]) return false;
    if (line.product_id && line.cancelled > 0) cancelled.push_back({*line.product_id, line.cancelled});
  }
  return sum_lines(std::move(goods)) == sum_lines(std::move(cancelled));
}

}  // namespace

std::vector<std::string> problems_of_pieces(const Order& order) {
  std::vector<std::string> found;
  const auto refunded = sums_of(order);
  for (std::size_t i = 0; i < order.lines.size(); ++i) {
    const auto& line = order.lines[i];
    const auto who = "line " + place_id(i);
    if (!are_counts_right(line)) {
      found.push_back(who + ": more was shipped, cancelled, returned or refunded than was ordered");
    } else if (const auto given = settled_amount(line); !within(given, line.total.amount)) {
      found.push_back(who + ": " + shown_money({given, line.total.currency}) + " were given back of " +
                      shown_money(line.total));
    } else if (refunded.by_line[i] > given) {
      found.push_back(who + ": its refunds sum to " + shown_money({refunded.by_line[i], line.total.currency}) +
                      ", but only " + shown_money({given, line.total.currency}) + " were given back");
    }
  }
  std::int64_t shipping = 0;
  for (const auto& charge : order.shipping.value_or(std::vector<ShippingCharge>())) shipping += charge.total.amount;
  if (refunded.shipping > shipping) found.emplace_back("more was refunded for shipping than it costs");
  if (!are_parcels_right(order)) found.emplace_back("its lines have not shipped the goods of its parcels");
  if (!are_cancellations_right(order)) found.emplace_back("its lines have not cancelled what its cancellations say");
  return found;
}

}  // namespace ordo::audit
