// GET /v1/search: orders, customers, products and shipments by the beginnings of their words.
#include <algorithm>
#include <array>

#include "api/api_context.h"
#include "api/list_request.h"
#include "base/number.h"
#include "base/text.h"
#include "domain/money_text.h"
#include "http/problem.h"
#include "http/request_guard.h"
#include "http/router.h"
#include "records/json_codec.h"
#include "records/search_terms.h"

namespace ordo::api {
namespace {

constexpr std::size_t kMaxText = 100;  // characters
constexpr std::size_t kMaxFound = 50;

struct Hit {
  std::string kind;
  std::string id;
  std::string title;
  std::string detail;
  std::optional<std::string> status;
  std::optional<std::string> order_id;
};
BOOST_DESCRIBE_STRUCT(Hit, (), (kind, id, title, detail, status, order_id))
struct Hits {
  std::vector<Hit> data;
};
BOOST_DESCRIBE_STRUCT(Hits, (), (data))
constexpr auto notes(NotesOf<Hit>) {
  return std::array{Note{"kind", "order, customer, product or shipment"}, Note{"order_id", "of a shipment: its order"}};
}

// The texts that there are, with ", " between them.
std::string listed(std::initializer_list<std::string_view> texts) {
  std::vector<std::string_view> some(texts);
  std::erase(some, std::string_view());
  return joined(some, ", ");
}

std::string_view or_empty(const std::optional<std::string>& text) {
  return text ? std::string_view(*text) : std::string_view();
}

Hit hit_of(const Order& order) {
  std::string_view name = order.contact ? or_empty(order.contact->name) : std::string_view();
  if (name.empty() && order.shipping_address) name = order.shipping_address->name;
  const std::string_view email = order.contact ? or_empty(order.contact->email) : std::string_view();
  std::string detail = listed({name, email, or_empty(order.reference)});
  if (detail.empty()) detail = order.customer_id.str();
  return {"order", order.id.str(), "#" + order.number, detail, std::string(enum_name(order.status)), {}};
}
Hit hit_of(const Customer& customer) {
  const bool named = customer.name && !customer.name->empty();
  return {"customer",
          customer.id.str(),
          named ? *customer.name : customer.id.str(),
          listed({or_empty(customer.email), or_empty(customer.phone)}),
          {},
          {}};
}
Hit hit_of(const Product& product) {
  return {"product",
          product.id.str(),
          product.name,
          listed({product.id.str(), format_decimal(product.price) + " " + std::string(product.price.currency.code())}),
          std::string(enum_name(product.status)),
          {}};
}
Hit hit_of(const Shipment& shipment) {
  return {"shipment",
          shipment.id,
          shipment.tracking.empty() ? shipment.id : shipment.tracking,
          listed({shipment.carrier, shipment.location.str()}),
          std::string(enum_name(shipment.status)),
          shipment.order_id.str()};
}

// A search as the documents are asked.
struct Search {
  ApiContext& context;
  std::string text;                // as it was typed, without blanks and # around it
  std::vector<std::string> words;  // all must match
  std::string digits;              // of a phone number; empty: it is none
  std::size_t limit = 20;

  using Where = std::vector<std::pair<std::string, std::string>>;

  // Adds what a list finds and is not there yet.
  template <class T>
  Result<void> add(Where where, std::vector<T>& found) const {
    if (found.size() >= limit) return {};
    Query query;
    query.collection = kCollectionOf<T>;
    query.where = std::move(where);
    query.limit = limit;
    query.max_bytes = context.options.max_page_bytes;
    query.time_limit = context.options.max_list_time;
    auto page = context.ports.documents.list(query);
    if (!page) return fail(std::move(page.error()));
    for (auto& document : page->documents) {
      auto& one = std::get<T>(document);
      const bool there = std::any_of(found.begin(), found.end(), [&](const T& other) { return other.id == one.id; });
      if (!there && found.size() < limit) found.push_back(std::move(one));
    }
    return {};
  }

  template <class T>
  Result<void> add_by_words(std::vector<T>& found) const {
    Where where;
    for (const auto& word : words) where.emplace_back("search", word);
    if (auto added = add(std::move(where), found); !added) return added;
    const bool other = !digits.empty() && (words.size() > 1 || words.front() != digits);
    return other ? add({{"search", digits}}, found) : Result<void>();
  }

  Result<std::vector<Order>> orders() const {
    std::vector<Order> found;
    for (const auto* member : {"number", "reference"}) {
      if (auto added = add({{member, text}}, found); !added) return fail(std::move(added.error()));
    }
    if (auto added = add_by_words(found); !added) return fail(std::move(added.error()));
    return found;
  }

  // Also those of the orders with this number: a shipment does not have it.
  Result<std::vector<Shipment>> shipments() const {
    std::vector<Shipment> found;
    if (auto added = add_by_words(found); !added) return fail(std::move(added.error()));
    std::vector<Order> numbered;
    if (auto added = add({{"number", text}}, numbered); !added) return fail(std::move(added.error()));
    for (const auto& order : numbered) {
      if (auto added = add({{"order_id", order.id.str()}}, found); !added) return fail(std::move(added.error()));
    }
    return found;
  }

  template <class T>
  Result<std::vector<T>> all() const {
    std::vector<T> found;
    if (auto added = add_by_words(found); !added) return fail(std::move(added.error()));
    return found;
  }
};

// The kinds of hits that the caller may read.
using Kinds = std::array<bool, 4>;

template <class T>
Result<void> add_hits(const Result<std::vector<T>>& found, std::vector<Hit>& hits) {
  if (!found) return fail(found.error());
  for (const auto& document : *found) hits.push_back(hit_of(document));
  return {};
}

// Each kind gets its part of the answer. What one does not need, the others get.
Hits merge(std::array<std::vector<Hit>, 4> found, std::size_t limit) {
  std::size_t total = 0;
  for (const auto& hits : found) total += hits.size();
  for (; total > limit; --total) {
    std::max_element(found.rbegin(), found.rend(), [](const auto& a, const auto& b) {
      return a.size() < b.size();
    })->pop_back();
  }
  Hits all;
  for (auto& hits : found) std::move(hits.begin(), hits.end(), std::back_inserter(all.data));
  return all;
}

Result<Hits> run(const Search& search, const Kinds& kinds) {
  std::array<std::vector<Hit>, 4> found;
  Result<void> done;
  if (kinds[0]) done = add_hits(search.orders(), found[0]);
  if (done && kinds[1]) done = add_hits(search.all<Customer>(), found[1]);
  if (done && kinds[2]) done = add_hits(search.all<Product>(), found[2]);
  if (done && kinds[3]) done = add_hits(search.shipments(), found[3]);
  if (!done) return fail(std::move(done.error()));
  return merge(std::move(found), search.limit);
}

Result<Search> parse(ApiContext& context, const http::QueryString& parameters) {
  Search search{context, {}, {}, {}};
  for (const auto& [name, value] : parameters.parameters()) {
    if (name == "q") {
      search.text = value;
    } else if (name == "limit") {
      const auto limit = parse_integer<std::size_t>(value);
      if (!limit || *limit < 1 || *limit > kMaxFound) return http::bad_query("limit is a whole number from 1 to 50");
      search.limit = *limit;
    } else {
      return http::bad_query("there is no parameter " + name + "; known are q, limit");
    }
  }
  const auto begins_character = [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; };
  const auto length = std::count_if(search.text.begin(), search.text.end(), begins_character);
  if (!is_utf8(search.text) || length < 1 || length > static_cast<std::ptrdiff_t>(kMaxText)) {
    return http::bad_query("q is a text of 1 to 100 characters");
  }
  search.words = search_words(search.text);
  search.digits = search_digits(search.text);
  const auto first = search.text.find_first_not_of(" #");
  if (search.words.empty() || first == std::string::npos) return http::bad_query("q has no word");
  search.text = search.text.substr(first, search.text.find_last_not_of(' ') - first + 1);
  return search;
}

void get_search(ApiContext& context, http::Request request, http::Respond respond) {
  const auto made = make_call(std::move(request), std::move(respond));
  const auto parameters = http::QueryString::parse(made->request.query());
  if (!parameters) return made->refuse(parameters.error());
  auto search = parse(context, *parameters);
  if (!search) return made->refuse(search.error());
  using enum access::Permission;
  // guard: search-permissions
  const Kinds kinds = {http::may(made->request, {orders_read}), http::may(made->request, {customers_read}),
                       http::may(made->request, {products_read}), http::may(made->request, {shipments_read})};
  context.on_pool(made, [search = std::move(*search), kinds](const CallPtr& call) {
    const auto hits = run(search, kinds);
    if (!hits) return refuse_list(call, hits.error());
    http::Response response = json_response(200, to_json(*hits));
    response.add_header("Cache-Control", "no-store");
    call->answer(std::move(response));
  });
}

std::string hits_schema(SchemaSet&) {
  return R"({"type":"integer","minimum":1,"maximum":50,"default":20})";
}
std::string words_schema(SchemaSet&) {
  return R"({"type":"string","minLength":1,"maxLength":100})";
}

}  // namespace

void add_search_routes(http::Router& router, ApiContext& context) {
  router.add(http::Method::kGet, "/v1/search", bind_to(context)(get_search),
             {.tag = "Search",
              .operation = "search",
              .summary = "Find orders, customers, products and shipments",
              .text = "Each word of `q` is the beginning of a word of the document: of a number, reference, name, "
                      "e-mail address, phone number, tracking number or id. Case and marks do not matter. The answer "
                      "has the kinds that the caller may read, newest first.",
              .parameters = {{.name = "q",
                              .text = "The words.",
                              .schema = words_schema,
                              .required = true,
                              .example = R"("nguyen 1042")"},
                             {.name = "limit", .text = "Maximum number of hits.", .schema = hits_schema}},
              .answers = {{200, "The hits.", schema_of<Hits>}},
              .problems = {{400, "bad_query"}, {503, "list_too_slow"}}});
}

}  // namespace ordo::api
