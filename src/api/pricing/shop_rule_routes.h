// The routes of one kind of the shop's own rules: tax rates, shipping methods or promotions. Includes the JSON reader,
// so include it only in .cc files.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/api_context.h"
#include "api/document_change.h"
#include "api/json_body.h"
#include "api/list_request.h"
#include "base/encoding.h"
#include "base/uuid.h"
#include "http/problem.h"
#include "http/router.h"
#include "records/messages.h"

namespace ordo::api {

// Texts of the routes. `operations` are the names of the calls in generated clients.
struct ShopRuleTexts {
  std::string_view tag;
  std::string_view list;  // "/v1/tax-rates"
  std::string_view one;   // "/v1/tax-rates/{id}"
  std::string_view end;   // "/v1/tax-rates/{id}/end"
  struct {
    std::string_view create, list, get, update, end;
  } operations;
  struct {
    std::string_view create, list, get, update, end;
  } summaries;
  std::string_view create_text;
  std::string_view create_example;  // bodies
  std::string_view update_example;
  std::string_view unknown;  // problem codes
  std::string_view conflict_of_create;
  std::string_view conflict_of_change;
};

// Kind has: Message, Document, CreateBody and PatchBody (with Message::Details as their base), kCollection, kTexts,
// kSchema, view(document) and allowed(context, document), which may refuse what a change results in.
template <class Kind>
class ShopRuleRoutes {
 public:
  using Message = typename Kind::Message;
  using Document = typename Message::Document;
  using Details = typename Message::Details;

  static void add(http::Router& router, ApiContext& context) {
    const auto bind = bind_to(context);
    constexpr const ShopRuleTexts& kTexts = Kind::kTexts;
    const http::AnswerDescription pending{202, "Accepted, but not decided yet.", pending_change_schema};
    const http::AnswerDescription changed{200, "As it is now.", Kind::kSchema, http::kJson, {"ETag"}};
    const http::ProblemDescription invalid{422, "invalid_fields, idempotency_key_reused"};
    const http::ProblemDescription unknown{404, kTexts.unknown};
    const http::ProblemDescription conflict{409, kTexts.conflict_of_change};
    const http::ProblemDescription stale{412, "stale_revision"};
    const std::vector<http::Parameter> of_change = {http::if_match_parameter(), http::idempotency_key_parameter(),
                                                    http::prefer_wait_parameter()};
    router.add(http::Method::kPost, kTexts.list, bind(post),
               {.tag = kTexts.tag,
                .operation = kTexts.operations.create,
                .summary = kTexts.summaries.create,
                .text = kTexts.create_text,
                .parameters = {http::idempotency_key_parameter(), http::prefer_wait_parameter()},
                .body = {schema_of<typename Kind::CreateBody>, kTexts.create_example},
                .answers = {{201, "As it is kept.", Kind::kSchema, http::kJson, {"Location", "ETag"}}, pending},
                .problems = {{409, kTexts.conflict_of_create}, stale, invalid}});
    router.add(http::Method::kGet, kTexts.list, bind(list),
               {.tag = kTexts.tag,
                .operation = kTexts.operations.list,
                .summary = kTexts.summaries.list,
                .text = "Newest first, with the ended ones.",
                .parameters = list_parameters(Kind::kCollection),
                .answers = {{200, "A page.", http::page_schema<Kind::kSchema>, http::kJson, {"Link"}}},
                .problems = {{400, "bad_query, bad_cursor"}}});
    router.add(http::Method::kGet, kTexts.one, bind(get),
               {.tag = kTexts.tag,
                .operation = kTexts.operations.get,
                .summary = kTexts.summaries.get,
                .parameters = {http::if_none_match_parameter()},
                .answers = {changed, {304, "Not changed since the given ETag."}},
                .problems = {unknown}});
    router.add(http::Method::kPatch, kTexts.one, bind(patch),
               {.tag = kTexts.tag,
                .operation = kTexts.operations.update,
                .summary = kTexts.summaries.update,
                .parameters = of_change,
                .body = {schema_of<typename Kind::PatchBody>, kTexts.update_example},
                .answers = {changed, pending},
                .problems = {unknown, conflict, stale, invalid}});
    router.add(http::Method::kPost, kTexts.end, bind(end),
               {.tag = kTexts.tag,
                .operation = kTexts.operations.end,
                .summary = kTexts.summaries.end,
                .text = "Orders that it priced keep their prices. It cannot begin again.",
                .parameters = of_change,
                .answers = {changed, pending},
                .problems = {unknown, conflict, stale, {422, "idempotency_key_reused"}}});
  }

 private:
  static http::Response applied(ShopRuleStep step, const Document& document) {
    const bool created = step == ShopRuleStep::create;
    auto response = json_response(created ? 201 : 200, Kind::view(document));
    if (created) {
      std::string location = std::string(Kind::kTexts.list) + "/";
      append_percent_encoded(document.id, location);
      response.add_header("Location", location);
    }
    response.add_header("ETag", etag_of(document.rev));
    return response;
  }

  // The change's id is left out: an earlier check has already found repeated changes.
  static Result<void> allowed(ApiContext& context, Message message, const ordo::Document* current) {
    message.change_id.reset();
    const auto decided = decide(current != nullptr ? &std::get<Document>(*current) : nullptr, message, now());
    return decided ? Kind::allowed(context, *decided) : fail(decided.error());
  }

  static void change(ApiContext& context, const CallPtr& call, Message message, std::string_view verb) {
    std::vector<Violation> found;
    check_change(message, TextRule::enforced, found);
    if (!found.empty()) return call->refuse(shop_rule::invalid(Document::kName, std::move(found)));
    const auto expected = expected_revision(call->request);
    if (!expected) return call->refuse(expected.error());
    const auto change_id = change_id_for(call->request, uuid_v5("request", std::string(verb) + " " + encode(message)));
    if (!change_id) return call->refuse(change_id.error());
    message.expected_rev = *expected;
    message.change_id = *change_id;
    DocumentChange change;
    change.collection = Kind::kCollection;
    change.id = message.id;
    change.change_id = *change_id;
    change.record.topic = Message::kMessage.topic;
    change.record.key = change.record.subject = message.id;
    change.record.type = kTypeOf<Message>;
    change.record.value = encode(message);
    change.allowed = [&context, message](const ordo::Document* current) { return allowed(context, message, current); };
    change.applied = [step = message.change](const ordo::Document& document) {
      return applied(step, std::get<Document>(document));
    };
    context.on_pool(call, [&context, change = std::move(change)](const CallPtr& under_way) {
      change_document(context, under_way, change);
    });
  }

  static void post(ApiContext& context, http::Request request, http::Respond respond) {
    const auto call = make_call(std::move(request), std::move(respond));
    auto body = read_body<typename Kind::CreateBody>(call->request);
    if (!body) return call->refuse(body.error());
    const auto key = idempotency_key(call->request);
    if (!key) return call->refuse(key.error());
    Message message;
    // The id is derived from the key, so that a retry finds the document.
    message.id = body->id ? *body->id : *key ? uuid_v5(Document::kName.reason, **key) : uuid_v7(now());
    static_cast<Details&>(message) = std::move(static_cast<Details&>(*body));
    change(context, call, std::move(message), "POST");
  }

  static void patch(ApiContext& context, http::Request request, http::Respond respond) {
    const auto call = make_call(std::move(request), std::move(respond));
    auto body = read_body<typename Kind::PatchBody>(call->request);
    if (!body) return call->refuse(body.error());
    Message message;
    message.change = ShopRuleStep::update;
    message.id = call->request.path_parameters[0];
    message.clear = std::move(body->clear);
    static_cast<Details&>(message) = std::move(static_cast<Details&>(*body));
    change(context, call, std::move(message), "PATCH");
  }

  static void end(ApiContext& context, http::Request request, http::Respond respond) {
    const auto call = make_call(std::move(request), std::move(respond));
    Message message;
    message.change = ShopRuleStep::end;
    message.id = call->request.path_parameters[0];
    change(context, call, std::move(message), "END");
  }

  static void get(ApiContext& context, http::Request request, http::Respond respond) {
    context.on_pool(make_call(std::move(request), std::move(respond)), [&context](const CallPtr& call) {
      const auto found = context.ports.documents.get(Kind::kCollection, call->request.path_parameters[0]);
      if (!found) return call->refuse(found.error());
      if (!*found) {
        return call->refuse(404, Kind::kTexts.unknown,
                            "there is no " + std::string(Document::kName.text) + " with this id");
      }
      const auto& document = std::get<Document>(**found);
      answer_read(call, etag_of(document.rev), Kind::view(document));
    });
  }

  static void list(ApiContext& context, http::Request request, http::Respond respond) {
    answer_list(context, make_call(std::move(request), std::move(respond)), Kind::kCollection,
                {[](const ordo::Document& document) { return Kind::view(std::get<Document>(document)); }});
  }
};

}  // namespace ordo::api
