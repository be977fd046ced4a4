// The documents that ordo keeps, their collections, and the filters of their lists.
#pragma once

#include <array>
#include <boost/mp11.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "domain/customer.h"
#include "domain/order.h"
#include "domain/order_hour.h"
#include "domain/payment.h"
#include "domain/product.h"
#include "domain/promotion.h"
#include "domain/redemption.h"
#include "domain/shipment.h"
#include "domain/shipping_method.h"
#include "domain/stock.h"
#include "domain/tax_rate.h"
#include "domain/webhook.h"
#include "records/topology.h"

namespace ordo {

class SchemaSet;

// A collection holds one type of document. The alternatives of Document are in the order of Collection. See
// collections.h for the description of each.
enum class Collection : unsigned char {
  products,
  orders,
  stock_levels,
  reservations,
  stock_movements,
  payments,
  shipments,
  customers,
  webhook_endpoints,
  webhook_deliveries,
  tax_rates,
  shipping_methods,
  promotions,
  redemptions,
  promotion_buyers,
  order_hours
};
using Document =
    std::variant<Product, Order, StockLevel, Reservation, StockMovement, Payment, Shipment, Customer, Webhook,
                 WebhookDelivery, TaxRate, ShippingMethod, Promotion, Redemption, PromotionBuyer, OrderHour>;
inline constexpr std::size_t kCollections = std::variant_size_v<Document>;

// The collection of the documents of type T.
template <class T>
inline constexpr Collection kCollectionOf = static_cast<Collection>(boost::mp11::mp_find<Document, T>::value);

inline Collection collection_of(const Document& document) {
  return static_cast<Collection>(document.index());
}
std::string_view to_string(Collection collection);
std::optional<Collection> parse_collection(std::string_view name);

// The one processor that writes it.
ProcessorKind writer_of(Collection collection);

const std::string& id_of(const Document& document);
std::int64_t rev_of(const Document& document);
void set_rev(Document& document, std::int64_t rev);

// Approximate size of the stored document, in bytes.
std::size_t approximate_size(const Document& document);

// How a filter's value is compared with those of a document.
enum class Match : unsigned char {
  equal,
  any_case,  // equal, ignoring case at least for ASCII letters
  prefix,    // the value is the beginning of one of the document's
  at_least,  // of numbers: the document's is at least the value
  at_most
};

// A field that filters a list. `many`: a document has several values, such as one in each element of an array
// ("lines.product_id").
struct IndexField {
  std::string_view name;  // name of the filter: "product_id"
  std::string_view path;  // path in the document: "lines.product_id"
  Match match = Match::equal;
  bool many = false;
  bool sparse = false;    // many documents have no value, so the index leaves them out
  bool computed = false;  // the document has no such field: stores keep the values beside it, under `path`
  bool listed = true;     // false: it is no parameter of a list
  std::vector<std::string_view> (*names)() = nullptr;  // all values of an enum; null for others
  std::string (*schema)(SchemaSet& set) = nullptr;     // schema of a value

  bool is_number() const { return match == Match::at_least || match == Match::at_most; }
};

// How a collection is listed. With `time_path`: newest first, then by id from high to low. Without: by id from low to
// high.
struct CollectionSpec {
  std::string_view name;
  ProcessorKind writer = ProcessorKind::intake;
  std::string_view time_path;
  std::string_view updated_path;  // empty: not listed by the time of the last change
  std::span<const IndexField> filters;
  // The names of filters whose indexes also answer a filter `search`, and "id". Its own values leave theirs out.
  std::span<const std::string_view> search_columns;
};
const CollectionSpec& spec_of(Collection collection);

// The values that the filters match, one entry per field (several for a `many` field), and the document's sort
// position.
struct IndexEntries {
  std::int64_t sort = 0;     // time_path in unix milliseconds, 0 if there is none
  std::int64_t updated = 0;  // updated_path, likewise
  // Index into filters, and value: views into the document, or into `made`.
  std::vector<std::pair<std::size_t, std::string_view>> values;
  std::vector<std::pair<std::size_t, std::int64_t>> numbers;
  std::vector<std::string> made;
};
IndexEntries index_entries(const Document& document);

// The end of a page; the next page begins after it.
struct PageKey {
  std::int64_t sort = 0;
  std::string id;
};

// By time_path or updated_path, newest first. A collection without a time is listed by id.
enum class ListOrder : unsigned char { time, updated };

struct Query {
  Collection collection = Collection::orders;
  std::vector<std::pair<std::string, std::string>> where;  // filter name, value; all must hold
  ListOrder order = ListOrder::time;
  std::optional<Timestamp> from;          // inclusive, on the time of `order`
  std::optional<Timestamp> to;            // exclusive
  std::size_t limit = 50;                 // 1..kMaxPage
  std::size_t max_bytes = kMaxPageBytes;  // at least 1, in stored bytes; a page has at least one document
  std::optional<PageKey> after;
  // The longest time that the store may read; 0: as it sees fit. After it, the list fails with kTooSlow.
  std::chrono::milliseconds time_limit{0};

  static constexpr std::size_t kMaxPage = 500;
  static constexpr std::size_t kMaxPageBytes = 4 * 1024 * 1024;

  // Whether a page of this size is full.
  bool is_full(std::size_t documents, std::size_t bytes) const { return documents == limit || bytes >= max_bytes; }
};

struct Page {
  std::vector<Document> documents;
  std::optional<PageKey> next;          // absent on the last page
  std::vector<std::string> unreadable;  // for each unreadable document that was left out: the problem and the id
};

// The reason of the error kUnavailable for a list that exceeds its time limit.
inline constexpr std::string_view kTooSlow = "list_too_slow";

// The reason of the error kCorrupt for an unreadable document.
inline constexpr std::string_view kUnreadableDocument = "unreadable_document";

// A document as JSON, as it is stored (embedded) and shown (HTTP), and back. kCorrupt if the text is not a document.
std::string document_to_json(const Document& document);
Result<Document> document_from_json(Collection collection, std::string_view text);

}  // namespace ordo
