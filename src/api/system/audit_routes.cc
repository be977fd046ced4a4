// /v1/audit-log: who changed what, and whether the log of it is complete.
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/api_context.h"
#include "api/system/system_schema.h"
#include "base/number.h"
#include "http/router.h"
#include "http/target.h"
#include "records/json_codec.h"
#include "records/json_text.h"

namespace ordo::api {
namespace {

constexpr std::size_t kUsualLines = 50;
constexpr std::size_t kMostLines = 500;

struct AuditItem {
  std::optional<std::int64_t> seq;
  std::string at;
  std::optional<std::string> who;
  std::optional<std::string> name;
  std::optional<std::string> role;
  std::optional<std::string> peer;
  std::string method;
  std::optional<std::string> route;
  std::optional<std::string> target;
  std::optional<std::int64_t> status;
  std::optional<std::int64_t> count;
  std::optional<std::string> trace_id;
  std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(AuditItem, (),
                      (seq, at, who, name, role, peer, method, route, target, status, count, trace_id, reason))
constexpr auto notes(NotesOf<AuditItem>) {
  return std::array{Note{"", "A line of the audit log. Members that the line does not have are absent."},
                    Note{"at", "a time in RFC 3339"},
                    Note{"who", "key:<id>, token:<subject>, user:<id> of the machine, or anybody"},
                    Note{"peer", "the client's address"},
                    Note{"method", "of the request; or an action such as key create, start, stop"},
                    Note{"route", "the template"},
                    Note{"target", "the path, or the id of a key"},
                    Note{"count", "of lines that were lost or left out"},
                    Note{"reason", "of a refusal"}};
}

struct AuditVerification {
  bool unbroken = false;
  std::optional<std::string> fault;
  std::int64_t lines = 0;
  std::int64_t first_seq = 0;
  std::int64_t last_seq = 0;
  std::string last_digest;
  std::int64_t unchained = 0;
  std::int64_t torn = 0;
  std::optional<std::string> torn_end;
};
BOOST_DESCRIBE_STRUCT(AuditVerification, (),
                      (unbroken, fault, lines, first_seq, last_seq, last_digest, unchained, torn, torn_end))
constexpr auto notes(NotesOf<AuditVerification>) {
  return std::array{
      Note{"fault", "the first break of the chain", R"("audit.log.2, line 7: is not the line that was written")"},
      Note{"last_digest", "SHA-256 of the last line; keep it with last_seq elsewhere, to find a log that was cut off"},
      Note{"unchained", "lines of an earlier version, without a chain"},
      Note{"torn", "parts of lines whose writer was killed"}, Note{"torn_end", "the last line, if it is unfinished"}};
}

std::optional<std::string> unless_blank(std::string text) {
  return text.empty() ? std::nullopt : std::optional(std::move(text));
}
std::optional<std::int64_t> unless_zero(std::int64_t number) {
  return number == 0 ? std::nullopt : std::optional(number);
}

std::string line_view(access::AuditLine line) {
  return to_json(AuditItem{unless_zero(static_cast<std::int64_t>(line.seq)), std::move(line.at),
                           unless_blank(std::move(line.who)), unless_blank(std::move(line.name)),
                           unless_blank(std::move(line.role)), unless_blank(std::move(line.peer)),
                           std::move(line.method), unless_blank(std::move(line.route)),
                           unless_blank(std::move(line.target)), unless_zero(line.status), unless_zero(line.count),
                           unless_blank(std::move(line.trace_id)), unless_blank(std::move(line.reason))});
}

struct PageRequest {
  std::size_t limit = kUsualLines;
  std::optional<access::AuditPlace> place;
};

Result<PageRequest> parse_page(std::string_view query) {
  const auto parameters = http::QueryString::parse(query);
  if (!parameters) return fail(parameters.error());
  PageRequest page;
  for (const auto& [name, value] : parameters->parameters()) {
    if (name != "limit" && name != "cursor") {
      return http::bad_query("there is no parameter " + name + "; known are limit, cursor");
    }
    if (value.empty()) continue;
    if (name == "cursor") {
      page.place = access::parse_audit_place(value);
      if (!page.place) return fail(ErrorCode::kInvalid, "bad_cursor", "the cursor is not one of this audit log");
      continue;
    }
    const auto limit = parse_integer<std::size_t>(value);
    if (!limit || *limit < 1 || *limit > kMostLines) return http::bad_query("limit is a whole number from 1 to 500");
    page.limit = *limit;
  }
  return page;
}

void refuse_no_log(const CallPtr& call) {
  call->refuse(404, "no_audit_log", "this server has no audit log", "it has one once something was written down");
}

void read_page(ApiContext& context, const CallPtr& call, const PageRequest& wanted) {
  auto page = context.ports.system.audit_page(wanted.place, wanted.limit);
  if (!page && page.error().code == ErrorCode::kNotFound) return refuse_no_log(call);
  if (!page) return call->refuse(page.error());
  JsonArray data;
  for (auto& line : page->lines) data.add(line_view(std::move(line)));
  JsonObject body;
  body.add("data", data.text());
  body.add("next_cursor", page->next ? json_string(access::to_string(*page->next)) : "null");
  call->answer(json_response(200, body.text()));
}

void list_audit(ApiContext& context, http::Request request, http::Respond respond) {
  const auto made = make_call(std::move(request), std::move(respond));
  if (!context.ports.system.audit_page) return refuse_no_log(made);
  const auto wanted = parse_page(made->request.query());
  if (!wanted) return made->refuse(wanted.error());
  context.on_pool(made, [&context, page = *wanted](const CallPtr& call) { read_page(context, call, page); });
}

void answer_verdict(const CallPtr& call, const Result<access::AuditVerdict>& verdict) {
  if (!verdict && verdict.error().code == ErrorCode::kNotFound) return refuse_no_log(call);
  if (!verdict) return call->refuse(verdict.error());
  AuditVerification view;
  view.unbroken = verdict->fault.empty();
  view.fault = unless_blank(verdict->fault);
  view.lines = static_cast<std::int64_t>(verdict->lines);
  view.first_seq = static_cast<std::int64_t>(verdict->first_seq);
  view.last_seq = static_cast<std::int64_t>(verdict->last.seq);
  view.last_digest = verdict->last.digest;
  view.unchained = static_cast<std::int64_t>(verdict->unchained);
  view.torn = static_cast<std::int64_t>(verdict->torn);
  view.torn_end = unless_blank(verdict->torn_end);
  call->answer(json_response(200, to_json(view)));
}

// It reads the whole log, so only one request at a time does.
void verify_audit(ApiContext& context, const std::shared_ptr<std::atomic<bool>>& busy, http::Request request,
                  http::Respond respond) {
  const auto made = make_call(std::move(request), std::move(respond));
  if (!context.ports.system.verify_audit) return refuse_no_log(made);
  context.on_pool(made, [&context, busy](const CallPtr& call) {
    if (busy->exchange(true)) {
      return call->refuse(503, "audit_log_busy", "another request verifies the audit log", "try again in a moment");
    }
    const auto verdict = context.ports.system.verify_audit();
    busy->store(false);
    answer_verdict(call, verdict);
  });
}

std::string audit_limit_schema(SchemaSet&) {
  return R"({"type":"integer","minimum":1,"maximum":500,"default":50})";
}

}  // namespace

void add_audit_routes(http::Router& router, ApiContext& context) {
  router.add(http::Method::kGet, "/v1/audit-log", bind_to(context)(list_audit),
             {.tag = "System",
              .operation = "listAuditLog",
              .summary = "Who changed what",
              .text = "The lines of this process's audit log and of its rotated files, newest first. A page reads at "
                      "most 4 MiB of them, so it may have fewer lines than the limit.",
              .parameters = {{.name = "limit", .text = "Maximum number of lines.", .schema = audit_limit_schema},
                             {.name = "cursor", .text = "The next_cursor of the previous page."}},
              .answers = {{200, "A page.", http::page_schema<schema_of<AuditItem>>}},
              .problems = {{400, "bad_query, bad_cursor"}, {404, "no_audit_log"}}});
  const auto busy = std::make_shared<std::atomic<bool>>(false);
  router.add(http::Method::kGet, "/v1/audit-log/verification",
             [&context, busy](http::Request request, http::Respond respond) {
               verify_audit(context, busy, std::move(request), std::move(respond));
             },
             {.tag = "System",
              .operation = "verifyAuditLog",
              .summary = "Whether the audit log is complete and unchanged",
              .text = "As ordo audit verify: reads all lines, and checks that each names the one before it.",
              .answers = {{200, "The verdict.", schema_of<AuditVerification>}},
              .problems = {{404, "no_audit_log"}, {503, "audit_log_busy"}}});
}

}  // namespace ordo::api
