#include "records/messages.h"

#include "records/json_codec.h"

namespace ordo {
namespace {

template <class T>
Result<Message> read(const Record& record) {
  auto message = from_json<T>(record.value, Fields::lenient);
  if (!message) return fail(std::move(message.error()));
  return Message(std::move(*message));
}

Result<Message> own_fact(const Record&) {
  return Message(OrderDecided{});
}

struct TypeReader {
  Topic topic;
  std::string_view type;
  Result<Message> (*read)(const Record&);
};

constexpr TypeReader kReaders[] = {
    {Topic::order_created, type::kOrderPlaced, read<NewOrder>},
    {Topic::product_events, type::kProductChanged, read<ProductEvent>},
    {Topic::order_events, type::kOrderCreated, read<OrderCreated>},
    {Topic::order_events, type::kStockReserved, read<StockReserved>},
    {Topic::order_events, type::kStockRejected, read<StockRejected>},
    {Topic::order_events, type::kCancelRequested, read<CancelRequested>},
    {Topic::order_events, type::kOrderReserved, own_fact},
    {Topic::order_events, type::kOrderRejected, own_fact},
    {Topic::order_events, type::kOrderCancelled, own_fact},
    {Topic::stock, type::kReserveRequested, read<ReserveRequested>},
    {Topic::stock, type::kReleaseRequested, read<ReleaseRequested>},
    {Topic::stock, type::kStockCounted, read<StockCounted>},
    {Topic::stock, type::kStockAdjusted, read<StockAdjusted>},
};

}  // namespace

Result<Message> decode(const Record& record) {
  const auto& type = record.envelope.type;
  if (type.empty() && record.at.topic == Topic::order_created) return read<NewOrder>(record);
  if (type.empty() && record.at.topic == Topic::product_events) return read<ProductEvent>(record);
  for (const auto& reader : kReaders) {
    if (reader.topic == record.at.topic && reader.type == type) return reader.read(record);
  }
  return fail(ErrorCode::kInvalid, "unknown_type",
              type.empty() ? "the record has no ce_type" : "records of type " + type + " do not belong here");
}

std::vector<std::pair<Topic, std::string_view>> decodable_types() {
  std::vector<std::pair<Topic, std::string_view>> types;
  for (const auto& reader : kReaders) types.emplace_back(reader.topic, reader.type);
  return types;
}

std::string encode(const NewOrder& message) {
  return to_json(message);
}
std::string encode(const ProductEvent& message) {
  return to_json(message);
}
std::string encode(const OrderCreated& message) {
  return to_json(message);
}
std::string encode(const StockReserved& message) {
  return to_json(message);
}
std::string encode(const StockRejected& message) {
  return to_json(message);
}
std::string encode(const CancelRequested& message) {
  return to_json(message);
}
std::string encode(const OrderDecided& message) {
  return to_json(message);
}
std::string encode(const ReserveRequested& message) {
  return to_json(message);
}
std::string encode(const ReleaseRequested& message) {
  return to_json(message);
}
std::string encode(const StockCounted& message) {
  return to_json(message);
}
std::string encode(const StockAdjusted& message) {
  return to_json(message);
}

}  // namespace ordo
