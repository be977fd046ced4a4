// /v1/customers: the customers, and the totals of their orders.
#include <map>
#include <optional>
#include <string>

#include "api/api_context.h"
#include "api/content_permissions.h"
#include "api/customers/customer_view.h"
#include "api/document_change.h"
#include "api/json_body.h"
#include "api/list_request.h"
#include "api/ownership.h"
#include "base/encoding.h"
#include "base/uuid.h"
#include "http/problem.h"
#include "http/request_guard.h"
#include "http/router.h"
#include "processors/crm.h"
#include "records/messages.h"

namespace ordo::api {
namespace {

constexpr std::size_t kRecentOrders = 10;

struct CustomerCreateBody : CustomerDetails {
  std::optional<CustomerId> id;
};
BOOST_DESCRIBE_STRUCT(CustomerCreateBody, (CustomerDetails), (id))

struct CustomerPatchBody : CustomerDetails {};
BOOST_DESCRIBE_STRUCT(CustomerPatchBody, (CustomerDetails), ())

constexpr Note kCustomerNameNote{"name", {}, R"("Ann Lee")"};
constexpr Note kEmailNote{"email", {}, R"("ann@example.com")", R"({"pattern":"@"})"};
constexpr auto notes(NotesOf<CustomerCreateBody>) {
  return std::array{Note{"id", "ordo creates an id if you omit it", R"("ann")"}, kCustomerNameNote, kEmailNote};
}
constexpr auto notes(NotesOf<CustomerPatchBody>) {
  return std::array{Note{"", "Omitted members stay unchanged. metadata and addresses are replaced as a whole."},
                    kCustomerNameNote, kEmailNote};
}

// A customer does not see the note of the staff.
Customer shown(Customer customer, bool to_the_customer) {
  // guard: customer-note-of-the-staff
  if (to_the_customer) customer.note.reset();
  return customer;
}

// The same answer as for a refused change of that customer.
void refuse_unknown_customer(const CallPtr& call) {
  call->refuse(404, "unknown_customer", "there is no such customer");
}

http::Response applied_change(CustomerAction action, const Customer& customer, const SegmentRules& rules) {
  http::Response response;
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
  // The change's id is omitted: an earlier check has already found repeated changes.
  const ChangeCustomer change{details_of(message), message.action, message.customer_id, std::nullopt,
                              message.expected_rev};
  const auto decided = decide(current != nullptr ? &std::get<Customer>(*current) : nullptr, change, now());
  return decided ? Result<void>() : fail(decided.error());
}

void change_customer(ApiContext& context, const CallPtr& call, CustomerChanged message, std::string_view verb) {
  if (auto violations = processors::check_customer(message, TextRule::enforced); !violations.empty()) {
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
  change.record.type = kTypeOf<CustomerChanged>;
  change.record.value = encode(message);
  change.allowed = [message](const Document* current) { return allowed_by_crm(message, current); };
  change.applied = [action = message.action, rules = context.options.segments,
                    alone = only_customer(call->request) != nullptr](const Document& document) {
    return applied_change(action, shown(std::get<Customer>(document), alone), rules);
  };
  context.on_pool(call, [&context, change = std::move(change)](const CallPtr& under_way) {
    change_document(context, under_way, change);
  });
}

void post_customer(ApiContext& context, http::Request request, http::Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  auto body = read_body<CustomerCreateBody>(call->request);
  if (!body) return call->refuse(body.error());
  const auto key = idempotency_key(call->request);
  if (!key) return call->refuse(key.error());
  CustomerChanged message;
  message.action = CustomerAction::create;
  // The id is derived from the key, so that a retry finds the customer.
  message.customer_id = body->id ? *body->id : CustomerId(*key ? uuid_v5("customer", **key) : uuid_v7(now()));
  details_of(message) = std::move(details_of(*body));
  change_customer(context, call, std::move(message), "POST");
}

// False when the call was answered, with the answer for a customer that does not exist.
bool sees_customer(const CallPtr& call) {
  if (may_see(call->request, call->request.path_parameters[0])) return true;
  refuse_unknown_customer(call);
  return false;
}

void patch_customer(ApiContext& context, http::Request request, http::Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  if (!sees_customer(call)) return;
  auto body = read_body<CustomerPatchBody>(call->request);
  if (!body) return call->refuse(body.error());
  // guard: customer-writes-no-note
  if (body->note && only_customer(call->request) != nullptr) {
    return call->refuse(Error{ErrorCode::kInvalid,
                              "invalid_fields",
                              "the customer has wrong fields",
                              {{"/note", "must be absent with a customer's token: it is of the staff"}}});
  }
  CustomerChanged message;
  message.action = CustomerAction::update;
  message.customer_id = CustomerId(call->request.path_parameters[0]);
  details_of(message) = std::move(details_of(*body));
  change_customer(context, call, std::move(message), "PATCH");
}

void erase_customer(ApiContext& context, http::Request request, http::Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  CustomerChanged message;
  message.action = CustomerAction::erase;
  message.customer_id = CustomerId(call->request.path_parameters[0]);
  change_customer(context, call, std::move(message), "DELETE");
}

// If-Match needs the revision, which counts changes of the customer. Orders and the segment change without a new
// revision, so the tag also contains a hash of the body.
std::string etag_of_overview(const Customer& customer, std::string_view body) {
  constexpr std::size_t kHashPart = 13;
  return "\"" + std::to_string(customer.rev) + "." + uuid_v5("customer", body).substr(0, kHashPart) + "\"";
}

// Only callers that may read orders see the orders.
Result<std::string> overview_of(ApiContext& context, const CallPtr& call, const Customer& customer) {
  if (!http::may(call->request, {access::Permission::orders_read}))
    return customer_view(customer, context.options.segments);
  Query query;
  query.collection = Collection::orders;
  query.where.emplace_back("customer_id", customer.id.str());
  query.limit = kRecentOrders;
  const auto orders = context.ports.documents.list(query);
  if (!orders) return fail(orders.error());
  return customer_overview_view(customer, context.options.segments, orders->documents, reader_of(call->request));
}

void get_customer(ApiContext& context, http::Request request, http::Respond respond) {
  const auto made = make_call(std::move(request), std::move(respond));
  if (!sees_customer(made)) return;
  context.on_pool(made, [&context](const CallPtr& call) {
    const auto& id = call->request.path_parameters[0];
    const auto found = context.ports.documents.get(Collection::customers, id);
    if (!found) return call->refuse(found.error());
    if (!*found) return refuse_unknown_customer(call);
    const auto customer = shown(std::get<Customer>(**found), only_customer(call->request) != nullptr);
    auto body = overview_of(context, call, customer);
    if (!body) return call->refuse(body.error());
    const auto etag = etag_of_overview(customer, *body);
    answer_read(call, etag, std::move(*body));
  });
}

void list_customers(ApiContext& context, http::Request request, http::Respond respond) {
  answer_list(context, make_call(std::move(request), std::move(respond)), Collection::customers,
              {[rules = context.options.segments](const Document& document) {
                return customer_view(std::get<Customer>(document), rules);
              }});
}

}  // namespace

void add_customer_routes(http::Router& router, ApiContext& context) {
  const auto bind = bind_to(context);
  const http::AnswerDescription pending{202, "Accepted, but not decided yet.", pending_change_schema};
  const http::ProblemDescription invalid{422, "invalid_fields, idempotency_key_reused"};
  const http::ProblemDescription unknown{404, "unknown_customer"};
  const http::ProblemDescription stale{412, "stale_revision"};
  router.add(http::Method::kPost, "/v1/customers", bind(post_customer),
             {.tag = "Customers",
              .operation = "registerCustomer",
              .summary = "Register a customer",
              .text = "If orders already name the customer, the figures stay.",
              .parameters = {http::idempotency_key_parameter(), http::prefer_wait_parameter()},
              .body = {schema_of<CustomerCreateBody>, R"({"id":"ann","name":"Ann Lee","email":"ann@example.com"})"},
              .answers = {{201, "The customer.", customer_schema, http::kJson, {"Location", "ETag"}}, pending},
              .problems = {{409, "customer_exists"}, stale, invalid}});
  router.add(http::Method::kGet, "/v1/customers", bind(list_customers),
             {.tag = "Customers",
              .operation = "listCustomers",
              .summary = "List customers",
              .text = "Newest first.",
              .parameters = list_parameters(Collection::customers),
              .answers = {{200, "A page.", http::page_schema<customer_schema>, http::kJson, {"Link"}}},
              .problems = {{400, "bad_query, bad_cursor"}}});
  router.add(
      http::Method::kGet, "/v1/customers/{id}", bind(get_customer),
      {.tag = "Customers",
       .operation = "getCustomer",
       .summary = "Read a customer and their figures",
       .text =
           "Name and contact data, totals of their orders, and segment. With orders:read, also the 10 newest orders.",
       .parameters = {http::if_none_match_parameter()},
       .answers = {{200, "The customer.", customer_overview_schema, http::kJson, {"ETag"}},
                   {304, "Not changed since the given ETag."}},
       .problems = {unknown}});
  router.add(
      http::Method::kPatch, "/v1/customers/{id}", bind(patch_customer),
      {.tag = "Customers",
       .operation = "updateCustomer",
       .summary = "Change members of a customer",
       .parameters = {http::if_match_parameter(), http::idempotency_key_parameter(), http::prefer_wait_parameter()},
       .body = {schema_of<CustomerPatchBody>, R"({"email":"ann.lee@example.com"})"},
       .answers = {{200, "The customer.", customer_schema, http::kJson, {"ETag"}}, pending},
       .problems = {unknown, stale, invalid}});
  router.add(
      http::Method::kDelete, "/v1/customers/{id}", bind(erase_customer),
      {.tag = "Customers",
       .operation = "eraseCustomer",
       .summary = "Erase a customer's personal data",
       .text = "Deletes name, email, phone, addresses, note and metadata, and keeps the figures. Records in the log "
               "keep their content "
               "until their retention ends.",
       .parameters = {http::if_match_parameter(), http::idempotency_key_parameter(), http::prefer_wait_parameter()},
       .answers = {{204, "Erased."}, pending},
       .problems = {unknown, stale, {422, "idempotency_key_reused"}}});
}

}  // namespace ordo::api
