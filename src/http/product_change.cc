#include "http/product_change.h"

#include <charconv>

#include "base/uuid.h"
#include "http/problem.h"
#include "http/target.h"
#include "http/views.h"
#include "records/json_codec.h"

namespace ordo::http {
namespace {

// A change made under an Idempotency-Key is called "<hash of the key>.<hash of the request>", so that a product's
// recent changes tell a retry from a reuse of the key.
constexpr std::size_t kKeyPart = 37;
constexpr std::size_t kBodyPart = 13;

enum class Earlier { none, same, other };

Earlier find_earlier(const Product& product, const std::string& change_id, const PastChange*& found) {
  for (const auto& change : product.recent_changes) {
    if (change.id == change_id) {
      found = &change;
      return Earlier::same;
    }
    if (change.id.size() > kKeyPart && change.id[kKeyPart - 1] == '.' &&
        change_id.starts_with(change.id.substr(0, kKeyPart))) {
      return Earlier::other;
    }
  }
  return Earlier::none;
}

void refuse_change(const CallPtr& call, const std::string& reason) {
  if (reason == "stale_revision")
    return call->refuse(412, reason, "the product was changed in the meantime", "read it again");
  if (reason == "product_exists") return call->refuse(409, reason, "there is a product with this id already");
  if (reason == "unknown_product") return call->refuse(404, reason, "there is no such product");
  call->refuse(422, reason, "the catalogue refused the change");
}

void answer_applied(const CallPtr& call, ProductAction action, const Product& product) {
  Response response;
  if (action == ProductAction::remove) {
    response.status = 204;
  } else {
    response = json_response(action == ProductAction::create ? 201 : 200, product_view(product));
    if (action == ProductAction::create) {
      std::string location = "/v1/products/";
      append_percent_encoded(product.id.str(), location);
      response.add_header("Location", location);
    }
    response.add_header("ETag", etag_of(product.rev));
  }
  call->answer(std::move(response));
}

// Whoever is told "created" must be able to order the product here at once, so the price list and the stock have to
// know it too.
bool is_visible(ApiContext& context, const ProductWish& wish, const Product& product) {
  const auto listed = context.ports.prices.find(product.id);
  if (wish.action == ProductAction::remove) return !listed;
  if (!listed || listed->price != product.price || listed->name != product.name) return false;
  if (!wish.event.product.stock) return true;
  const auto location = wish.event.location.value_or(context.options.location);
  const auto level = context.ports.documents.get(Collection::stock_levels, stock_level_id(location, product.id));
  return level && *level && std::get<StockLevel>(**level).counted == *wish.event.product.stock;
}

// Answers what became of the change, if that is known.
bool answer_change(ApiContext& context, const CallPtr& call, const ProductWish& wish, bool last) {
  const auto found = context.ports.documents.get(Collection::products, wish.event.product._id.str());
  if (found && *found) {
    const auto& product = std::get<Product>(**found);
    const PastChange* change = nullptr;
    if (find_earlier(product, *wish.event.changeId, change) == Earlier::same) {
      if (change->outcome == ChangeOutcome::refused) {
        refuse_change(call, change->reason);
        return true;
      }
      if (last || is_visible(context, wish, product)) {
        answer_applied(call, wish.action, product);
        return true;
      }
      return false;
    }
  }
  if (!last) return false;
  call->answer(pending_change(wish.event.product._id.str()));
  return true;
}

// What can be said before asking the catalogue. True when the call is answered.
bool answered_early(const CallPtr& call, const ProductWish& wish, const Product* current) {
  const PastChange* earlier = nullptr;
  switch (current != nullptr ? find_earlier(*current, *wish.event.changeId, earlier) : Earlier::none) {
    case Earlier::same:
      if (earlier->outcome == ChangeOutcome::refused) {
        refuse_change(call, earlier->reason);
      } else {
        answer_applied(call, wish.action, *current);
      }
      return true;
    case Earlier::other:
      call->refuse(422, "idempotency_key_reused", "another request was made with this Idempotency-Key",
                   "use a new key for a new request, and the same body for a retry");
      return true;
    case Earlier::none:
      break;
  }
  ChangeProduct change;
  change.action = wish.action;
  change.id = wish.event.product._id;
  change.name = wish.event.product.name;
  change.category = wish.event.product.category;
  change.price = wish.price;
  change.expected_rev = wish.event.expectedRev;
  const auto decided = decide(current, change, now());
  if (decided) return false;
  if (decided.error().code == ErrorCode::kInvalid) {
    call->refuse(decided.error());
  } else {
    refuse_change(call, decided.error().reason);
  }
  return true;
}

struct PendingChange {
  std::string id;
  std::string status;
};
BOOST_DESCRIBE_STRUCT(PendingChange, (), (id, status))
constexpr auto notes(NotesOf<PendingChange>) {
  return std::array{Note{"", "The change is durable and not decided yet."}, Note{"status", "pending", R"("pending")"}};
}

}  // namespace

Response pending_change(std::string_view id) {
  return json_response(202, to_json(PendingChange{std::string(id), "pending"}));
}

std::string pending_change_schema(SchemaSet& set) {
  return schema_of<PendingChange>(set);
}

Result<std::optional<std::int64_t>> expected_revision(const Request& request) {
  if (!request.has_header("If-Match")) return std::optional<std::int64_t>();
  const auto tag = request.header("If-Match");
  if (tag == "*") return std::optional<std::int64_t>();
  std::int64_t rev = 0;
  if (tag.size() > 2 && tag.front() == '"' && tag.back() == '"') {
    const auto* end = tag.data() + tag.size() - 1;
    const auto [stop, error] = std::from_chars(tag.data() + 1, end, rev);
    if (error == std::errc() && stop == end) return std::optional<std::int64_t>(rev);
  }
  return fail(ErrorCode::kInvalid, "bad_header", "If-Match must be one ETag as a read gave it, such as \"3\", or *");
}

void append_product_event(ApiContext& context, const CallPtr& call, const ProductEvent& event, Ack ack) {
  Outgoing outgoing;
  outgoing.topic = Topic::product_events;
  outgoing.key = event.product._id.str();
  outgoing.type = type::kProductChanged;
  outgoing.value = encode(event);
  outgoing.subject = event.product._id.str();
  context.append(*call, std::move(outgoing), std::move(ack));
}

void change_product(ApiContext& context, const CallPtr& call, ProductWish wish) {
  const auto key = idempotency_key(call->request);
  if (!key) return call->refuse(key.error());
  wish.event.changeId =
      *key ? uuid_v5("idempotency", **key) + "." + wish.body_hash.substr(0, kBodyPart) : uuid_v7(now());

  const auto found = context.ports.documents.get(Collection::products, wish.event.product._id.str());
  if (!found) return call->refuse(found.error());
  const Product* current = *found ? std::get_if<Product>(&**found) : nullptr;
  if (answered_early(call, wish, current)) return;

  const auto wait = preferred_wait(call->request).value_or(context.options.decision_wait);
  append_product_event(context, call, wish.event, [&context, call, wish, wait](const Result<LogPosition>& position) {
    if (!position) return call->refuse(position.error());
    context.poll(wait, [&context, call, wish](bool last) { return answer_change(context, call, wish, last); });
  });
}

}  // namespace ordo::http
