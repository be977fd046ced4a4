// Whatever bytes a foreign producer puts on a topic: decoded or refused, never a crash, and what is decoded survives a
// round trip.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "records/documents.h"
#include "records/messages.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  static constexpr std::string_view kTypes[] = {"",
                                                ordo::type::kOrderCreated,
                                                ordo::type::kStockRejected,
                                                ordo::type::kCancelRequested,
                                                ordo::type::kReserveRequested,
                                                ordo::type::kReleaseRequested,
                                                ordo::type::kStockCounted,
                                                ordo::type::kStockAdjusted};
  ordo::Record record;
  record.at.topic = static_cast<ordo::Topic>(data[0] % 4);
  record.envelope.type = kTypes[(data[0] / 4) % std::size(kTypes)];
  record.value.assign(reinterpret_cast<const char*>(data + 1), size - 1);
  const auto message = ordo::decode(record);
  if (message) {
    std::visit(
        [&](const auto& value) {
          record.value = ordo::encode(value);
          ORDO_CHECK(ordo::decode(record).has_value(), record.value);
        },
        *message);
  }
  for (std::size_t i = 0; i < ordo::kCollections; ++i) {
    const auto document = ordo::document_from_json(static_cast<ordo::Collection>(i), record.value);
    if (!document) continue;
    const auto again = ordo::document_from_json(static_cast<ordo::Collection>(i), ordo::document_to_json(*document));
    ORDO_CHECK(again.has_value() && *again == *document, record.value);
  }
  return 0;
}
