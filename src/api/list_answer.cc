// The answers of lists. They have their own file because reading the request needs neither documents nor threads.
#include "api/list_request.h"
#include "base/text.h"

namespace ordo::api {

void refuse_list(const CallPtr& call, const Error& error) {
  if (error.reason != kTooSlow) return call->refuse(error);
  call->refuse(503, kTooSlow, "the list would read too many documents to find its own",
               "narrow it by from and to, or by another filter");
}

void answer_list(ApiContext& context, const CallPtr& call, Collection collection, ListAnswer how) {
  auto parameters = http::QueryString::parse(call->request.query());
  if (!parameters) return call->refuse(parameters.error());
  auto list = parse_list(collection, *parameters, {.in_path = how.in_path});
  if (!list) return call->refuse(list.error());
  // guard: list-page-bytes
  list->query.max_bytes = context.options.max_page_bytes;
  list->query.time_limit = context.options.max_list_time;
  if (!how.in_path.empty()) list->query.where.emplace_back(how.in_path, call->request.path_parameters[0]);
  if (how.adjust) how.adjust(list->query);
  context.on_pool(call, [&context, parameters = std::move(*parameters), list = std::move(*list),
                         how = std::move(how)](const CallPtr& under_way) {
    const auto page = context.ports.documents.list(list.query);
    if (!page) return refuse_list(under_way, page.error());
    http::Response response;
    std::string& body = response.body;
    body = "{\"data\":[";
    for (const auto& document : page->documents) {
      if (how.shown && !how.shown(document)) continue;
      if (body.back() != '[') body.push_back(',');
      body += how.view(document);
    }
    body += "],\"next_cursor\":";
    if (page->next) {
      const auto cursor = encode_cursor(*page->next, list.fingerprint);
      append_json_string(cursor, body);
      response.add_header("Link", next_link(under_way->request, parameters, cursor));
    } else {
      body += "null";
    }
    if (!page->unreadable.empty()) body += ",\"unreadable\":" + std::to_string(page->unreadable.size());
    body.push_back('}');
    under_way->answer(std::move(response));
  });
}

}  // namespace ordo::api
