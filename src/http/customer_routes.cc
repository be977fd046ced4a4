// /v1/customers: who they are, and what their orders come to.
#include <map>
#include <optional>
#include <string>

#include "base/uuid.h"
#include "http/api_context.h"
#include "http/customer_view.h"
#include "http/document_change.h"
#include "http/json_body.h"
#include "http/list_request.h"
#include "http/problem.h"
#include "http/router.h"
#include "http/target.h"
#include "process/crm.h"
#include "records/messages.h"

namespace ordo::http {
namespace {

constexpr std::size_t kRecentOrders = 10;

struct NewCustomerBody {
  std::optional<CustomerId> id;
  std::optional<std::string> name;
  std::optional<std::string> email;
  std::optional<std::string> phone;
  std::optional<std::map<std::string, std::string>> metadata;
};
BOOST_DESCRIBE_STRUCT(NewCustomerBody, (), (id, name, email, phone, metadata))

struct CustomerPatchBody {
  std::optional<std::string> name;
  std::optional<std::string> email;
  std::optional<std::string> phone;
  std::optional<std::map<std::string, std::string>> metadata;
};
BOOST_DESCRIBE_STRUCT(CustomerPatchBody, (), (name, email, phone, metadata))

constexpr Note kCustomerNameNote{"name", {}, R"("Ann Lee")", R"({"maxLength":200})"};
constexpr Note kEmailNote{"email", {}, R"("ann@example.com")", R"({"maxLength":200,"pattern":"@"})"};
constexpr Note kPhoneNote{"phone", {}, {}, R"({"maxLength":200})"};
constexpr Note kMetadataNote{"metadata",
                             "keys are 1 to 64 bytes without dots and dollar signs, values at most 512 bytes",
                             {},
                             R"({"maxProperties":50})"};
constexpr auto notes(NotesOf<NewCustomerBody>) {
  return std::array{Note{"id", "made for you when absent", R"("ann")"}, kCustomerNameNote, kEmailNote, kPhoneNote,
                    kMetadataNote};
}
constexpr auto notes(NotesOf<CustomerPatchBody>) {
  return std::array{Note{"", "What is absent stays as it is; metadata is replaced as a whole."}, kCustomerNameNote,
                    kEmailNote, kPhoneNote, kMetadataNote};
}

Response applied_change(CustomerAction action, const Customer& customer, const SegmentRules& rules) {
  Response response;
  if (action == CustomerAction::erase) {
    response.status = 204;
    return response;
  }
  response = json_response(action == CustomerAction::create ? 201 : 200, customer_view(customer, rules));
  if (action == CustomerAction::create) {
    std::string location = "/v1/customers/";
    append_percent_encoded(customer.id.str(), location);
    response.add_header("Location", location);
  }
  response.add_header("ETag", etag_of(customer.rev));
  return response;
}

Result<void> allowed_by_crm(const CustomerChanged& message, const Document* current) {
  // Without the change's id: whether it was made before is known by now.
  const ChangeCustomer change{message.action, message.customer_id, message.name, message.email,
                              message.phone,  message.metadata,    std::nullopt, message.expected_rev};
  const auto decided = decide(current != nullptr ? &std::get<Customer>(*current) : nullptr, change, now());
  return decided ? Result<void>() : fail(decided.error());
}

void change_customer(ApiContext& context, const CallPtr& call, CustomerChanged message, std::string_view verb) {
  if (auto violations = check_customer(message); !violations.empty()) {
    for (auto& violation : violations) {
      if (violation.pointer == "/customer_id") violation.pointer = "/id";
    }
    return call->refuse(
        Error{ErrorCode::kInvalid, "invalid_fields", "the customer has wrong fields", std::move(violations)});
  }
  const auto expected = expected_revision(call->request);
  if (!expected) return call->refuse(expected.error());
  const auto change_id = change_id_for(call->request, uuid_v5("request", std::string(verb) + " " + encode(message)));
  if (!change_id) return call->refuse(change_id.error());
  message.expected_rev = *expected;
  message.change_id = *change_id;
  DocumentChange change;
  change.collection = Collection::customers;
  change.id = message.customer_id.str();
  change.change_id = *change_id;
  change.record.topic = Topic::customers;
  change.record.key = change.record.subject = change.id;
  change.record.type = type::kCustomerChanged;
  change.record.value = encode(message);
  change.allowed = [message](const Document* current) { return allowed_by_crm(message, current); };
  change.applied = [action = message.action, rules = context.options.segments](const Document& document) {
    return applied_change(action, std::get<Customer>(document), rules);
  };
  context.on_pool(call, [&context, change = std::move(change)](const CallPtr& under_way) {
    change_document(context, under_way, change);
  });
}

void post_customer(ApiContext& context, Request request, Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  auto body = read_body<NewCustomerBody>(call->request);
  if (!body) return call->refuse(body.error());
  const auto key = idempotency_key(call->request);
  if (!key) return call->refuse(key.error());
  CustomerChanged message;
  message.action = CustomerAction::create;
  // The id hangs on the key, so that a retry finds the customer made before.
  message.customer_id = body->id ? *body->id : CustomerId(*key ? uuid_v5("customer", **key) : uuid_v7(now()));
  message.name = std::move(body->name);
  message.email = std::move(body->email);
  message.phone = std::move(body->phone);
  message.metadata = std::move(body->metadata);
  change_customer(context, call, std::move(message), "POST");
}

void patch_customer(ApiContext& context, Request request, Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  auto body = read_body<CustomerPatchBody>(call->request);
  if (!body) return call->refuse(body.error());
  CustomerChanged message;
  message.action = CustomerAction::update;
  message.customer_id = CustomerId(call->request.path_parameters[0]);
  message.name = std::move(body->name);
  message.email = std::move(body->email);
  message.phone = std::move(body->phone);
  message.metadata = std::move(body->metadata);
  change_customer(context, call, std::move(message), "PATCH");
}

void erase_customer(ApiContext& context, Request request, Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  CustomerChanged message;
  message.action = CustomerAction::erase;
  message.customer_id = CustomerId(call->request.path_parameters[0]);
  change_customer(context, call, std::move(message), "DELETE");
}

// The revision tells changes of the customer and lets If-Match be checked; orders and the segment change without it, so
// the tag has a hash of the whole as well.
std::string etag_of_overview(const Customer& customer, std::string_view body) {
  constexpr std::size_t kHashPart = 13;
  return "\"" + std::to_string(customer.rev) + "." + uuid_v5("customer", body).substr(0, kHashPart) + "\"";
}

void get_customer(ApiContext& context, Request request, Respond respond) {
  context.on_pool(make_call(std::move(request), std::move(respond)), [&context](const CallPtr& call) {
    const auto& id = call->request.path_parameters[0];
    const auto found = context.ports.documents.get(Collection::customers, id);
    if (!found) return call->refuse(found.error());
    if (!*found) return call->refuse(404, "unknown_customer", "there is no customer " + id);
    Query query;
    query.collection = Collection::orders;
    query.where.emplace_back("customer_id", id);
    query.limit = kRecentOrders;
    const auto orders = context.ports.documents.list(query);
    if (!orders) return call->refuse(orders.error());
    const auto& customer = std::get<Customer>(**found);
    auto body = customer_overview_view(customer, context.options.segments, orders->documents);
    const auto etag = etag_of_overview(customer, body);
    answer_read(call, etag, std::move(body));
  });
}

void list_customers(ApiContext& context, Request request, Respond respond) {
  answer_list(context, make_call(std::move(request), std::move(respond)), Collection::customers,
              [rules = context.options.segments](const Document& document) {
                return customer_view(std::get<Customer>(document), rules);
              });
}

}  // namespace

void add_customer_routes(Router& router, ApiContext& context) {
  const auto bind = bind_to(context);
  const AnswerDescription pending{202, "Not decided yet.", pending_change_schema};
  const ProblemDescription invalid{422, "invalid_fields, idempotency_key_reused"};
  const ProblemDescription unknown{404, "unknown_customer"};
  const ProblemDescription stale{412, "stale_revision"};
  router.add(Method::kPost, "/v1/customers", bind(post_customer),
             {.tag = "Customers",
              .summary = "Register a customer",
              .text = "One who is known by orders already keeps the figures.",
              .parameters = {idempotency_key_parameter(), prefer_wait_parameter()},
              .body = {schema_of<NewCustomerBody>, R"({"id":"ann","name":"Ann Lee","email":"ann@example.com"})"},
              .answers = {{201, "The customer.", customer_schema, kJson, {"Location", "ETag"}}, pending},
              .problems = {{409, "customer_exists"}, stale, invalid}});
  router.add(Method::kGet, "/v1/customers", bind(list_customers),
             {.tag = "Customers",
              .summary = "List customers",
              .text = "Newest first.",
              .parameters = list_parameters(Collection::customers),
              .answers = {{200, "A page.", page_schema<customer_schema>, kJson, {"Link"}}},
              .problems = {{400, "bad_query, bad_cursor"}}});
  router.add(
      Method::kGet, "/v1/customers/{id}", bind(get_customer),
      {.tag = "Customers",
       .summary = "Read all about a customer",
       .text = "Who they are, what their orders come to, their segment, and their 10 newest orders.",
       .parameters = {if_none_match_parameter()},
       .answers = {{200, "The customer.", customer_overview_schema, kJson, {"ETag"}}, {304, "Nothing has changed."}},
       .problems = {unknown}});
  router.add(Method::kPatch, "/v1/customers/{id}", bind(patch_customer),
             {.tag = "Customers",
              .summary = "Change members of a customer",
              .parameters = {if_match_parameter(), idempotency_key_parameter(), prefer_wait_parameter()},
              .body = {schema_of<CustomerPatchBody>, R"({"email":"ann.lee@example.com"})"},
              .answers = {{200, "The customer.", customer_schema, kJson, {"ETag"}}, pending},
              .problems = {unknown, stale, invalid}});
  router.add(
      Method::kDelete, "/v1/customers/{id}", bind(erase_customer),
      {.tag = "Customers",
       .summary = "Erase a customer's personal data",
       .text = "Name, email, phone and metadata go, the figures stay. Records of the log keep what they say until "
               "their retention is over.",
       .parameters = {if_match_parameter(), idempotency_key_parameter(), prefer_wait_parameter()},
       .answers = {{204, "Erased."}, pending},
       .problems = {unknown, stale, {422, "idempotency_key_reused"}}});
}

}  // namespace ordo::http
