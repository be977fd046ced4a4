// The documents ordo keeps, the collections they are in, and what they can be found by.
#pragma once

#include <array>
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
#include "domain/payment.h"
#include "domain/product.h"
#include "domain/shipment.h"
#include "domain/stock.h"
#include "domain/webhook.h"
#include "records/topology.h"

namespace ordo {

// A collection holds one type of document; the alternatives of Document are in the order of Collection.
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
  webhook_deliveries
};
inline constexpr std::size_t kCollections = 10;
using Document = std::variant<Product, Order, StockLevel, Reservation, StockMovement, Payment, Shipment, Customer,
                              Webhook, WebhookDelivery>;

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

// About how many bytes the document takes when it is stored.
std::size_t approximate_size(const Document& document);

// A field a list can be filtered by. `many`: the field is in each element of an array ("lines.product_id").
struct IndexField {
  std::string_view name;  // of the filter: "product_id"
  std::string_view path;  // in the document: "lines.product_id"
  bool many = false;
};

// How a collection is listed: newest first by `time_path`, then by id from high to low; by id alone, from low to high,
// where `time_path` is empty.
struct CollectionSpec {
  std::string_view name;
  std::string_view time_path;
  std::span<const IndexField> filters;
};
const CollectionSpec& spec_of(Collection collection);

// The values a document is found by, one entry a field (several for a `many` field), and its place in the order of the
// list.
struct IndexEntries {
  std::int64_t sort = 0;  // unix milliseconds of time_path, 0 where there is none
  std::vector<std::pair<std::size_t, std::string_view>> values;  // index into filters, value; views into the document
};
IndexEntries index_entries(const Document& document);

// Where a page ended: the next one begins after it.
struct PageKey {
  std::int64_t sort = 0;
  std::string id;
};

struct Query {
  Collection collection = Collection::orders;
  std::vector<std::pair<std::string, std::string>> where;  // filter name, value; all must hold
  std::optional<Timestamp> from;                           // inclusive, on time_path
  std::optional<Timestamp> to;                             // exclusive
  std::size_t limit = 50;                                  // 1..kMaxPage
  std::optional<PageKey> after;

  static constexpr std::size_t kMaxPage = 500;
};

struct Page {
  std::vector<Document> documents;
  std::optional<PageKey> next;  // absent on the last page
};

// A document as the JSON it is kept as (embedded) and shown as (HTTP), and back. kCorrupt when the text is not one.
std::string document_to_json(const Document& document);
Result<Document> document_from_json(Collection collection, std::string_view text);

}  // namespace ordo
