// answer_list: apart from the reading of the request, which knows neither documents nor threads.
#include "base/text.h"
#include "http/list_request.h"

namespace ordo::http {

void answer_list(ApiContext& context, const CallPtr& call, Collection collection,
                 std::function<std::string(const Document&)> view, const std::function<void(Query&)>& adjust) {
  auto parameters = QueryString::parse(call->request.query());
  if (!parameters) return call->refuse(parameters.error());
  auto list = parse_list(collection, *parameters);
  if (!list) return call->refuse(list.error());
  if (adjust) adjust(list->query);
  context.on_pool(call, [&context, parameters = std::move(*parameters), list = std::move(*list),
                         view = std::move(view)](const CallPtr& under_way) {
    const auto page = context.ports.documents.list(list.query);
    if (!page) return under_way->refuse(page.error());
    Response response;
    std::string& body = response.body;
    body = "{\"data\":[";
    for (const auto& document : page->documents) {
      if (body.back() != '[') body.push_back(',');
      body += view(document);
    }
    body += "],\"next_cursor\":";
    if (page->next) {
      const auto cursor = encode_cursor(*page->next, list.fingerprint);
      append_json_string(cursor, body);
      response.add_header("Link", next_link(under_way->request, parameters, cursor));
    } else {
      body += "null";
    }
    body.push_back('}');
    under_way->answer(std::move(response));
  });
}

}  // namespace ordo::http
