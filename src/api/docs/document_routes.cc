// /openapi.json, /asyncapi.json and /docs: the descriptions as documents.
#include <memory>
#include <mutex>

#include "access/api_key.h"
#include "api/api_context.h"
#include "api/docs/docs_page.h"
#include "api/docs/openapi.h"
#include "base/encoding.h"
#include "base/sha256.h"
#include "base/uuid.h"
#include "http/router.h"
#include "records/asyncapi.h"

namespace ordo::api {
namespace {

constexpr std::string_view kHtml = "text/html; charset=utf-8";

// Made at the first request, when all routes exist. That takes a few milliseconds; later requests reuse the result.
// Thread-safe.
class Documents {
 public:
  Documents(const http::Router& router, const Topology& topology) : router_(router), topology_(topology) {}

  const std::string& openapi() { return made().openapi_; }
  const std::string& asyncapi() { return made().asyncapi_; }
  const std::string& page() { return made().page_; }

 private:
  Documents& made() {
    std::call_once(once_, [this] {
      openapi_ = openapi_document(router_.described());
      asyncapi_ = asyncapi_document(topology_);
      page_ = docs_page(openapi_, asyncapi_);
    });
    return *this;
  }

  const http::Router& router_;
  const Topology& topology_;
  std::once_flag once_;
  std::string openapi_;
  std::string asyncapi_;
  std::string page_;
};

// Allows only the page's own script and style.
std::string content_policy(const std::string& page) {
  constexpr std::string_view kBegin = "<script>";
  const auto begin = page.find(kBegin) + kBegin.size();
  const auto digest = sha256(std::string_view(page).substr(begin, page.find("</script>") - begin));
  return "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-" +
         to_base64({reinterpret_cast<const char*>(digest.data()), digest.size()}) +
         "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}

void answer(const std::string& text, std::string_view content_type, const CallPtr& call) {
  const std::string etag = "\"" + uuid_v5("document", text) + "\"";
  http::Response response;
  if (is_not_modified(call->request, etag)) {
    response.status = 304;
  } else {
    response.content_type = content_type;
    response.body = text;
  }
  response.add_header("ETag", etag);
  response.add_header("Cache-Control", "no-cache");  // clients may store it, but must check it each time
  if (content_type == kHtml) response.add_header("Content-Security-Policy", content_policy(text));
  call->answer(std::move(response));
}

}  // namespace

void add_document_routes(http::Router& router, ApiContext& context) {
  const auto documents = std::make_shared<Documents>(router, context.options.topology);
  const auto serve = [&](std::string_view path, const std::string& (Documents::*document)(),
                         std::string_view content_type, http::AnswerDescription answer_description,
                         std::string_view operation, std::string_view summary) {
    router.add(http::Method::kGet, path,
               [&context, documents, document, content_type](http::Request request, http::Respond respond) {
                 const auto call = make_call(std::move(request), std::move(respond));
                 if (!context.refuse_while_full(call)) answer(((*documents).*document)(), content_type, call);
               },
               {.tag = "Operation",
                .operation = operation,
                .summary = summary,
                .parameters = {http::if_none_match_parameter()},
                .answers = {std::move(answer_description), {304, "Not changed since the given ETag."}}});
  };
  const auto object = [](SchemaSet&) { return std::string(R"({"type":"object"})"); };
  serve("/openapi.json", &Documents::openapi, http::kJson, {200, "OpenAPI 3.1.", object, http::kJson, {"ETag"}},
        "getOpenApi", "This API, for programs (OpenAPI)");
  serve("/asyncapi.json", &Documents::asyncapi, http::kJson, {200, "AsyncAPI 3.0.", object, http::kJson, {"ETag"}},
        "getAsyncApi", "The records on the topics, for programs (AsyncAPI)");
  serve("/docs", &Documents::page, kHtml, {200, "A page.", schema_of<std::string>, "text/html", {"ETag"}}, "getDocs",
        "Both documents, for people");
}

}  // namespace ordo::api
