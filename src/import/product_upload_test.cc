#include "import/product_upload.h"

#include <gtest/gtest.h>

#include <deque>
#include <map>

#include "base/encoding.h"
#include "domain/stock.h"
#include "records/json_codec.h"

namespace ordo::imports {
namespace {

using client::HttpRequest;
using client::HttpResponse;

struct ShopBody : ProductTraits {
  std::optional<ProductId> id;
  std::optional<std::string> name;
  std::optional<Money> price;
  std::optional<std::string> category;
  std::optional<std::int64_t> stock;
  std::optional<std::string> location;
};
BOOST_DESCRIBE_STRUCT(ShopBody, (ProductTraits), (id, name, price, category, stock, location))

struct ShopCount {
  std::int64_t count = 0;
  std::optional<std::string> location;
  std::string id;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(ShopCount, (), (count, location, id, reason))

struct ShopStock {
  std::vector<StockLevel> levels;
};
BOOST_DESCRIBE_STRUCT(ShopStock, (), (levels))

std::string header_of(const HttpRequest& request, std::string_view name) {
  for (const auto& [key, value] : request.headers) {
    if (key == name) return value;
  }
  return {};
}

HttpResponse problem(int status, const std::string& code) {
  return {status, R"({"code":")" + code + R"(","detail":"no"})"};
}

// The catalogue of a shop, with the domain's own decisions. Answers one request per wait(), in the order they came in.
class ShopServer : public client::HttpCaller {
 public:
  void start(HttpRequest request, client::OnResponse on_response) override {
    requests.push_back(request);
    waiting_.emplace_back(std::move(request), std::move(on_response));
    most_in_flight = std::max(most_in_flight, waiting_.size());
  }
  std::size_t in_flight() const override { return waiting_.size(); }
  std::size_t window() const override { return 4; }
  void wait() override {
    if (waiting_.empty()) return;
    auto [request, on_response] = std::move(waiting_.front());
    waiting_.pop_front();
    if (before) before(request);
    on_response(answer ? answer(request) : answer_of(request));
  }

  Result<HttpResponse> answer_of(const HttpRequest& request) {
    const auto query = request.target.find('?');
    std::string path = request.target.substr(0, query);
    const bool archived = query != path.npos && request.target.substr(query) == "?archived=true";
    if (request.method == "POST" && path == "/v1/products") return change(ProductAction::create, {}, request);
    path.erase(0, std::string_view("/v1/products/").size());
    const bool stock = path.ends_with("/stock");
    if (stock) path.erase(path.size() - std::string_view("/stock").size());
    const std::string id = percent_decode(path).value_or("");
    if (stock && request.method == "GET") return HttpResponse{200, to_json(ShopStock{levels_of(id)})};
    if (stock) return count(id, request);
    if (request.method == "PATCH") return change(ProductAction::update, id, request);
    if (request.method == "DELETE") return change(ProductAction::remove, id, request);
    const auto found = products.find(id);
    const bool shown = found != products.end() && (archived || found->second.status == ProductStatus::active);
    return shown ? HttpResponse{200, to_json(found->second)} : problem(404, "unknown_product");
  }

  // How often each kind of request came in, without reads: "POST", "PATCH", "DELETE", "count".
  std::map<std::string, int> writes() const {
    std::map<std::string, int> counts;
    for (const auto& request : requests) {
      if (request.method != "GET") ++counts[request.target.ends_with("/stock") ? "count" : request.method];
    }
    return counts;
  }

  std::int64_t on_hand(const std::string& id, const std::string& location = "main") const {
    const auto found = levels.find({id, location});
    return found == levels.end() ? -1 : found->second.on_hand;
  }

  std::map<std::string, Product> products;
  std::map<std::pair<std::string, std::string>, StockLevel> levels;
  std::vector<HttpRequest> requests;
  std::size_t most_in_flight = 0;
  std::function<void(const HttpRequest&)> before;                  // something that happens in the meantime
  std::function<Result<HttpResponse>(const HttpRequest&)> answer;  // instead of the shop's own

 private:
  HttpResponse change(ProductAction action, const std::string& id, const HttpRequest& request) {
    const auto body =
        request.body.empty() ? Result<ShopBody>(ShopBody{}) : from_json<ShopBody>(request.body, Fields::strict);
    if (!body) return problem(422, "invalid_fields");
    ChangeProduct wanted;
    wanted.action = action;
    wanted.id = body->id ? *body->id : ProductId(id);
    wanted.name = body->name;
    wanted.category = body->category;
    wanted.price = body->price;
    traits_of(wanted) = traits_of(*body);
    wanted.change_id = header_of(request, "Idempotency-Key");
    if (const auto tag = header_of(request, "If-Match"); !tag.empty()) {
      wanted.expected_rev = std::stoll(tag.substr(1, tag.size() - 2));
    }
    const auto known = products.find(wanted.id.str());
    const Product* current = known == products.end() ? nullptr : &known->second;
    auto next = decide(current, wanted, from_unix_ms(1));
    if (!next) {
      const std::string reason = next.error().reason;
      return problem(reason == "stale_revision"    ? 412
                     : reason == "unknown_product" ? 404
                     : reason == "product_exists"  ? 409
                                                   : 422,
                     reason);
    }
    if (current == nullptr || next->recent_changes != current->recent_changes) ++next->rev;
    const bool created = action == ProductAction::create;
    if (created && body->stock) level(wanted.id.str(), body->location.value_or("main"), *body->stock);
    products[wanted.id.str()] = *next;
    if (action == ProductAction::remove) return {204, ""};
    return {created ? 201 : 200, to_json(*next)};
  }

  HttpResponse count(const std::string& id, const HttpRequest& request) {
    const auto body = from_json<ShopCount>(request.body, Fields::strict);
    if (!body || !products.contains(id)) return problem(404, "unknown_product");
    const auto [movement, fresh] = movements_.emplace(body->id, request.body);
    if (!fresh && movement->second != request.body) return problem(422, "movement_id_reused");
    return {200, to_json(fresh ? level(id, body->location.value_or("main"), body->count)
                               : levels[{id, body->location.value_or("main")}])};
  }

  StockLevel& level(const std::string& id, const std::string& location, std::int64_t on_hand) {
    StockLevel& one = levels[{id, location}];
    one.location = LocationId(location);
    one.product_id = ProductId(id);
    one.on_hand = on_hand;
    ++one.rev;
    return one;
  }

  std::vector<StockLevel> levels_of(const std::string& id) const {
    std::vector<StockLevel> found;
    for (const auto& [key, one] : levels) {
      if (key.first == id) found.push_back(one);
    }
    return found;
  }

  std::map<std::string, std::string> movements_;
  std::deque<std::pair<HttpRequest, client::OnResponse>> waiting_;
};

PlannedProduct planned(const std::string& id, std::optional<std::int64_t> price, std::optional<std::string> name = {}) {
  PlannedProduct product;
  product.line = 2;
  product.id = id;
  product.name = std::move(name);
  if (price) product.price = Money{*price, *Currency::parse("USD")};
  return product;
}

PlannedProduct with_stock(PlannedProduct product, std::int64_t stock) {
  product.stock = stock;
  return product;
}

class ProductUploadTest : public testing::Test {
 protected:
  // One import of these products. Each is another run, unless `run` names one.
  ProductOutcome import(std::vector<PlannedProduct> products, ProductUploadOptions options = {}) {
    if (options.run.empty()) options.run = "run " + std::to_string(++runs_);
    done_.clear();
    refused_.clear();
    ProductUpload upload(options, shop_,
                         [this](std::size_t ordinal, const std::string& id, const std::vector<Refusal>& refusals) {
                           done_.emplace_back(ordinal, id);
                           refused_.insert(refused_.end(), refusals.begin(), refusals.end());
                         });
    std::size_t ordinal = 0;
    for (auto& product : products) {
      product.ordinal = ordinal++;
      sent_ = upload.send(std::move(product));
      if (!sent_) break;
    }
    drained_ = upload.drain();
    return upload.outcome();
  }

  static constexpr auto kUpdate = [] {
    ProductUploadOptions options;
    options.update = true;
    return options;
  };
  static constexpr auto kUpdateStock = [] {
    ProductUploadOptions options;
    options.update = options.update_stock = true;
    return options;
  };

  ShopServer shop_;
  std::vector<std::pair<std::size_t, std::string>> done_;
  std::vector<Refusal> refused_;
  Result<void> sent_;
  Result<void> drained_;
  int runs_ = 0;
};

TEST_F(ProductUploadTest, NewProductsAreCreatedWithTheirStock) {
  auto bowl = planned("B 1", 800, "Bowl");
  bowl.first_stock = 100;
  bowl.weight_g = 300;
  bowl.tax_class = "food";
  const auto outcome = import({with_stock(planned("0042", 1250, "Tea towel"), 10), bowl});
  ASSERT_TRUE(drained_) << drained_.error().text();
  EXPECT_EQ(outcome.created, 2U);
  EXPECT_EQ(outcome.accepted(), 2U);
  EXPECT_EQ(outcome.stock_not_counted, 0U);
  EXPECT_EQ(shop_.on_hand("0042"), 10);
  EXPECT_EQ(shop_.on_hand("B 1"), 100);
  EXPECT_EQ(shop_.products["B 1"].weight_g, 300);
  EXPECT_EQ(shop_.products["B 1"].tax_class, "food");
  EXPECT_EQ(done_, (std::vector<std::pair<std::size_t, std::string>>{{0, "0042"}, {1, "B 1"}}));
  EXPECT_EQ(shop_.requests.size(), 2U);
}

TEST_F(ProductUploadTest, ExistingProductsStayWithoutTheFlag) {
  import({with_stock(planned("0042", 1250, "Tea towel"), 10)});
  const auto outcome = import({with_stock(planned("0042", 999, "Towel"), 4)});
  EXPECT_EQ(outcome.existing, 1U);
  EXPECT_EQ(outcome.stock_not_counted, 1U);
  EXPECT_EQ(shop_.products["0042"].price.amount, 1250);
  EXPECT_EQ(shop_.on_hand("0042"), 10);
}

TEST_F(ProductUploadTest, AnUpdateSendsOnlyTheDifference) {
  import({planned("a", 1250, "Cup"), planned("b", 800, "Bowl"), planned("c", 300, "Dish")});
  shop_.requests.clear();
  const auto outcome =
      import({planned("a", 1350, "Cup"), planned("b", 800, "Bowl large"), planned("c", 300)}, kUpdate());
  EXPECT_EQ(outcome.changed, 2U);
  EXPECT_EQ(outcome.unchanged, 1U);
  EXPECT_EQ(outcome.members, (std::map<std::string, std::uint64_t>{{"name", 1}, {"price", 1}}));
  EXPECT_EQ(changes_text(outcome), "2 products changed: 1 price, 1 name");
  std::vector<std::string> bodies;
  for (const auto& request : shop_.requests) {
    if (request.method != "PATCH") continue;
    bodies.push_back(request.body);
    EXPECT_EQ(header_of(request, "If-Match"), "\"1\"");
  }
  EXPECT_EQ(bodies,
            (std::vector<std::string>{R"({"price":{"amount":1350,"currency":"USD"}})", R"({"name":"Bowl large"})"}));
}

TEST_F(ProductUploadTest, TheUsualTraitsAreNoDifference) {
  import({planned("a", 1250, "Cup")});
  auto same = planned("a", 1250, "Cup");
  same.tax_class = "";
  same.weight_g = 0;
  same.requires_shipping = true;
  same.active = true;
  EXPECT_EQ(import({same}, kUpdate()).unchanged, 1U);
  same.weight_g = 350;
  same.requires_shipping = false;
  const auto outcome = import({same}, kUpdate());
  EXPECT_EQ(outcome.members, (std::map<std::string, std::uint64_t>{{"requires_shipping", 1}, {"weight_g", 1}}));
  EXPECT_EQ(shop_.products["a"].requires_shipping, false);
}

TEST_F(ProductUploadTest, APriceThatReturnsIsSetAgain) {
  // The same three files under the same name: their content decides nothing.
  auto options = kUpdate();
  options.run = "the same run";
  for (const std::int64_t price : {1250, 999, 1250, 999, 1250}) {
    import({planned("0042", price, "Tea towel")}, options);
    EXPECT_EQ(shop_.products["0042"].price.amount, price);
  }
  shop_.requests.clear();
  const auto outcome = import({planned("0042", 1250, "Tea towel")}, options);
  EXPECT_EQ(outcome.unchanged, 1U);
  EXPECT_EQ(changes_text(outcome), "");
  EXPECT_TRUE(shop_.writes().empty());
}

TEST_F(ProductUploadTest, StockIsCountedOnlyWhenAsked) {
  import({with_stock(planned("0042", 1250, "Tea towel"), 10)});
  const auto outcome = import({with_stock(planned("0042", {}), 4)}, kUpdate());
  EXPECT_EQ(outcome.unchanged, 1U);
  EXPECT_EQ(outcome.stock_not_counted, 1U);
  EXPECT_EQ(shop_.on_hand("0042"), 10);
  for (const std::int64_t stock : {4, 10, 4}) {
    const auto counted = import({with_stock(planned("0042", {}), stock)}, kUpdateStock());
    EXPECT_EQ(counted.stock_counted, 1U);
    EXPECT_EQ(changes_text(counted), "1 product changed: 1 stock");
    EXPECT_EQ(shop_.on_hand("0042"), stock);
  }
  const auto again = import({with_stock(planned("0042", {}), 4)}, kUpdateStock());
  EXPECT_EQ(again.stock_unchanged, 1U);
  EXPECT_EQ(again.unchanged, 1U);
  EXPECT_EQ(again.members.size(), 0U);
}

TEST_F(ProductUploadTest, StockAloneLeavesTheRest) {
  import({with_stock(planned("a", 1250, "Cup"), 10), planned("b", 800, "Bowl")});
  ProductUploadOptions options;
  options.update_stock = true;
  const auto outcome = import({with_stock(planned("a", 999, "Mug"), 4), planned("b", 700)}, options);
  EXPECT_EQ(outcome.changed, 1U);
  EXPECT_EQ(outcome.existing, 1U);
  EXPECT_EQ(shop_.products["a"].name, "Cup");
  EXPECT_EQ(shop_.on_hand("a"), 4);
  EXPECT_EQ(shop_.writes()["PATCH"], 0);
}

TEST_F(ProductUploadTest, TheServersLocationIsLearnedFromItsAnswers) {
  import({with_stock(planned("a", 1, "A"), 5)});
  for (int i = 0; i < 10; ++i) import({with_stock(planned("p" + std::to_string(i), 1, "P"), 5)});
  std::vector<PlannedProduct> same{with_stock(planned("a", {}), 6)};
  for (int i = 0; i < 10; ++i) same.push_back(with_stock(planned("p" + std::to_string(i), {}), 5));
  shop_.requests.clear();
  const auto outcome = import(same, kUpdateStock());
  EXPECT_EQ(outcome.stock_counted, 1U);
  EXPECT_EQ(outcome.stock_unchanged, 10U);
  EXPECT_LT(shop_.writes()["count"], 6) << "once the location is known, equal stock needs no count";
}

TEST_F(ProductUploadTest, StockAtFurtherLocationsWaitsForTheProduct) {
  auto east = with_stock(planned("a", 1250, "Cup"), 5);
  east.location = "east";
  auto west = with_stock(planned("a", {}), 7);
  west.location = "west";
  west.further_location = true;
  const auto outcome = import({east, west}, kUpdateStock());
  ASSERT_TRUE(drained_) << drained_.error().text();
  EXPECT_EQ(shop_.on_hand("a", "east"), 5);
  EXPECT_EQ(shop_.on_hand("a", "west"), 7);
  EXPECT_EQ(outcome.created, 1U);
  EXPECT_EQ(outcome.accepted(), 1U);
  EXPECT_EQ(outcome.stock_counted, 1U);
  EXPECT_EQ(done_.size(), 2U);
  const auto plain = import({east, west});
  EXPECT_EQ(plain.existing, 1U);
  EXPECT_EQ(plain.stock_not_counted, 2U);
}

TEST_F(ProductUploadTest, ANewProductTakesItsStockAtAllLocations) {
  auto east = with_stock(planned("a", 1250, "Cup"), 5);
  east.location = "east";
  auto west = with_stock(planned("a", {}), 7);
  west.location = "west";
  west.further_location = true;
  const auto outcome = import({east, west});
  EXPECT_EQ(shop_.on_hand("a", "east"), 5);
  EXPECT_EQ(shop_.on_hand("a", "west"), 7);
  EXPECT_EQ(outcome.created, 1U);
  EXPECT_EQ(outcome.stock_not_counted, 0U);
}

TEST_F(ProductUploadTest, ADraftIsCreatedArchivedAndStaysSo) {
  auto draft = planned("0042", 1250, "Tea towel");
  draft.active = false;
  EXPECT_EQ(import({draft}).created, 1U);
  EXPECT_EQ(shop_.products["0042"].status, ProductStatus::archived);
  shop_.requests.clear();
  for (const auto& options : {ProductUploadOptions(), kUpdate()}) {
    EXPECT_EQ(import({draft}, options).archived, 1U);
    EXPECT_TRUE(shop_.writes().empty()) << "it is not on sale for a moment";
  }
}

TEST_F(ProductUploadTest, AProductThatIsNoLongerOnSaleIsArchived) {
  import({planned("0042", 1250, "Tea towel")});
  auto discontinued = planned("0042", 1100);
  discontinued.active = false;
  const auto outcome = import({discontinued}, kUpdate());
  EXPECT_EQ(outcome.members, (std::map<std::string, std::uint64_t>{{"price", 1}, {"status", 1}}));
  EXPECT_EQ(changes_text(outcome), "1 product changed: 1 price, 1 archived");
  EXPECT_EQ(shop_.products["0042"].status, ProductStatus::archived);
  EXPECT_EQ(shop_.products["0042"].price.amount, 1100);
}

TEST_F(ProductUploadTest, AnArchivedProductComesBackOnlyIfTheFileSaysSo) {
  auto product = planned("0042", 1250, "Tea towel");
  product.weight_g = 90;
  import({product});
  shop_.products["0042"].status = ProductStatus::archived;
  EXPECT_EQ(import({planned("0042", 999)}, kUpdate()).archived, 1U);
  EXPECT_EQ(shop_.products["0042"].status, ProductStatus::archived);
  auto active = planned("0042", 999);
  active.active = true;
  const auto outcome = import({active}, kUpdate());
  EXPECT_EQ(outcome.restored, 1U);
  EXPECT_EQ(shop_.products["0042"].status, ProductStatus::active);
  EXPECT_EQ(shop_.products["0042"].price.amount, 999);
  EXPECT_EQ(shop_.products["0042"].name, "Tea towel");
  EXPECT_EQ(shop_.products["0042"].weight_g, 90);
}

TEST_F(ProductUploadTest, ARepeatedRunCreatesNothingTwice) {
  ProductUploadOptions options;
  options.run = "interrupted";
  import({with_stock(planned("a", 1250, "Cup"), 5)}, options);
  const auto outcome = import({with_stock(planned("a", 1250, "Cup"), 5)}, options);
  EXPECT_EQ(outcome.created, 1U) << "the answer of the first request";
  EXPECT_EQ(shop_.products["a"].rev, 1);
  // Archived since, and imported once more under the same name: the old answer is not taken for a new one.
  shop_.products["a"].status = ProductStatus::archived;
  ++shop_.products["a"].rev;
  EXPECT_EQ(import({planned("a", 1250, "Cup")}, options).restored, 1U);
  EXPECT_EQ(shop_.products["a"].status, ProductStatus::active);
}

TEST_F(ProductUploadTest, AChangeInBetweenIsNotOverwritten) {
  import({planned("a", 1250, "Cup")});
  int changes = 0;
  shop_.before = [&](const HttpRequest& request) {
    if (request.method != "PATCH" || changes++ > 0) return;
    shop_.products["a"].name = "Mug";
    ++shop_.products["a"].rev;
  };
  const auto outcome = import({planned("a", 999)}, kUpdate());
  EXPECT_EQ(outcome.changed, 1U);
  EXPECT_EQ(shop_.products["a"].name, "Mug");
  EXPECT_EQ(shop_.products["a"].price.amount, 999);
  EXPECT_EQ(shop_.writes()["PATCH"], 2);
}

TEST_F(ProductUploadTest, ChangesWithoutEndRefuseTheProduct) {
  import({planned("a", 1250, "Cup")});
  shop_.before = [&](const HttpRequest& request) {
    if (request.method == "PATCH") ++shop_.products["a"].rev;
  };
  const auto outcome = import({planned("a", 999)}, kUpdate());
  EXPECT_EQ(outcome.refused, 1U);
  ASSERT_EQ(refused_.size(), 1U);
  EXPECT_EQ(refused_[0].problem.reason, "stale_revision");
}

TEST_F(ProductUploadTest, APartOfARowCannotMakeAProduct) {
  const auto outcome = import({planned("none", 999)}, kUpdate());
  EXPECT_EQ(outcome.refused, 1U);
  ASSERT_EQ(refused_.size(), 1U);
  EXPECT_EQ(refused_[0].problem.reason, "unknown_product");
  EXPECT_EQ(refused_[0].line, 2U);
  EXPECT_EQ(done_, (std::vector<std::pair<std::size_t, std::string>>{{0, ""}}));
  EXPECT_TRUE(shop_.products.empty());
}

TEST_F(ProductUploadTest, APriceWithoutACurrencyDoesNotChangeTheCurrency) {
  auto euro = planned("a", 1250, "Cup");
  euro.price->currency = *Currency::parse("EUR");
  import({euro});
  auto dollars = planned("a", 1250);
  EXPECT_EQ(import({dollars}, kUpdate()).refused, 1U);
  ASSERT_EQ(refused_.size(), 1U);
  EXPECT_EQ(refused_[0].problem.reason, "currency_differs");
  dollars.currency_named = true;
  EXPECT_EQ(import({dollars}, kUpdate()).changed, 1U);
  EXPECT_EQ(shop_.products["a"].price.currency, *Currency::parse("USD"));
}

TEST_F(ProductUploadTest, TheServersRefusalNamesTheRow) {
  shop_.answer = [](const HttpRequest&) {
    return HttpResponse{
        422,
        R"({"code":"invalid_fields","detail":"no","errors":[{"pointer":"/price/amount","detail":"must be less"}]})"};
  };
  const auto outcome = import({planned("a", 1250, "Cup")});
  EXPECT_EQ(outcome.refused, 1U);
  ASSERT_EQ(refused_.size(), 1U);
  EXPECT_EQ(refused_[0].record, "a");
  EXPECT_EQ(refused_[0].problem.field, "/price/amount");
  EXPECT_EQ(refused_[0].problem.detail, "must be less");
  EXPECT_TRUE(drained_);
}

TEST_F(ProductUploadTest, AnUndecidedRequestIsRepeatedWithItsKey) {
  int asked = 0;
  shop_.answer = [&](const HttpRequest& request) -> Result<HttpResponse> {
    return ++asked < 3 ? HttpResponse{202, "{}"} : shop_.answer_of(request);
  };
  EXPECT_EQ(import({planned("a", 1250, "Cup")}).created, 1U);
  ASSERT_EQ(shop_.requests.size(), 3U);
  EXPECT_EQ(header_of(shop_.requests[0], "Idempotency-Key"), header_of(shop_.requests[2], "Idempotency-Key"));
  shop_.answer = [](const HttpRequest&) { return HttpResponse{202, "{}"}; };
  import({planned("b", 1250, "Cup")});
  ASSERT_FALSE(drained_);
  EXPECT_EQ(drained_.error().reason, "undecided");
}

TEST_F(ProductUploadTest, AServerThatDoesNotAnswerEndsTheUpload) {
  shop_.answer = [](const HttpRequest&) { return fail(ErrorCode::kUnavailable, "no_answer", "the server is away"); };
  std::vector<PlannedProduct> products;
  products.reserve(100);
  for (int i = 0; i < 100; ++i) products.push_back(planned("p" + std::to_string(i), 1, "P"));
  import(products);
  ASSERT_FALSE(sent_);
  EXPECT_EQ(sent_.error().code, ErrorCode::kUnavailable);
  EXPECT_FALSE(drained_);
  EXPECT_LT(shop_.requests.size(), 10U);
  shop_.answer = [](const HttpRequest&) { return problem(403, "forbidden"); };
  import(products);
  EXPECT_EQ(drained_.error().reason, "forbidden");
}

TEST_F(ProductUploadTest, TheWindowIsKept) {
  std::vector<PlannedProduct> products;
  products.reserve(100);
  for (int i = 0; i < 50; ++i) products.push_back(with_stock(planned("p" + std::to_string(i), 1, "P"), i));
  EXPECT_EQ(import(products, kUpdateStock()).created, 50U);
  for (auto& product : products) product.price->amount = 2;
  for (auto& product : products) product.stock = *product.stock + 1;
  EXPECT_EQ(import(products, kUpdateStock()).changed, 50U);
  EXPECT_LE(shop_.most_in_flight, shop_.window());
}

}  // namespace
}  // namespace ordo::imports
