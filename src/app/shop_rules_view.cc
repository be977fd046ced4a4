#include "app/shop_rules_view.h"

#include <array>

#include "base/check.h"
#include "base/log.h"
#include "engine/page_walk.h"

namespace ordo::app {
namespace {

constexpr std::chrono::seconds kLookAgain{1};
constexpr std::chrono::milliseconds kAfterError{200};
constexpr std::array kWriters = {ProcessorKind::pricing, ProcessorKind::promotions};

}  // namespace

ShopRulesView::ShopRulesView(const Topology& topology, std::string home)
    : topology_(topology), home_(std::move(home)), rules_(std::make_shared<const ShopRules>()) {}

ShopRulesView::~ShopRulesView() {
  stop();
}

void ShopRulesView::start(DocumentReader& reader) {
  ORDO_CHECK(reader_ == nullptr, "started twice");
  reader_ = &reader;
  thread_ = std::thread([this] { run(); });
}

void ShopRulesView::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  woken_.notify_all();
  if (thread_.joinable()) thread_.join();
}

std::shared_ptr<const ShopRules> ShopRulesView::current() const {
  const std::lock_guard lock(mutex_);
  return rules_;
}

void ShopRulesView::observe(std::string_view id, std::int64_t rev) {
  {
    const std::lock_guard lock(mutex_);
    const auto known = versions_.find(std::string(id));
    if (known != versions_.end() && known->second >= rev) return;
    wanted_ = true;
  }
  woken_.notify_all();
}

Result<ShopRulesView::Positions> ShopRulesView::read_positions() {
  Positions positions;
  for (const auto writer : kWriters) {
    for (int partition = 0; partition < topology_[inbox_of(writer)].partitions; ++partition) {
      const auto cursor = reader_->cursor({writer, partition});
      if (!cursor) return fail(cursor.error());
      positions.push_back(cursor->next);
    }
  }
  return positions;
}

Result<void> ShopRulesView::load() {
  std::vector<TaxRate> rates;
  std::vector<ShippingMethod> methods;
  std::vector<Promotion> promotions;
  std::unordered_map<std::string, std::int64_t> versions;
  std::size_t unreadable = 0;
  const auto read = [&]<class Rule>(std::vector<Rule>& into) {
    Query query;
    query.collection = kCollectionOf<Rule>;
    return each_page(*reader_, std::move(query), [&](Page& page) -> Result<Walk> {
      for (auto& document : page.documents) {
        auto& rule = std::get<Rule>(document);
        versions[rule.id] = rule.rev;
        into.push_back(std::move(rule));
      }
      unreadable += page.unreadable.size();
      return Walk::go_on;
    });
  };
  if (auto done = read(rates); !done) return done;
  if (auto done = read(methods); !done) return done;
  if (auto done = read(promotions); !done) return done;
  if (unreadable > 0) log_error("rules for prices cannot be read, and do not count", {{"rules", unreadable}});
  auto made = std::make_shared<const ShopRules>(std::move(rates), std::move(methods), std::move(promotions), home_);
  const std::lock_guard lock(mutex_);
  rules_ = std::move(made);
  versions_ = std::move(versions);
  return {};
}

void ShopRulesView::run() {
  Positions seen;
  bool again = true;  // a cursor may be visible shortly before its documents: then the next look reads once more
  bool stop = false;
  while (!stop) {
    bool asked = false;
    {
      const std::lock_guard lock(mutex_);
      asked = std::exchange(wanted_, false);
    }
    auto positions = read_positions();
    Result<void> done;
    if (!positions) {
      done = fail(std::move(positions.error()));
    } else {
      const bool moved = *positions != seen;
      if (moved || again || asked) done = load();
      if (done) {
        again = moved;
        seen = std::move(*positions);
        loaded_ = true;
      }
    }
    if (!done) log_warn("the rules for prices cannot be read now", {{"error", done.error().text()}});
    std::unique_lock lock(mutex_);
    const auto wait = done ? std::chrono::milliseconds(kLookAgain) : kAfterError;
    woken_.wait_for(lock, wait, [this] { return stopping_ || wanted_; });
    stop = stopping_;
  }
}

}  // namespace ordo::app
