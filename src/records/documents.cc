#include "records/documents.h"

#include <tuple>
#include <type_traits>

#include "base/check.h"
#include "records/collections.h"
#include "records/json_codec.h"

namespace ordo {
namespace {

// The results of `make` for each type of document, in the order of Collection.
template <class Make>
constexpr auto of_each(Make make) {
  return [&make]<class... T>(std::type_identity<std::variant<T...>>) {
    return std::array{make.template operator()<T>()...};
  }(std::type_identity<Document>());
}

template <class Filters>
struct FieldsOf;
template <class... Filter>
struct FieldsOf<std::tuple<Filter...>> {
  static constexpr std::array<IndexField, sizeof...(Filter)> kFields = {Filter::field()...};
};

template <class T>
constexpr bool kHasTime = !std::is_null_pointer_v<decltype(CollectionOf<T>::kTime)>;

template <class T>
constexpr bool kHasUpdated = requires {
  CollectionOf<T>::kUpdated;
};
template <class T>
constexpr bool kHasSearch = requires {
  CollectionOf<T>::kSearchColumns;
};

constexpr auto kSpecs = of_each([]<class T>() {
  using Described = CollectionOf<T>;
  CollectionSpec spec;
  spec.name = Described::kName;
  spec.writer = Described::kWriter;
  if constexpr (kHasTime<T>) spec.time_path = member_name<Described::kTime>();
  if constexpr (kHasUpdated<T>) spec.updated_path = member_name<Described::kUpdated>();
  if constexpr (kHasSearch<T>) spec.search_columns = Described::kSearchColumns;
  spec.filters = FieldsOf<typename Described::Filters>::kFields;
  return spec;
});

constexpr bool names_agree() {
  bool agree = true;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<Collection>>([&agree](auto collection) {
    agree = agree && kSpecs[static_cast<std::size_t>(collection.value)].name == collection.name;
  });
  return agree;
}
static_assert(names_agree(), "Document and Collection are in one order");

template <class T, class... Filter>
void add_values(const T& document, std::type_identity<std::tuple<Filter...>>, IndexEntries& entries) {
  std::size_t filter = 0;
  (Filter::add_values(filter++, document, entries), ...);
}

template <class T>
Result<Document> read(std::string_view text) {
  auto document = from_json<T>(text, Fields::stored);
  if (!document) return fail(ErrorCode::kCorrupt, "unreadable_document", document.error().text());
  return Document(std::move(*document));
}

constexpr auto kDocumentReaders = of_each([]<class T>() { return &read<T>; });

template <class T>
std::size_t length(const std::optional<std::vector<T>>& list) {
  return list ? list->size() : 0;
}

const std::string& text_of(const std::string& id) {
  return id;
}
template <class Tag>
const std::string& text_of(const Id<Tag>& id) {
  return id.str();
}

}  // namespace

std::string_view to_string(Collection collection) {
  return spec_of(collection).name;
}

std::optional<Collection> parse_collection(std::string_view name) {
  for (std::size_t i = 0; i < kCollections; ++i) {
    if (kSpecs[i].name == name) return static_cast<Collection>(i);
  }
  return std::nullopt;
}

ProcessorKind writer_of(Collection collection) {
  return spec_of(collection).writer;
}

const std::string& id_of(const Document& document) {
  return std::visit([](const auto& value) -> const std::string& { return text_of(value.id); }, document);
}

std::int64_t rev_of(const Document& document) {
  return std::visit([](const auto& value) { return value.rev; }, document);
}

void set_rev(Document& document, std::int64_t rev) {
  std::visit([rev](auto& value) { value.rev = rev; }, document);
}

namespace {

// Of the tax and the discounts of a line or shipping charge, without texts.
template <class Carrier>
std::size_t figures_size(const Carrier& carrier) {
  return 150 * (carrier.tax ? carrier.tax->size() : 0) + 80 * (carrier.discounts ? carrier.discounts->size() : 0);
}

}  // namespace

std::size_t approximate_size(const Document& document) {
  constexpr std::size_t kFixed = 400;  // names and figures of any document
  if (const auto* order = std::get_if<Order>(&document)) {
    std::size_t size = 2 * kFixed;
    for (const auto& line : order->lines) size += 150 + figures_size(line) + text_bytes(line);
    for (const auto& charge : order->shipping.value_or(std::vector<ShippingCharge>()))
      size += 300 + figures_size(charge);
    size += text_bytes(figures_of(*order)) + (order->totals ? kFixed : 0);
    for (const auto& entry : order->history) {
      size += 80 + entry.type.size() + entry.source.size() + entry.summary.size() + text_bytes(entry.by);
    }
    size += text_bytes(terms_of(*order)) + text_bytes(order->notes) + text_bytes(order->changes) +
            text_bytes(order->imported);
    size += 200 * (order->refunds.size() + order->returns.size() + order->parcels.size() + order->cancellations.size() +
                   order->resends.size() + order->refusals.size());
    size += 180 * length(order->redemptions);
    size += 400 * length(order->payments) + 200 * length(order->captures);
    for (const auto& part : order->refunds) size += part.lines ? 120 * part.lines->size() : 0;
    for (const auto& part : order->returns) size += 60 * part.lines.size();
    for (const auto& part : order->parcels) size += 60 * part.lines.size();
    for (const auto& part : order->cancellations) size += 60 * part.lines.size();
    for (const auto& part : order->resends) size += 60 * part.lines.size();
    return size;
  }
  if (const auto* reservation = std::get_if<Reservation>(&document)) {
    return kFixed + 60 * (reservation->lines.size() + reservation->shipped.size() + reservation->released.size()) +
           100 * reservation->shortages.size() + 60 * reservation->movements.size();
  }
  if (const auto* shipment = std::get_if<Shipment>(&document))
    return kFixed + 60 * (shipment->lines.size() + shipment->cancels.size());
  if (const auto* payment = std::get_if<Payment>(&document)) {
    return 2 * kFixed + 250 * payment->calls.size() + 100 * payment->history.size() + 40 * payment->refunds.size() +
           12 * payment->made.size() + 150 * payment->refund_calls.size() + 150 * length(payment->captures);
  }
  if (const auto* customer = std::get_if<Customer>(&document)) {
    std::size_t size = 2 * kFixed + 60 * customer->value.size();
    for (const auto& [key, value] : customer->metadata) size += 8 + key.size() + value.size();
    return size;
  }
  if (const auto* webhook = std::get_if<Webhook>(&document)) {
    return 3 * kFixed + webhook->url.size() + webhook->description.size() + 60 * webhook->types.size() +
           100 * webhook->recent_changes.size();
  }
  if (const auto* delivery = std::get_if<WebhookDelivery>(&document)) return 2 * kFixed + 120 * delivery->log.size();
  if (const auto* method = std::get_if<ShippingMethod>(&document)) {
    return 2 * kFixed + text_bytes(*method) + (method->price.steps ? 80 * method->price.steps->size() : 0);
  }
  if (const auto* hour = std::get_if<OrderHour>(&document)) {
    std::size_t size = kFixed;
    for (const auto& quarter : hour->quarters) size += 250 + 60 * quarter.sums.reasons.size();
    return size;
  }
  if (const auto* promotion = std::get_if<Promotion>(&document)) return 3 * kFixed + text_bytes(*promotion);
  return kFixed;
}

const CollectionSpec& spec_of(Collection collection) {
  return kSpecs[static_cast<std::size_t>(collection)];
}

IndexEntries index_entries(const Document& document) {
  return std::visit(
      []<class T>(const T& value) {
        using Described = CollectionOf<T>;
        IndexEntries entries;
        if constexpr (kHasTime<T>) entries.sort = to_unix_ms(value.*Described::kTime);
        if constexpr (kHasUpdated<T>) entries.updated = to_unix_ms(value.*Described::kUpdated);
        add_values(value, std::type_identity<typename Described::Filters>(), entries);
        return entries;
      },
      document);
}

std::string document_to_json(const Document& document) {
  return std::visit([](const auto& value) { return to_json(value); }, document);
}

Result<Document> document_from_json(Collection collection, std::string_view text) {
  const auto index = static_cast<std::size_t>(collection);
  ORDO_CHECK(index < kCollections, "collection ", index);
  return kDocumentReaders[index](text);
}

}  // namespace ordo
