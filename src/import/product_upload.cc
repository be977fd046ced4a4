#include "import/product_upload.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "base/encoding.h"
#include "base/uuid.h"
#include "client/answer.h"
#include "domain/stock.h"
#include "records/json_codec.h"

namespace ordo::imports {
namespace {

using client::HttpRequest;
using client::HttpResponse;

// How often a request is repeated while the server has accepted it but not decided. Each time the server waits two
// seconds.
constexpr int kMaxProductAsks = 15;
// How often a product is read again because someone else changed it in the meantime.
constexpr int kMaxProductRaces = 5;
// Products of this run whose later rows are known as theirs.
constexpr std::size_t kMostCreated = 100'000;

// The body of a new product, and of a change.
struct ProductMembers : ProductTraits {
  std::optional<std::string> id;
  std::optional<std::string> name;
  std::optional<std::string> category;
  std::optional<Money> price;
  std::optional<std::int64_t> stock;
  std::optional<std::string> location;
};
BOOST_DESCRIBE_STRUCT(ProductMembers, (ProductTraits), (id, name, category, price, stock, location))

// The body of a count.
struct StockCount {
  std::int64_t count = 0;
  std::optional<std::string> location;
  std::string id;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(StockCount, (), (count, location, id, reason))

// The part of GET /v1/products/{id}/stock that is used.
struct StockOfProduct {
  std::vector<StockLevel> levels;
};
BOOST_DESCRIBE_STRUCT(StockOfProduct, (), (levels))

// Status codes 4xx that concern this product. All others concern the server, or every product.
bool refuses_product(int status) {
  return status == 400 || status == 409 || status == 413 || status == 422;
}

// A product under way.
struct ProductUnderWay {
  PlannedProduct product;
  int races = 0;
  bool created = false;
  bool restored = false;
  bool compared = false;
  bool stays_archived = false;
  std::int64_t rev = 0;                // of the product that was read last
  std::vector<StockLevel> levels;      // before the count
  std::vector<std::string> changes{};  // names of members
};
using ProductPtr = std::shared_ptr<ProductUnderWay>;

std::string product_path(const ProductUnderWay& upload) {
  return "/v1/products/" + percent_encoded(upload.product.id);
}

std::pair<std::string, std::string> if_revision(std::int64_t rev) {
  return {"If-Match", "\"" + std::to_string(rev) + "\""};
}

ProductMembers wanted_members(const PlannedProduct& product) {
  ProductMembers members;
  members.name = product.name;
  members.category = product.category;
  members.price = product.price;
  members.tax_class = product.tax_class;
  members.weight_g = product.weight_g;
  members.requires_shipping = product.requires_shipping;
  return members;
}

// A product as the server shows it. Nothing for an answer that is none.
std::optional<Product> product_answer(const HttpResponse& response, const std::string& id) {
  auto product = from_json<Product>(response.body, Fields::stored);
  if (!product || product->id.str() != id) return std::nullopt;
  return std::move(*product);
}

// Removes the members that are as in `live`. Returns the names of the others.
std::vector<std::string> keep_differences(const Product& live, ProductMembers& wanted) {
  std::vector<std::string> changed;
  const auto keep = [&](const char* name, auto& member, const auto& present) {
    if (!member) return;
    if (*member == present) {
      member.reset();
    } else {
      changed.emplace_back(name);
    }
  };
  keep("name", wanted.name, live.name);
  keep("category", wanted.category, live.category);
  keep("price", wanted.price, live.price);
  // The usual value is stored as absent.
  keep("tax_class", wanted.tax_class, live.tax_class.value_or(""));
  keep("weight_g", wanted.weight_g, live.weight_g.value_or(0));
  keep("requires_shipping", wanted.requires_shipping, live.requires_shipping.value_or(true));
  return changed;
}

}  // namespace

class ProductUpload::Impl {
 public:
  Impl(ProductUploadOptions options, client::HttpCaller& server, OnDone on_done)
      : options_(std::move(options)), server_(server), on_done_(std::move(on_done)) {}

  Result<void> send(PlannedProduct product);
  Result<void> drain();

  ProductOutcome outcome;

 private:
  using OnAnswer = void (Impl::*)(const ProductPtr&, const HttpResponse&);

  void ask(const ProductPtr& upload, HttpRequest request, OnAnswer on_answer, int asked = 0);
  std::string key(const ProductUnderWay& upload, std::string_view step, std::int64_t rev) const;
  bool may_read_again(const ProductPtr& upload);

  void create(const ProductPtr& upload);
  void on_created(const ProductPtr& upload, const HttpResponse& response);
  void read(const ProductPtr& upload);
  void on_read(const ProductPtr& upload, const HttpResponse& response);
  void is_archived(const ProductPtr& upload, Product live);
  void compare(const ProductPtr& upload, const Product& live);
  void on_changed(const ProductPtr& upload, const HttpResponse& response);
  void archive(const ProductPtr& upload);
  void on_archived(const ProductPtr& upload, const HttpResponse& response);
  void look_at_stock(const ProductPtr& upload);
  void on_levels(const ProductPtr& upload, const HttpResponse& response);
  void on_counted(const ProductPtr& upload, const HttpResponse& response);

  void finish(const ProductPtr& upload);
  void refuse(const ProductPtr& upload, const Error& error);
  void refuse_or_fail(const ProductPtr& upload, const HttpResponse& response);
  void failed(Error error);

  const ProductUploadOptions options_;
  client::HttpCaller& server_;
  const OnDone on_done_;
  std::unordered_set<std::string> under_way_;  // ids of products; at most the window
  std::string default_location_;               // the server's; known once it has counted something there
  std::unordered_set<std::string> created_;    // ids of products of this run, at most kMostCreated
  std::optional<Error> failure_;               // the first one
};

// --- requests --------------------------------------------------------------------------------------------------------

Result<void> ProductUpload::Impl::send(PlannedProduct product) {
  // The stock at another location needs the product, which may still be on its way.
  const auto must_wait = [&] {
    return server_.in_flight() >= server_.window() || (server_.in_flight() > 0 && under_way_.contains(product.id));
  };
  while (!failure_ && must_wait()) server_.wait();
  if (failure_) return fail(*failure_);
  under_way_.insert(product.id);
  const auto upload = std::make_shared<ProductUnderWay>();
  upload->product = std::move(product);
  const bool looks_first = options_.update || options_.update_stock || upload->product.active == false;
  if (upload->product.further_location && !options_.update_stock) {
    look_at_stock(upload);
  } else {
    looks_first ? read(upload) : create(upload);
  }
  return {};
}

Result<void> ProductUpload::Impl::drain() {
  while (server_.in_flight() > 0) server_.wait();
  if (failure_) return fail(*failure_);
  return {};
}

// Sends a request of the product. Repeats it while the server has not decided.
void ProductUpload::Impl::ask(const ProductPtr& upload, HttpRequest request, OnAnswer on_answer, int asked) {
  if (failure_) return;
  HttpRequest again = request;
  server_.start(std::move(request), [this, upload, on_answer, asked,
                                     again = std::move(again)](Result<HttpResponse> answer) mutable {
    if (!answer) return failed(std::move(answer.error()));
    if (answer->status != 202) return (this->*on_answer)(upload, *answer);
    if (asked < kMaxProductAsks) return ask(upload, std::move(again), on_answer, asked + 1);
    failed({ErrorCode::kUnavailable, "undecided", "the catalogue has not decided about " + upload->product.id, {}});
  });
}

// The key of one step for one state of the product. So a repeated request is harmless, and a later change to the same
// content is a new request.
std::string ProductUpload::Impl::key(const ProductUnderWay& upload, std::string_view step, std::int64_t rev) const {
  // guard: import-update-key-of-revision
  return uuid_v5("ordo-import",
                 options_.run + "\n" + std::string(step) + "\n" + std::to_string(rev) + "\n" + upload.product.id);
}

bool ProductUpload::Impl::may_read_again(const ProductPtr& upload) {
  if (++upload->races <= kMaxProductRaces) return true;
  refuse(upload, {ErrorCode::kConflict, "stale_revision", "others change this product at the same time", {}});
  return false;
}

// --- new products ----------------------------------------------------------------------------------------------------

void ProductUpload::Impl::create(const ProductPtr& upload) {
  const PlannedProduct& product = upload->product;
  if (!product.name || !product.price) {
    return refuse(upload, {ErrorCode::kNotFound,
                           "unknown_product",
                           "there is no such product, and a new one needs a name and a price",
                           {}});
  }
  ProductMembers members = wanted_members(product);
  members.id = product.id;
  members.stock = product.stock ? product.stock : product.first_stock;
  if (members.stock && !product.location.empty()) members.location = product.location;
  ask(upload, {"POST", "/v1/products", {{"Idempotency-Key", key(*upload, "create", upload->rev)}}, to_json(members)},
      &Impl::on_created);
}

void ProductUpload::Impl::on_created(const ProductPtr& upload, const HttpResponse& response) {
  const auto live = response.status == 201 ? product_answer(response, upload->product.id) : std::nullopt;
  const bool on_sale = live && live->status == ProductStatus::active;
  if (live && (on_sale || upload->product.active == false)) {
    upload->created = true;
    if (created_.size() >= kMostCreated) created_.clear();
    created_.insert(upload->product.id);
    upload->restored = upload->restored || (live->rev > 1 && on_sale);
    upload->rev = live->rev;
    // guard: import-draft-is-archived
    return upload->product.active == false && on_sale ? archive(upload) : finish(upload);
  }
  // An answer from an earlier run, or a product that exists.
  const std::string reason = response.status == 201 ? "" : client::problem_of(response).reason;
  const bool exists = live || reason == "product_exists" || reason == "idempotency_key_reused";
  if (!exists) return refuse_or_fail(upload, response);
  const bool compares = options_.update || options_.update_stock;
  if (compares || live || upload->product.active == false) {
    if (live) upload->rev = live->rev;
    if (!may_read_again(upload)) return;
    return compares || !live ? read(upload) : create(upload);
  }
  look_at_stock(upload);
}

// --- existing products -----------------------------------------------------------------------------------------------

void ProductUpload::Impl::read(const ProductPtr& upload) {
  ask(upload, {"GET", product_path(*upload) + "?archived=true", {}, {}}, &Impl::on_read);
}

void ProductUpload::Impl::on_read(const ProductPtr& upload, const HttpResponse& response) {
  if (response.status == 404 && client::problem_of(response).reason == "unknown_product") return create(upload);
  auto live = response.status == 200 ? product_answer(response, upload->product.id) : std::nullopt;
  if (!live) return refuse_or_fail(upload, response);
  upload->rev = live->rev;
  if (live->status == ProductStatus::archived) return is_archived(upload, std::move(*live));
  // A product that this import has made, and that someone else has changed since.
  if (upload->created) return archive(upload);
  // guard: import-update-only-when-asked
  if (!options_.update) return look_at_stock(upload);
  compare(upload, *live);
}

// An archived product comes back only if the file says that it is on sale.
void ProductUpload::Impl::is_archived(const ProductPtr& upload, Product live) {
  if (upload->created) return finish(upload);
  PlannedProduct& product = upload->product;
  if (!options_.update || product.active != true) {
    upload->stays_archived = true;
    return look_at_stock(upload);
  }
  // A create replaces the whole product.
  if (!product.name) product.name = std::move(live.name);
  if (!product.category) product.category = std::move(live.category);
  if (!product.price) product.price = live.price;
  if (!product.tax_class) product.tax_class = live.tax_class;
  if (!product.weight_g) product.weight_g = live.weight_g;
  if (!product.requires_shipping) product.requires_shipping = live.requires_shipping;
  product.first_stock.reset();
  if (!options_.update_stock && product.stock) {
    product.stock.reset();
    ++outcome.stock_not_counted;
  }
  create(upload);
}

void ProductUpload::Impl::compare(const ProductPtr& upload, const Product& live) {
  const PlannedProduct& product = upload->product;
  upload->compared = true;
  // guard: import-currency-is-named
  if (product.price && !product.currency_named && product.price->currency != live.price.currency) {
    return refuse(upload,
                  {ErrorCode::kConflict,
                   "currency_differs",
                   "the product has a price in " + std::string(live.price.currency.code()) +
                       ", and the row names no currency: --currency " + std::string(live.price.currency.code()) +
                       ", or --set currency=" + std::string(product.price->currency.code()) + " to change it",
                   {}});
  }
  ProductMembers wanted = wanted_members(product);
  upload->changes = keep_differences(live, wanted);
  if (upload->changes.empty()) return product.active == false ? archive(upload) : look_at_stock(upload);
  // guard: import-update-if-match
  ask(upload,
      {"PATCH",
       product_path(*upload),
       {if_revision(live.rev), {"Idempotency-Key", key(*upload, "update", live.rev)}},
       to_json(wanted)},
      &Impl::on_changed);
}

void ProductUpload::Impl::on_changed(const ProductPtr& upload, const HttpResponse& response) {
  if (const auto live = response.status == 200 ? product_answer(response, upload->product.id) : std::nullopt) {
    upload->rev = live->rev;
    return upload->product.active == false ? archive(upload) : look_at_stock(upload);
  }
  upload->changes.clear();
  if (response.status == 412 || response.status == 404) {
    if (may_read_again(upload)) read(upload);
    return;
  }
  refuse_or_fail(upload, response);
}

void ProductUpload::Impl::archive(const ProductPtr& upload) {
  ask(upload,
      {"DELETE",
       product_path(*upload),
       {if_revision(upload->rev), {"Idempotency-Key", key(*upload, "archive", upload->rev)}},
       {}},
      &Impl::on_archived);
}

void ProductUpload::Impl::on_archived(const ProductPtr& upload, const HttpResponse& response) {
  if (response.status == 412 || response.status == 404) {
    if (may_read_again(upload)) read(upload);
    return;
  }
  if (response.status != 204) return refuse_or_fail(upload, response);
  if (upload->created) return finish(upload);
  upload->changes.emplace_back("status");
  look_at_stock(upload);
}

// --- stock -----------------------------------------------------------------------------------------------------------

void ProductUpload::Impl::look_at_stock(const ProductPtr& upload) {
  if (!upload->product.stock) return finish(upload);
  // A new product takes its stock at all of its locations.
  const bool is_new = upload->product.further_location && created_.contains(upload->product.id);
  // guard: import-stock-only-when-asked
  if (!options_.update_stock && !is_new) {
    ++outcome.stock_not_counted;
    return finish(upload);
  }
  ask(upload, {"GET", product_path(*upload) + "/stock", {}, {}}, &Impl::on_levels);
}

void ProductUpload::Impl::on_levels(const ProductPtr& upload, const HttpResponse& response) {
  auto stock = response.status == 200 ? from_json<StockOfProduct>(response.body, Fields::stored)
                                      : Result<StockOfProduct>(fail(client::problem_of(response)));
  if (!stock) return refuse_or_fail(upload, response);
  const PlannedProduct& product = upload->product;
  upload->levels = std::move(stock->levels);
  const std::string& location = product.location.empty() ? default_location_ : product.location;
  std::int64_t changes = 0;
  for (const auto& level : upload->levels) {
    changes += level.rev;
    if (level.location.str() != location || level.on_hand != *product.stock) continue;
    ++outcome.stock_unchanged;
    return finish(upload);
  }
  StockCount count;
  count.count = *product.stock;
  if (!product.location.empty()) count.location = product.location;
  count.id = key(*upload, "count " + product.location, changes);
  count.reason = "import";
  ask(upload, {"POST", product_path(*upload) + "/stock", {}, to_json(count)}, &Impl::on_counted);
}

void ProductUpload::Impl::on_counted(const ProductPtr& upload, const HttpResponse& response) {
  const auto level = response.status == 200 ? from_json<StockLevel>(response.body, Fields::stored)
                                            : Result<StockLevel>(fail(client::problem_of(response)));
  if (!level || level->location.empty()) return refuse_or_fail(upload, response);
  if (upload->product.location.empty()) default_location_ = level->location.str();
  // The first counts are sent before it is known where the server counts. They may have changed nothing.
  const bool same = std::any_of(upload->levels.begin(), upload->levels.end(), [&](const StockLevel& before) {
    return before.location == level->location && before.on_hand == *upload->product.stock;
  });
  if (same) {
    ++outcome.stock_unchanged;
  } else {
    ++outcome.stock_counted;
    upload->changes.emplace_back("stock");
  }
  finish(upload);
}

// --- results ---------------------------------------------------------------------------------------------------------

void ProductUpload::Impl::finish(const ProductPtr& upload) {
  under_way_.erase(upload->product.id);
  const bool looked = upload->compared || (options_.update_stock && upload->product.stock);
  // The product itself was counted with its first location.
  if (upload->product.further_location) {
    ++outcome.further_locations;
    return on_done_(upload->product.ordinal, upload->product.id, {});
  }
  for (const auto& member : upload->changes) ++outcome.members[member];
  ++(upload->restored           ? outcome.restored
     : upload->created          ? outcome.created
     : !upload->changes.empty() ? outcome.changed
     : upload->stays_archived   ? outcome.archived
     : looked                   ? outcome.unchanged
                                : outcome.existing);
  on_done_(upload->product.ordinal, upload->product.id, {});
}

void ProductUpload::Impl::refuse(const ProductPtr& upload, const Error& error) {
  const Violation first = error.violations.empty() ? Violation{"", error.message} : error.violations.front();
  ++outcome.refused;
  under_way_.erase(upload->product.id);
  on_done_(upload->product.ordinal, "",
           {{upload->product.line, upload->product.id, {first.pointer, error.reason, first.detail, ""}}});
}

void ProductUpload::Impl::refuse_or_fail(const ProductPtr& upload, const HttpResponse& response) {
  Error error = client::problem_of(response);
  if (refuses_product(response.status)) return refuse(upload, error);
  if (response.status / 100 == 2) error = {ErrorCode::kCorrupt, "bad_answer", "cannot read the server's answer", {}};
  failed(std::move(error));
}

void ProductUpload::Impl::failed(Error error) {
  if (!failure_) failure_ = std::move(error);
}

std::string changes_text(const ProductOutcome& outcome) {
  struct Word {
    std::string_view member;
    std::string_view one;
    std::string_view many;
  };
  static constexpr std::array<Word, 8> kWords{{{"price", "price", "prices"},
                                               {"name", "name", "names"},
                                               {"category", "category", "categories"},
                                               {"status", "archived", "archived"},
                                               {"tax_class", "tax class", "tax classes"},
                                               {"weight_g", "weight", "weights"},
                                               {"requires_shipping", "kind of shipping", "kinds of shipping"},
                                               {"stock", "stock", "stocks"}}};
  if (outcome.changed == 0) return {};
  std::string text = std::to_string(outcome.changed) + (outcome.changed == 1 ? " product" : " products") + " changed";
  std::string_view separator = ": ";
  for (const auto& word : kWords) {
    const auto found = outcome.members.find(std::string(word.member));
    if (found == outcome.members.end()) continue;
    text.append(separator).append(std::to_string(found->second)).append(" ");
    text.append(found->second == 1 ? word.one : word.many);
    separator = ", ";
  }
  return text;
}

// --- the upload ------------------------------------------------------------------------------------------------------

ProductUpload::ProductUpload(ProductUploadOptions options, client::HttpCaller& server, OnDone on_done)
    : impl_(std::make_unique<Impl>(std::move(options), server, std::move(on_done))) {}
ProductUpload::~ProductUpload() = default;

Result<void> ProductUpload::send(PlannedProduct product) {
  return impl_->send(std::move(product));
}
Result<void> ProductUpload::drain() {
  return impl_->drain();
}
const ProductOutcome& ProductUpload::outcome() const {
  return impl_->outcome;
}

}  // namespace ordo::imports
