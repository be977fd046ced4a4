#include "records/messages.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "records/dead_letter.h"
#include "records/json_codec.h"
#include "records/plain_form.h"
#include "records/proof.h"
#include "records/seed_messages.h"
#include "records/wire_format.h"

namespace ordo {
namespace {

template <class T>
Result<Message> read(const Record& record) {
  auto message = from_json<T>(record.value, Fields::lenient);
  if (!message) return fail(std::move(message.error()));
  return Message(std::move(*message));
}

template <class T>
Result<Message> read_seed(Result<T> message) {
  if (!message) return fail(std::move(message.error()));
  return Message(std::move(*message));
}

struct TypeReader {
  Topic topic = Topic::order_created;
  std::string_view type;
  Result<Message> (*read)(const Record&) = nullptr;
};

constexpr std::size_t kFacts = [] {
  std::size_t count = 0;
  for_each_type<OrderFacts>([&](auto fact) { count += decltype(fact)::type::kMessages.size(); });
  return count;
}();

// All alternatives of Message except the last, which stands for the facts; then the facts.
constexpr auto kReaders = [] {
  using Alternatives = boost::mp11::mp_rename<Message, boost::mp11::mp_list>;
  std::array<TypeReader, std::variant_size_v<Message> - 1 + kFacts> readers{};
  std::size_t count = 0;
  for_each_type<Alternatives>([&](auto alternative) {
    using M = typename decltype(alternative)::type;
    if constexpr (!std::is_same_v<M, Fact>) readers[count++] = {M::kMessage.topic, M::kMessage.type, read<M>};
  });
  for_each_type<OrderFacts>([&](auto fact) {
    for (const auto& info : decltype(fact)::type::kMessages) {
      readers[count++] = {info.topic, info.type, [](const Record&) { return Result<Message>(Fact{}); }};
    }
  });
  return readers;
}();

// The history of an order keeps the source of each record.
constexpr std::size_t kLongestSource = 512;

// The history of an order keeps who caused a record, too.
Result<void> check_by(const Envelope& envelope) {
  std::vector<Violation> found;
  if (const auto& by = envelope.by) {
    check_rules(*by, text_rule_of(envelope), found);
    if (!is_utf8(by->id) || !is_utf8(by->name.value_or(""))) found.push_back({{}, "must be UTF-8 text"});
  } else if (std::any_of(envelope.as_came.begin(), envelope.as_came.end(),
                         [](const Header& header) { return is_by_header(header.name); })) {
    found.push_back({"/kind", "must be key, token, system or customer, and there must be an id"});
  }
  if (found.empty()) return {};
  for (auto& violation : found) violation.pointer.insert(0, "/by");
  return fail(Error{ErrorCode::kInvalid, std::string(kInvalidBy),
                    "bykind, byid and byname do not say who caused the record", std::move(found)});
}

Result<Message> decode_plain(const Record& record) {
  const auto& source = record.envelope.source;
  // guard: source-is-text
  if (source.size() > kLongestSource || !is_utf8(source)) {
    return fail(ErrorCode::kInvalid, "invalid_source",
                "ce_source must be UTF-8 text of at most " + std::to_string(kLongestSource) + " bytes");
  }
  // guard: by-is-an-actor
  if (auto checked = check_by(record.envelope); !checked) return fail(std::move(checked.error()));
  if (record.null_value) {
    return fail(
        ErrorCode::kInvalid, "tombstone",
        "the record has no value (a tombstone); ordo does not delete with tombstones: describe the change in a value");
  }
  const auto& type = record.envelope.type;
  if (type.empty() && record.at.topic == Topic::order_created) return read_seed(read_seed_order(record.value));
  if (type.empty() && record.at.topic == Topic::product_events) {
    return read_seed(read_seed_product_event(record.value));
  }
  for (const auto& reader : kReaders) {
    if (reader.topic == record.at.topic && reader.type == type) return reader.read(record);
  }
  return fail(ErrorCode::kInvalid, "unknown_type",
              type.empty() ? "the record has no ce_type" : "records of type " + type + " do not belong on this topic");
}

}  // namespace

Result<Message> decode(const Record& record) {
  const auto plain = plain_form(record);
  if (!plain) return fail(plain.error());
  const Record& read = *plain ? **plain : record;
  auto message = decode_plain(read);
  if (message || message.error().reason != "malformed_json") return message;
  return fail(explain_malformed(read.value, std::move(message.error())));
}

std::vector<std::pair<Topic, std::string_view>> decodable_types() {
  std::vector<std::pair<Topic, std::string_view>> types;
  types.reserve(kReaders.size());
  for (const auto& reader : kReaders) types.emplace_back(reader.topic, reader.type);
  return types;
}

template <class M>
std::string encode(const M& message) {
  return to_json(message);
}
template std::string encode(const NewOrder&);
template std::string encode(const ProductEvent&);
template std::string encode(const OrderCreated&);
template std::string encode(const CancelRequested&);
template std::string encode(const RefundRequested&);
template std::string encode(const ReturnRequested&);
template std::string encode(const PaymentTimedOut&);
template std::string encode(const HoldElapsed&);
template std::string encode(const RetentionElapsed&);
template std::string encode(const StockReserved&);
template std::string encode(const StockRejected&);
template std::string encode(const PaymentAuthorized&);
template std::string encode(const PaymentCaptured&);
template std::string encode(const PaymentFailed&);
template std::string encode(const PaymentVoided&);
template std::string encode(const PaymentRefunded&);
template std::string encode(const PaymentRefundFailed&);
template std::string encode(const ShipmentShipped&);
template std::string encode(const ShipmentDelivered&);
template std::string encode(const ShipmentLost&);
template std::string encode(const ShipmentCancelled&);
template std::string encode(const ShipmentCancelRefused&);
template std::string encode(const ReserveRequested&);
template std::string encode(const ReleaseRequested&);
template std::string encode(const ShipRequested&);
template std::string encode(const RestockRequested&);
template std::string encode(const StockCounted&);
template std::string encode(const StockAdjusted&);
template std::string encode(const AuthorizeRequested&);
template std::string encode(const CaptureRequested&);
template std::string encode(const VoidRequested&);
template std::string encode(const PaymentRefundRequested&);
template std::string encode(const GatewayAnswered&);
template std::string encode(const ShipmentRequested&);
template std::string encode(const ShipmentCancelRequested&);
template std::string encode(const CarrierUpdated&);
template std::string encode(const CustomerChanged&);
template std::string encode(const CustomerOrderChanged&);
template std::string encode(const WebhookChanged&);
template std::string encode(const WebhookAttempted&);
template std::string encode(const WebhookAdvanced&);
template std::string encode(const RedeliverRequested&);
template std::string encode(const WebhookTestRequested&);
template std::string encode(const OrderDecided&);
template std::string encode(const OrderRequestRefused&);
template std::string encode(const ShipmentUpdateRefused&);
template std::string encode(const ResendRequested&);
template std::string encode(const NoteAdded&);
template std::string encode(const TagsChangeRequested&);
template std::string encode(const OrderChangeRequested&);
template std::string encode(const ResendReserved&);
template std::string encode(const ResendRejected&);
template std::string encode(const PartReleaseRequested&);
template std::string encode(const StockResendRequested&);
template std::string encode(const PaymentRedactRequested&);
template std::string encode(const ShipmentRedactRequested&);
template std::string encode(const PromotionChanged&);
template std::string encode(const TaxRateChanged&);
template std::string encode(const ShippingMethodChanged&);
template std::string encode(const PaymentRecorded&);
template std::string encode(const RefundPaid&);
template std::string encode(const PromotionRedeemed&);
template std::string encode(const PromotionRefused&);
template std::string encode(const RedeemRequested&);
template std::string encode(const RedemptionReleaseRequested&);
template std::string encode(const OrderImported&);

}  // namespace ordo
