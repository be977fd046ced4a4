#include "domain/charges.h"

#include <algorithm>

namespace ordo {
namespace {

std::int64_t rate_of(std::span<const TaxLine> tax) {
  std::int64_t rate = 0;
  for (const auto& line : tax) rate += line.rate_ppm.value_or(0);
  return rate;
}

// Whether the taxes of the charge are amounts that someone stated.
bool is_stated(const Charge& charge) {
  return !charge.tax.empty() && !charge.tax.front().rate_ppm;
}

void copy_stated(const Charge& charge, std::int64_t* amounts) {
  for (const auto& line : charge.tax) *amounts++ = line.amount.amount;
}

// The tax in, or on, an amount.
std::int64_t tax_of(std::int64_t amount, std::int64_t rate, bool included, Rounding rounding) {
  return included ? amount - net_of(amount, rate, rounding) : part_of(amount, rate, rounding);
}

// The pieces of a charge may not cost the same to the unit: the last `left % pieces` cost one more.
std::int64_t tax_of_pieces(const Charge& charge, std::int64_t rate, Rounding rounding) {
  const std::int64_t low = charge.left / charge.pieces;
  const std::int64_t higher = charge.left % charge.pieces;
  const auto of_one = [&](std::int64_t amount) { return tax_of(amount, rate, charge.includes_tax, rounding); };
  return (charge.pieces - higher) * of_one(low) + (higher == 0 ? 0 : higher * of_one(low + 1));
}

// A tax that is included counts with all others of its line: the price holds them together. It is split by their rates.
void split(std::int64_t amount, std::span<const TaxLine> tax, std::int64_t* amounts) {
  if (tax.size() == 1) {
    *amounts = amount;
    return;
  }
  std::vector<std::int64_t> rates;
  rates.reserve(tax.size());
  for (const auto& line : tax) rates.push_back(line.rate_ppm.value_or(0));
  const auto shares = shares_of(amount, rates);
  std::copy(shares.begin(), shares.end(), amounts);
}

void tax_alone(const Charge& charge, bool by_piece, Rounding rounding, std::int64_t* amounts) {
  const auto of = [&](std::int64_t rate) {
    return by_piece ? tax_of_pieces(charge, rate, rounding) : tax_of(charge.left, rate, charge.includes_tax, rounding);
  };
  // guard: figures-stated-tax-kept
  if (is_stated(charge)) return copy_stated(charge, amounts);
  if (charge.includes_tax) return split(of(rate_of(charge.tax)), charge.tax, amounts);
  for (std::size_t i = 0; i < charge.tax.size(); ++i) amounts[i] = of(charge.tax[i].rate_ppm.value_or(0));
}

bool same_tax(const TaxLine& a, const TaxLine& b) {
  return a.code == b.code && a.rate_ppm == b.rate_ppm;
}

// A group that is rounded together: charges with the same tax, or with the same taxes if the prices include them.
struct Group {
  struct Member {
    const Charge* charge;
    std::int64_t* amounts;  // of the tax, or of all taxes of the charge
  };
  std::span<const TaxLine> tax;
  bool included = false;
  std::vector<Member> members;
};

Result<Group*> group_of(std::vector<Group>& groups, std::span<const TaxLine> tax, bool included) {
  const auto found = std::find_if(groups.begin(), groups.end(), [&](const Group& group) {
    return group.included == included &&
           std::equal(group.tax.begin(), group.tax.end(), tax.begin(), tax.end(), same_tax);
  });
  if (found != groups.end()) return &*found;
  if (groups.size() == kMaxTaxSums) {
    return fail(ErrorCode::kInvalid, "too_many_taxes",
                "an order has at most " + std::to_string(kMaxTaxSums) + " different taxes");
  }
  return &groups.emplace_back(Group{tax, included, {}});
}

void tax_together(const Group& group, Rounding rounding) {
  std::vector<std::int64_t> left;
  std::int64_t sum = 0;
  for (const auto& member : group.members) {
    left.push_back(member.charge->left);
    sum += member.charge->left;
  }
  const auto shares = shares_of(tax_of(sum, rate_of(group.tax), group.included, rounding), left);
  for (std::size_t i = 0; i < shares.size(); ++i) split(shares[i], group.tax, group.members[i].amounts);
}

Result<void> tax_by_rate(std::span<const Charge> charges, Rounding rounding, std::int64_t* amounts) {
  std::vector<Group> groups;
  for (const auto& charge : charges) {
    // Included taxes of a charge form one group, others one each. Stated amounts are not rounded.
    const std::size_t together = charge.includes_tax ? charge.tax.size() : 1;
    // guard: figures-stated-tax-in-no-group
    const std::size_t computed = is_stated(charge) ? 0 : charge.tax.size();
    if (computed == 0) copy_stated(charge, amounts);
    for (std::size_t i = 0; i < computed; i += together) {
      auto group = group_of(groups, charge.tax.subspan(i, together), charge.includes_tax);
      if (!group) return fail(std::move(group.error()));
      (*group)->members.push_back({&charge, amounts + i});
    }
    amounts += charge.tax.size();
  }
  for (const auto& group : groups) tax_together(group, rounding);
  return {};
}

}  // namespace

Result<std::vector<std::int64_t>> tax_amounts(std::span<const Charge> charges, TaxRounding where, Rounding rounding) {
  std::size_t count = 0;
  for (const auto& charge : charges) count += charge.tax.size();
  std::vector<std::int64_t> amounts(count);
  if (where == TaxRounding::order) {
    if (auto done = tax_by_rate(charges, rounding, amounts.data()); !done) return fail(std::move(done.error()));
    return amounts;
  }
  auto* next = amounts.data();
  for (const auto& charge : charges) {
    tax_alone(charge, where == TaxRounding::unit, rounding, next);
    next += charge.tax.size();
  }
  return amounts;
}

}  // namespace ordo
