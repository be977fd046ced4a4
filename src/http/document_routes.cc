// /openapi.json, /asyncapi.json and /docs: what the descriptions come to.
#include <memory>
#include <mutex>

#include "access/api_key.h"
#include "base/uuid.h"
#include "http/api_context.h"
#include "http/docs_page.h"
#include "http/openapi.h"
#include "http/router.h"
#include "records/asyncapi.h"

namespace ordo::http {
namespace {

constexpr std::string_view kHtml = "text/html; charset=utf-8";

// Made at the first request, when all routes are there, in a few milliseconds; the same ever after. Thread-safe.
class Documents {
 public:
  Documents(const Router& router, const Topology& topology) : router_(router), topology_(topology) {}

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

  const Router& router_;
  const Topology& topology_;
  std::once_flag once_;
  std::string openapi_;
  std::string asyncapi_;
  std::string page_;
};

std::string base64(const access::Digest& digest) {
  static constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  unsigned bits = 0;
  unsigned kept = 0;
  for (const auto byte : digest) {
    bits = (bits << 8U | byte) & 0xfffU;
    for (kept += 8; kept >= 6; kept -= 6) text.push_back(kLetters[bits >> (kept - 6) & 63U]);
  }
  if (kept > 0) text.push_back(kLetters[bits << (6 - kept) & 63U]);
  while (text.size() % 4 != 0) text.push_back('=');
  return text;
}

// The page's own script and style, and nothing from anywhere else.
std::string content_policy(const std::string& page) {
  constexpr std::string_view kBegin = "<script>";
  const auto begin = page.find(kBegin) + kBegin.size();
  const auto digest = access::sha256(std::string_view(page).substr(begin, page.find("</script>") - begin));
  return "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-" + base64(digest) +
         "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}

void answer(const std::string& text, std::string_view content_type, const Request& request, Respond respond) {
  const std::string etag = "\"" + uuid_v5("document", text) + "\"";
  Response response;
  if (is_not_modified(request, etag)) {
    response.status = 304;
  } else {
    response.content_type = content_type;
    response.body = text;
  }
  response.add_header("ETag", etag);
  response.add_header("Cache-Control", "no-cache");  // may be kept, and is asked about each time
  if (content_type == kHtml) response.add_header("Content-Security-Policy", content_policy(text));
  respond(std::move(response));
}

}  // namespace

void add_document_routes(Router& router, ApiContext& context) {
  const auto documents = std::make_shared<Documents>(router, context.options.topology);
  const auto serve = [&](std::string_view path, const std::string& (Documents::*document)(),
                         std::string_view content_type, AnswerDescription answer_description,
                         std::string_view summary) {
    router.add(Method::kGet, path,
               [documents, document, content_type](const Request& request, Respond respond) {
                 answer(((*documents).*document)(), content_type, request, std::move(respond));
               },
               {.tag = "Operation",
                .summary = summary,
                .parameters = {if_none_match_parameter()},
                .answers = {std::move(answer_description), {304, "Nothing has changed."}}});
  };
  const auto object = [](SchemaSet&) { return std::string(R"({"type":"object"})"); };
  serve("/openapi.json", &Documents::openapi, kJson, {200, "OpenAPI 3.1.", object, kJson, {"ETag"}},
        "This API, for programs");
  serve("/asyncapi.json", &Documents::asyncapi, kJson, {200, "AsyncAPI 3.0.", object, kJson, {"ETag"}},
        "The records on the topics, for programs");
  serve("/docs", &Documents::page, kHtml, {200, "A page.", schema_of<std::string>, "text/html", {"ETag"}},
        "Both, for people");
}

}  // namespace ordo::http
