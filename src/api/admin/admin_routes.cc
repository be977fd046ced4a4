// /admin: the dashboard. Its files hold no data, so they need no key; what it shows comes from the API.
#include <algorithm>
#include <initializer_list>
#include <vector>

#include "api/admin/admin_files.h"
#include "api/api_context.h"
#include "http/problem.h"
#include "http/router.h"

namespace ordo::api {
namespace {

constexpr std::string_view kAdminPageType = "text/html; charset=utf-8";
constexpr std::string_view kAdminIndex = "index.html";
// Nothing from other hosts, no script or style inside a page, and no page that shows this one in a frame.
constexpr std::string_view kAdminPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
// The file's name has a hash of its content.
constexpr std::string_view kAdminForever = "public, max-age=31536000, immutable";
constexpr std::string_view kAdminCheckEachTime = "no-cache";
constexpr std::string_view kAdminAbsent =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>ordo</title><h1>No dashboard</h1>"
    "<p>This program was built without its dashboard. Install Node.js 18 or newer and npm, then run <code>make "
    "build</code> without <code>-DORDO_ADMIN=OFF</code>. The API works as usual; <a href=\"/docs\">/docs</a> describes "
    "it.</p></html>\n";

const AdminFile* find_admin_file(std::string_view name) {
  const auto files = admin_files();
  const auto found =
      std::find_if(files.begin(), files.end(), [&](const AdminFile& candidate) { return candidate.name == name; });
  return found == files.end() ? nullptr : &*found;
}

void add_admin_protection(http::Response& response) {
  // guard: admin-content-policy
  response.add_header("Content-Security-Policy", kAdminPolicy);
  response.add_header("X-Content-Type-Options", "nosniff");
  response.add_header("Referrer-Policy", "no-referrer");
  response.add_header("Cross-Origin-Opener-Policy", "same-origin");
}

http::Response admin_file_response(const http::Request& request, const AdminFile& file, std::string_view caching) {
  http::Response response;
  if (is_not_modified(request, file.etag)) {
    response.status = 304;
  } else {
    response.content_type = file.content_type;
    response.body = file.content;
    if (file.compressed) response.add_header("Content-Encoding", "gzip");
  }
  response.add_header("ETag", file.etag);
  response.add_header("Cache-Control", caching);
  add_admin_protection(response);
  return response;
}

http::Response absent_admin_page() {
  http::Response response;
  response.content_type = kAdminPageType;
  response.body = kAdminAbsent;
  response.add_header("Cache-Control", kAdminCheckEachTime);
  add_admin_protection(response);
  return response;
}

// The dashboard finds the screen of a path itself.
void admin_page(const http::Request& request, http::Respond respond) {
  const auto* index = find_admin_file(kAdminIndex);
  respond(index != nullptr ? admin_file_response(request, *index, kAdminCheckEachTime) : absent_admin_page());
}

void admin_asset(const http::Request& request, http::Respond respond) {
  const std::string& name = request.path_parameters.at(0);
  const auto* file = name == kAdminIndex ? nullptr : find_admin_file(name);
  if (file == nullptr) {
    return respond(http::problem(404, "unknown_file", "the dashboard has no such file", request.trace_id,
                                 "load the page again: the server may have another version"));
  }
  respond(admin_file_response(request, *file, kAdminForever));
}

void to_admin(const http::Request&, http::Respond respond) {
  http::Response response;
  response.status = 307;
  response.content_type = {};
  response.add_header("Location", "/admin/");
  respond(std::move(response));
}

// The parts of a screen's path may be any text: the dashboard itself says that there is no such screen.
http::RouteDescription describe_admin_page(std::string_view operation, std::string_view summary,
                                           std::initializer_list<std::string_view> path_parameters) {
  std::vector<http::Parameter> parameters;
  for (const auto name : path_parameters) parameters.push_back({.in = http::Parameter::In::path, .name = name});
  parameters.push_back(http::if_none_match_parameter());
  return {.tag = "Operation",
          .operation = operation,
          .summary = summary,
          .parameters = std::move(parameters),
          .answers = {{200, "A page.", schema_of<std::string>, "text/html", {"ETag"}},
                      {304, "Not changed since the given ETag."}}};
}

}  // namespace

void add_admin_routes(http::Router& router, ApiContext&) {
  using http::Method;
  router.add(Method::kGet, "/admin", to_admin,
             {.tag = "Operation",
              .operation = "findAdmin",
              .summary = "Where the dashboard is",
              .answers = {{307, "To /admin/.", nullptr, {}, {"Location"}}}});
  router.add(Method::kGet, "/admin/", admin_page, describe_admin_page("getAdmin", "The dashboard", {}));
  router.add(Method::kGet, "/admin/{screen}", admin_page,
             describe_admin_page("getAdminScreen", "A screen of the dashboard", {"screen"}));
  router.add(Method::kGet, "/admin/{screen}/{id}", admin_page,
             describe_admin_page("getAdminItem", "A screen of the dashboard about one thing", {"screen", "id"}));
  router.add(Method::kGet, "/admin/{screen}/{id}/{part}", admin_page,
             describe_admin_page("getAdminPart", "A part of such a screen", {"screen", "id", "part"}));
  router.add(Method::kGet, "/admin/assets/{asset}", admin_asset,
             {.tag = "Operation",
              .operation = "getAdminAsset",
              .summary = "A script or style of the dashboard",
              .parameters = {http::if_none_match_parameter()},
              .answers = {{200, "The file, compressed with gzip.", schema_of<std::string>, "text/plain", {"ETag"}},
                          {304, "Not changed since the given ETag."}},
              .problems = {{404, "unknown_file"}}});
}

}  // namespace ordo::api
