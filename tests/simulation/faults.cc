#include "faults.h"

namespace ordo::simulation {
namespace {

struct Spec {
  std::string_view name;
  int strongest;  // in 1/1000 per opportunity
  int on;         // number of histories with it, of 1000
};

// In the order of Fault.
constexpr std::array<Spec, kFaults> kSpecs = {{
    {"crash", 30, 700},         {"interleave", 200, 850},   {"restart", 15, 400},   {"rebalance", 30, 700},
    {"stale_owner", 980, 600},  {"slow_consumer", 15, 400}, {"reread", 300, 400},   {"database_fails", 40, 500},
    {"database_away", 12, 300}, {"disk_full", 12, 250},     {"disk_stop", 8, 200},  {"broker_fails", 40, 500},
    {"broker_away", 12, 300},   {"answer_lost", 40, 400},   {"duplicate", 60, 500}, {"repeat", 60, 500},
    {"late_answer", 60, 500},   {"unheard", 400, 500},      {"gateway", 700, 500},  {"clock_forward", 15, 400},
    {"clock_back", 15, 400},    {"clock_wrong", 400, 400},  {"malformed", 40, 400}, {"oversized", 400, 300},
    {"misplaced", 600, 500},    {"api_dies", 20, 400},      {"retention", 25, 400}, {"forged", 40, 400},
    {"epoch", 8, 300},
}};

constexpr std::array<std::string_view, kSights> kSights_ = {"records",
                                                            "steps",
                                                            "fenced",
                                                            "stale_work",
                                                            "torn_commits",
                                                            "crashed_recoveries",
                                                            "resent_records",
                                                            "skipped_copies",
                                                            "races",
                                                            "carrier_cancels",
                                                            "parts_cancelled",
                                                            "sent_again",
                                                            "refunds_corrected",
                                                            "errands",
                                                            "dead_letters",
                                                            "letters_replayed",
                                                            "orders_refused",
                                                            "orders_retried",
                                                            "lost_and_detected",
                                                            "lost_unfollowed",
                                                            "refused_logs",
                                                            "removed_records",
                                                            "cut_readers",
                                                            "logs_made_anew",
                                                            "epochs_needless",
                                                            "topics_widened",
                                                            "logs_replaced",
                                                            "captured_parts",
                                                            "paid_by_hand",
                                                            "refunds_by_hand",
                                                            "unread_expired",
                                                            "promotions_used",
                                                            "promotions_refused",
                                                            "promotions_returned",
                                                            "orders_imported",
                                                            "terms_changes",
                                                            "tags_changes"};

}  // namespace

std::string_view name_of(Fault fault) {
  return kSpecs[static_cast<std::size_t>(fault)].name;
}

std::string_view name_of(Sight sight) {
  return kSights_[static_cast<std::size_t>(sight)];
}

bool parse_fault(std::string_view name, Fault& fault) {
  for (std::size_t i = 0; i < kFaults; ++i) {
    if (kSpecs[i].name != name) continue;
    fault = static_cast<Fault>(i);
    return true;
  }
  return false;
}

FaultMask all_faults() {
  FaultMask mask;
  mask.fill(true);
  return mask;
}

void Faults::draw(Choices& choices, const FaultMask& allowed) {
  for (std::size_t i = 0; i < kFaults; ++i) {
    const bool on = choices.chance(kSpecs[i].on);
    const auto strength = static_cast<int>(1 + choices.pick(kSpecs[i].strongest));
    rates_[i] = on && allowed[i] ? strength : 0;
  }
}

}  // namespace ordo::simulation
