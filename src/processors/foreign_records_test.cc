// A foreign producer may write any record of a known type. No such record may end the process.
#include <string>
#include <string_view>
#include <vector>

#include "base/described.h"
#include "engine/testing/test_bench.h"
#include "processors/processor_set.h"

namespace ordo::processors {
namespace {

// The value of a message in which every id is empty, or only those of the named members are not.
template <class M>
std::string value_with(std::span<const std::string_view> named) {
  std::string value = encode(M{});
  for (const auto& member : named) {
    const std::string empty = '"' + std::string(member) + "\":\"\"";
    const auto at = value.find(empty);
    if (at != std::string::npos) value.insert(at + empty.size() - 1, "x");
  }
  return value;
}

class ForeignRecords : public testing::Test {
 protected:
  // Feeds every type of message to the processor of its topic, each twice.
  void feed_all(std::span<const std::string_view> named) {
    for (Processor* processor : set_.in_order()) {
      Bench bench(*processor);
      boost::mp11::mp_for_each<boost::mp11::mp_iota_c<std::variant_size_v<Message> - 1>>([&](auto index) {
        using M = std::variant_alternative_t<decltype(index)::value, Message>;
        if (M::kMessage.topic != inbox_of(processor->kind())) return;
        SCOPED_TRACE(M::kMessage.type);
        for (int i = 0; i < 2; ++i) {
          const auto fed = bench.feed({bench.record(M::kMessage.type, value_with<M>(named))});
          EXPECT_TRUE(fed.has_value()) << fed.error().text();
        }
      });
      for (const auto& [key, document] : bench.documents) EXPECT_FALSE(key.id.empty()) << to_string(key.collection);
    }
  }

  NoPrices prices_;
  ProcessorSet set_{{kUsd, LocationId("main")}, prices_};
};

TEST_F(ForeignRecords, WithoutAnyIdEndNoProcessAndStoreNothing) {
  feed_all({});
}

TEST_F(ForeignRecords, WithOneIdEndNoProcess) {
  for (const std::string_view member : {"order_id", "location", "product_id", "customer_id", "webhook_id",
                                        "movement_id", "delivery_id", "shipment_id", "_id", "id"}) {
    SCOPED_TRACE(member);
    feed_all(std::array{member});
  }
}

TEST_F(ForeignRecords, WithTheIdOfTheirKeyAloneEndNoProcess) {
  static constexpr std::array<std::string_view, 6> kKeys = {"order_id",   "location",   "customer_id",
                                                            "webhook_id", "product_id", "id"};
  feed_all(kKeys);
}

}  // namespace
}  // namespace ordo::processors
