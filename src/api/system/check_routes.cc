// /v1/checks: the check of the invariants, in this process.
#include <optional>
#include <string>

#include "api/api_context.h"
#include "api/system/system_schema.h"
#include "http/router.h"
#include "records/json_codec.h"
#include "records/json_text.h"

namespace ordo::api {

BOOST_DESCRIBE_ENUM(CheckStatus, running, done, failed)

namespace {

// The report is JSON already, and stands beside these members.
struct CheckView {
  std::string id;
  CheckStatus status = CheckStatus::running;
  Timestamp started_at{};
  std::optional<Timestamp> ended_at;
  std::optional<bool> clean;
  std::optional<std::string> error;
};
BOOST_DESCRIBE_STRUCT(CheckView, (), (id, status, started_at, ended_at, clean, error))
constexpr auto notes(NotesOf<CheckView>) {
  return std::array{Note{"clean", "true: all invariants hold; of a check that is done"},
                    Note{"error", "why the check failed"}};
}

constexpr char kCheckKey = 0;  // its address identifies the schema

std::string check_schema(SchemaSet& set) {
  return set.define("Check", &kCheckKey, [](SchemaSet& inner) {
    auto check = members_of<CheckView>(inner);
    check.add("report",
              R"({"type":"object","description":"the report of ordo check -o json, of a check that is done"})", false);
    return check.text();
  });
}

std::string check_view(const CheckState& state) {
  JsonObject view(
      to_json(CheckView{state.id, state.status, state.started_at, state.ended_at, state.clean, state.error}));
  if (state.report) view.add("report", *state.report);
  return view.text();
}

bool may_check(ApiContext& context, const CallPtr& call) {
  return context.permits(call, {access::Permission::server_read, access::Permission::access_read});
}

void post_check(ApiContext& context, http::Request request, http::Respond respond) {
  context.on_pool(make_call(std::move(request), std::move(respond)), [&context](const CallPtr& call) {
    if (!may_check(context, call)) return;
    const auto& start = context.ports.system.start_check;
    if (!start) return call->refuse(404, "no_check", "this process runs no checks");
    const auto started = start();
    if (!started) return call->refuse(started.error());
    call->answer(json_response(202, check_view(*started)));
  });
}

void get_check(ApiContext& context, http::Request request, http::Respond respond) {
  context.on_pool(make_call(std::move(request), std::move(respond)), [&context](const CallPtr& call) {
    if (!may_check(context, call)) return;
    const auto& latest = context.ports.system.latest_check;
    const auto state = latest ? latest() : std::nullopt;
    if (!state) return call->refuse(404, "no_check", "this process has run no check", "POST /v1/checks starts one");
    call->answer(json_response(200, check_view(*state)));
  });
}

}  // namespace

void add_check_routes(http::Router& router, ApiContext& context) {
  const auto bind = bind_to(context);
  router.add(http::Method::kPost, "/v1/checks", bind(post_check),
             {.tag = "System",
              .operation = "startCheck",
              .summary = "Check the invariants",
              .text = "Starts ordo check inside this process, one at a time, with readers of its own and a low "
                      "priority. It changes nothing. Needs server:read and access:read.",
              .answers = {{202, "The check, which runs.", check_schema}},
              .problems = {{404, "no_check"}, {409, "check_running"}}});
  router.add(http::Method::kGet, "/v1/checks/latest", bind(get_check),
             {.tag = "System",
              .operation = "getLatestCheck",
              .summary = "The newest check of this process",
              .text = "With its report, once it is done. A restart of the process forgets it. Needs server:read and "
                      "access:read.",
              .answers = {{200, "The check.", check_schema}},
              .problems = {{404, "no_check"}}});
}

}  // namespace ordo::api
