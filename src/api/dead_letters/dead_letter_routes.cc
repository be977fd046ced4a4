// /v1/dlq: shows the records that processors refused, and replays or drops them.
#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <string>

#include "api/api_context.h"
#include "api/content_permissions.h"
#include "api/dead_letters/dead_letter_views.h"
#include "api/json_body.h"
#include "api/list_request.h"
#include "base/number.h"
#include "base/text.h"
#include "http/problem.h"
#include "http/request_guard.h"
#include "http/router.h"
#include "http/target.h"
#include "records/letter_size.h"

namespace ordo::api {
namespace {

constexpr std::int64_t kDepth = 10'000;  // records read from each topic unless the request names a depth
constexpr std::int64_t kMaxDepth = 20'000;
constexpr std::int64_t kLimit = 100;  // letters changed by one request unless it names a limit
constexpr std::int64_t kMaxLimit = 1'000;
constexpr int kMaxAtOnce = 2;  // requests that read whole topics
constexpr std::size_t kMaxNamed = 100;

struct ReplayBody {
  std::optional<std::string> value;
  std::optional<bool> dry_run;
  std::optional<bool> again;
};
BOOST_DESCRIBE_STRUCT(ReplayBody, (), (value, dry_run, again))
constexpr auto notes(NotesOf<ReplayBody>) {
  return std::array{Note{"value", "a corrected value that replaces the refused one"},
                    Note{"dry_run", "true: only report what the request would do"},
                    Note{"again", "true: also if the letter was replayed or dropped before"}};
}

struct LettersBody {
  std::optional<std::string> topic;
  std::optional<std::string> reason;
  std::optional<std::string> key;
  std::optional<Timestamp> from;
  std::optional<Timestamp> to;
  std::optional<std::int64_t> limit;
  std::optional<bool> dry_run;
};
BOOST_DESCRIBE_STRUCT(LettersBody, (), (topic, reason, key, from, to, limit, dry_run))
constexpr auto notes(NotesOf<LettersBody>) {
  return std::array{Note{"", "Selects the open letters that match all members. Give at least topic, reason or key."},
                    Note{"topic", "by its canonical name"},
                    Note{"key", "key of the record"},
                    Note{"from", "refused at this time or later"},
                    Note{"to", "refused before this time"},
                    Note{"limit", "maximum number of letters to change, oldest first; default 100, at most 1000"},
                    Note{"dry_run", "true (default): only report what the request would do"}};
}

struct Group {
  std::string topic;
  std::string reason;
  std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(Group, (), (topic, reason, count))

struct Changed {
  bool dry_run = false;
  std::int64_t matched = 0;
  std::int64_t chosen = 0;
  std::int64_t done = 0;
  std::int64_t failed = 0;
  bool complete = true;
  std::vector<Group> groups;
  std::vector<std::string> letters;
  std::optional<std::string> error;
};
BOOST_DESCRIBE_STRUCT(Changed, (), (dry_run, matched, chosen, done, failed, complete, groups, letters, error))
constexpr auto notes(NotesOf<Changed>) {
  return std::array{Note{"matched", "open letters that match the filter"},
                    Note{"chosen", "the oldest of these, up to the limit"},
                    Note{"done", "letters that were durably replayed or dropped"},
                    Note{"failed", "letters that were not; repeat the request to try them again"},
                    Note{"complete", "false: the topics hold more records than were read"},
                    Note{"groups", "the matched letters by topic and reason"},
                    Note{"letters", "ids of the chosen letters, at most 100"},
                    Note{"error", "why some letters failed"}};
}

std::string letters_page_schema(SchemaSet& set) {
  ObjectSchema page;
  page.add("data", schema::array_of(schema_of<Letter>(set)));
  page.add("next_cursor",
           R"({"type":["string","null"],"description":"cursor of the next page; null on the last page"})");
  page.add("looked_at", R"({"type":"integer","description":"records that were read from dead-letter topics"})");
  page.add("complete", R"({"type":"boolean","description":"false: there are older records, beyond depth"})");
  return page.text();
}

Result<Topic> read_topic(std::string_view name) {
  if (const auto topic = parse_topic(name)) return *topic;
  std::string known;
  for (std::size_t i = 0; i < kTopics; ++i)
    known += (i == 0 ? "" : ", ") + std::string(to_string(static_cast<Topic>(i)));
  return http::bad_query("topic is one of " + known);
}

// A caller may see and replay letters only with permission to read the content of their topic. If the filter names a
// topic without that permission, answers 403. If it names no topic, the letters of such topics are left out.
bool narrow(const ApiContext& context, const CallPtr& call, LetterFilter& filter) {
  // guard: letters-of-topic
  if (filter.topic) return context.permits(call, letter_permissions(*filter.topic));
  filter.hidden = hidden_letters(call->request);
  return true;
}

bool permits_letter(const ApiContext& context, const CallPtr& call) {
  const auto id = parse_letter_id(call->request.path_parameters[0]);
  // guard: letter-of-topic
  return !id || context.permits(call, letter_permissions(id->topic));
}

// --- the list

struct LetterList {
  LetterFilter filter;
  std::int64_t limit = 50;
  std::int64_t depth = kDepth;
  std::optional<PageKey> after;
  std::string fingerprint;
};

Result<std::int64_t> read_number(std::string_view name, std::string_view text, std::int64_t most) {
  const auto number = parse_integer<std::int64_t>(text);
  if (number && *number >= 1 && *number <= most) return *number;
  return http::bad_query(std::string(name) + " is a whole number from 1 to " + std::to_string(most));
}

Result<void> read_parameter(const std::string& name, const std::string& value, LetterList& list) {
  if (name == "limit" || name == "depth") {
    const auto number = read_number(name, value, name == "limit" ? std::int64_t{Query::kMaxPage} : kMaxDepth);
    if (!number) return fail(number.error());
    (name == "limit" ? list.limit : list.depth) = *number;
  } else if (name == "from" || name == "to") {
    const auto time = parse_timestamp(value);
    if (!time) return http::bad_query(name + ": " + time.error().message);
    (name == "from" ? list.filter.from : list.filter.to) = *time;
  } else if (name == "topic") {
    const auto topic = read_topic(value);
    if (!topic) return fail(topic.error());
    list.filter.topic = *topic;
  } else if (name == "state") {
    list.filter.state.reset();
    for (const auto state : {LetterState::open, LetterState::replayed, LetterState::dropped}) {
      if (to_string(state) == value) list.filter.state = state;
    }
    if (!list.filter.state && value != "all") return http::bad_query("state is one of open, replayed, dropped, all");
  } else if (name == "reason") {
    list.filter.reason = value;
  } else if (name == "key") {
    list.filter.key = value;
  } else {
    return http::bad_query("there is no parameter " + name +
                           "; known are topic, reason, key, state, from, to, depth, limit, cursor");
  }
  return {};
}

bool is_filter(std::string_view name) {
  return name == "topic" || name == "reason" || name == "key";
}

Result<LetterList> read_list(const http::QueryString& parameters) {
  LetterList list;
  list.filter.state = LetterState::open;
  std::map<std::string, std::string> given;
  for (const auto& [name, value] : parameters.parameters()) {
    // guard: letters-empty-filter
    if (value.empty() && is_filter(name)) return http::empty_filter(name);
    if (value.empty()) continue;
    if (name != "cursor" && name != "limit") given.emplace(name, value);
    if (name == "cursor") continue;
    if (auto read = read_parameter(name, value, list); !read) return fail(std::move(read.error()));
  }
  list.fingerprint = "dead letters";
  for (const auto& [name, value] : given) {
    list.fingerprint.append("\n").append(name).append("=").append(value);
  }
  const auto* cursor = parameters.find("cursor");
  if (cursor != nullptr && !cursor->empty()) {
    auto key = decode_cursor(*cursor, list.fingerprint);
    if (!key) return fail(std::move(key.error()));
    list.after = std::move(*key);
  }
  return list;
}

PageKey key_of(const ListedLetter& listed) {
  return {to_unix_ms(listed.letter.refused_at), to_string(listed.letter.id)};
}

// In the order of scan_letters().
bool comes_after(const ListedLetter& listed, const PageKey& key) {
  const auto sort = to_unix_ms(listed.letter.refused_at);
  if (sort != key.sort) return sort < key.sort;
  const auto id = parse_letter_id(key.id);
  return id && listed.letter.id < *id;
}

void answer_letters(ApiContext& context, const CallPtr& call, const LetterList& list,
                    const http::QueryString& parameters) {
  const auto scan = scan_letters(context.ports.source, list.filter, list.depth);
  if (!scan) return call->refuse(scan.error());
  http::Response response;
  response.body = "{\"data\":[";
  std::int64_t count = 0;
  const ListedLetter* last = nullptr;
  bool more = false;
  for (const auto& one : scan->letters) {
    if (list.after && !comes_after(one, *list.after)) continue;
    more = count == list.limit;
    if (more) break;
    if (count++ > 0) response.body.push_back(',');
    response.body += to_json(view_of(one));
    last = &one;
  }
  response.body += "],\"next_cursor\":";
  if (more) {
    const auto cursor = encode_cursor(key_of(*last), list.fingerprint);
    append_json_string(cursor, response.body);
    response.add_header("Link", next_link(call->request, parameters, cursor));
  } else {
    response.body += "null";
  }
  response.body +=
      ",\"looked_at\":" + std::to_string(scan->looked_at) + ",\"complete\":" + (scan->complete ? "true}" : "false}");
  call->answer(std::move(response));
}

// --- one letter

Result<FoundLetter> require_letter(ApiContext& context, const std::string& text) {
  const auto id = parse_letter_id(text);
  if (id) {
    auto found = find_letter(context.ports.source, *id);
    if (!found) return fail(std::move(found.error()));
    if (*found) return std::move(**found);
  }
  return fail(ErrorCode::kNotFound, "unknown_letter",
              "there is no dead letter " + text + "; an id is a topic and an offset, for example order_created:17");
}

// Refuses a letter that was replayed or dropped before, unless the request says again.
Result<void> check_open(const FoundLetter& found, bool again) {
  if (again || !found.state || *found.state == LetterState::open) return {};
  return fail(ErrorCode::kConflict, "letter_settled",
              "the letter was " + std::string(to_string(*found.state)) + " before; set again to true to do it again");
}

void add_group(Changed& changed, const DeadLetter& letter) {
  const auto topic = to_string(letter.id.topic);
  for (auto& group : changed.groups) {
    if (group.topic == topic && group.reason == letter.reason) {
      ++group.count;
      return;
    }
  }
  changed.groups.push_back({std::string(topic), letter.reason, 1});
}

void answer_changed(const CallPtr& call, Changed changed, LettersChanged done) {
  if (done.error && done.done == 0) return call->refuse(*done.error);
  changed.done = done.done;
  changed.failed = done.failed;
  if (done.error) changed.error = done.error->text();
  call->answer(json_response(200, to_json(changed)));
}

void change_one(ApiContext& context, const CallPtr& call, const ReplayBody& body, LetterState state) {
  const auto found = require_letter(context, call->request.path_parameters[0]);
  if (!found) return call->refuse(found.error());
  if (auto open = check_open(*found, body.again.value_or(false)); !open) return call->refuse(open.error());
  if (state == LetterState::replayed && found->letter.omitted_bytes && !body.value) {
    return call->refuse(value_omitted(found->letter));
  }
  Changed changed;
  changed.dry_run = body.dry_run.value_or(false);
  changed.matched = changed.chosen = 1;
  add_group(changed, found->letter);
  changed.letters.push_back(to_string(found->letter.id));
  if (changed.dry_run) return answer_changed(call, std::move(changed), {});
  LetterWriter writer(context.ports.log, context.ports.source, context.options.topology, context.options.source,
                      context.ports.proof, actor_of(call->request));
  answer_changed(
      call, std::move(changed),
      state == LetterState::dropped ? writer.change({found->letter}, state) : writer.replay(*found, body.value));
}

// --- many

Result<LetterFilter> filter_of(const LettersBody& body) {
  LetterFilter filter;
  filter.state = LetterState::open;
  if (!body.topic && !body.reason && !body.key) {
    return fail(Error{
        ErrorCode::kInvalid, "invalid_fields", "the request selects no letters", {{"", "give topic, reason or key"}}});
  }
  if (body.limit && (*body.limit < 1 || *body.limit > kMaxLimit)) {
    return fail(Error{ErrorCode::kInvalid,
                      "invalid_fields",
                      "the request has wrong fields",
                      {{"/limit", "must be a whole number from 1 to 1000"}}});
  }
  if (body.topic) {
    const auto topic = read_topic(*body.topic);
    if (!topic) {
      return fail(Error{
          ErrorCode::kInvalid, "invalid_fields", "the request has wrong fields", {{"/topic", topic.error().message}}});
    }
    filter.topic = *topic;
  }
  filter.reason = body.reason.value_or("");
  filter.key = body.key.value_or("");
  filter.from = body.from;
  filter.to = body.to;
  return filter;
}

void change_many(ApiContext& context, const CallPtr& call, const LettersBody& body, const LetterFilter& filter,
                 LetterState state) {
  const auto scan = scan_letters(context.ports.source, filter, kMaxDepth);
  if (!scan) return call->refuse(scan.error());
  Changed changed;
  changed.dry_run = body.dry_run.value_or(true);
  changed.complete = scan->complete;
  changed.matched = static_cast<std::int64_t>(scan->letters.size());
  const auto limit = static_cast<std::size_t>(body.limit.value_or(kLimit));
  std::vector<DeadLetter> chosen;
  for (auto one = scan->letters.rbegin(); one != scan->letters.rend(); ++one) {  // oldest first
    add_group(changed, one->letter);
    if (chosen.size() < limit) chosen.push_back(one->letter);
    if (chosen.size() > changed.letters.size() && changed.letters.size() < kMaxNamed) {
      changed.letters.push_back(to_string(one->letter.id));
    }
  }
  changed.chosen = static_cast<std::int64_t>(chosen.size());
  if (changed.dry_run) return answer_changed(call, std::move(changed), {});
  LetterWriter writer(context.ports.log, context.ports.source, context.options.topology, context.options.source,
                      context.ports.proof, actor_of(call->request));
  answer_changed(call, std::move(changed), writer.change(chosen, state));
}

// --- the routes

// A request that reads whole topics keeps a thread of the pool busy. So only a few run at a time.
class FewAtATime {
 public:
  void run(ApiContext& context, const CallPtr& call, std::function<void(const CallPtr&)> work) const {
    context.on_pool(call, [busy = busy_, work = std::move(work)](const CallPtr& under_way) {
      const bool taken = busy->fetch_add(1) < kMaxAtOnce;
      under_way->held = std::shared_ptr<void>(nullptr, [busy](void*) { busy->fetch_sub(1); });
      if (!taken) {
        return under_way->refuse(Error{
            ErrorCode::kBusy, "dead_letters_busy", "other requests are reading the dead letters; try again soon", {}});
      }
      work(under_way);
    });
  }

 private:
  std::shared_ptr<std::atomic<int>> busy_ = std::make_shared<std::atomic<int>>(0);
};

void add_reading(http::Router& router, ApiContext& context, const FewAtATime& few) {
  router.add(
      http::Method::kGet, "/v1/dlq",
      [&context, few](http::Request request, http::Respond respond) {
        const auto call = make_call(std::move(request), std::move(respond));
        auto parameters = http::QueryString::parse(call->request.query());
        if (!parameters) return call->refuse(parameters.error());
        auto list = read_list(*parameters);
        if (!list) return call->refuse(list.error());
        if (!narrow(context, call, list->filter)) return;
        few.run(context, call,
                [&context, list = std::move(*list), parameters = std::move(*parameters)](const CallPtr& under_way) {
                  answer_letters(context, under_way, list, parameters);
                });
      },
      {.tag = "Dead letters",
       .operation = "listDeadLetters",
       .summary = "List the records that processors refused",
       .text = "Newest first. The server reads the newest `depth` records of each topic; `complete` says whether there "
               "are no older ones. A crash can leave two letters for one record; they are shown once. In addition to "
               "dlq:read you need the permissions of the topic, because letters are shown byte for byte: orders:read "
               "and payments:read for order_created and order_events, webhooks:write for webhooks, products:read, "
               "stock:read, payments:read, shipments:read and customers:read for the other topics. Without `topic`, "
               "the list omits letters that you may not read.",
       .parameters = {{.name = "topic", .text = "Only letters of this topic, by its canonical name."},
                      {.name = "reason", .text = "Only letters with this reason."},
                      {.name = "key", .text = "Only letters with this key."},
                      {.name = "state", .text = "open (default), replayed, dropped or all."},
                      {.name = "from", .text = "Refused at this time or later.", .schema = schema_of<Timestamp>},
                      {.name = "to", .text = "Refused before this time.", .schema = schema_of<Timestamp>},
                      {.name = "depth",
                       .text = "Records to read per topic. Default 10000, at most 20000.",
                       .schema = schema_of<std::int64_t>},
                      {.name = "limit",
                       .text = "Maximum number of letters on the page.",
                       .schema = schema_of<std::int64_t>},
                      {.name = "cursor", .text = "The next_cursor of the previous page, with the same filters."}},
       .answers = {{200, "A page.", letters_page_schema, http::kJson, {"Link"}}},
       .problems = {{503, "dead_letters_busy, dead_letters_slow"}}});
  router.add(http::Method::kGet, "/v1/dlq/{id}",
             [&context, few](http::Request request, http::Respond respond) {
               const auto made = make_call(std::move(request), std::move(respond));
               if (!permits_letter(context, made)) return;
               few.run(context, made, [&context](const CallPtr& call) {
                 const auto found = require_letter(context, call->request.path_parameters[0]);
                 if (!found) return call->refuse(found.error());
                 call->answer(json_response(200, to_json(view_of(*found))));
               });
             },
             {.tag = "Dead letters",
              .operation = "getDeadLetter",
              .summary = "Read a dead letter",
              .answers = {{200, "The letter and its record.", schema_of<WholeLetter>}},
              .problems = {{404, "unknown_letter"}}});
}

void add_changes_of_one(http::Router& router, ApiContext& context, const FewAtATime& few) {
  router.add(http::Method::kPost, "/v1/dlq/{id}/replay",
             [&context, few](http::Request request, http::Respond respond) {
               const auto call = make_call(std::move(request), std::move(respond));
               auto body =
                   call->request.body.empty() ? Result<ReplayBody>(ReplayBody{}) : read_body<ReplayBody>(call->request);
               if (!body) return call->refuse(body.error());
               if (!permits_letter(context, call)) return;
               few.run(context, call, [&context, body = std::move(*body)](const CallPtr& under_way) {
                 change_one(context, under_way, body, LetterState::replayed);
               });
             },
             {.tag = "Dead letters",
              .operation = "replayDeadLetter",
              .summary = "Replay a dead letter",
              .text = "Appends the refused record to its topic again, with the given value if there is one. If it is "
                      "refused again, there is another letter.",
              .body = {schema_of<ReplayBody>, R"({"dry_run":true})", false},
              .answers = {{200, "The result.", schema_of<Changed>}},
              .problems = {{404, "unknown_letter"}, {409, "letter_settled"}}});
  router.add(http::Method::kDelete, "/v1/dlq/{id}",
             [&context, few](http::Request request, http::Respond respond) {
               const auto made = make_call(std::move(request), std::move(respond));
               if (!permits_letter(context, made)) return;
               few.run(context, made,
                       [&context](const CallPtr& call) { change_one(context, call, {}, LetterState::dropped); });
             },
             {.tag = "Dead letters",
              .operation = "dropDeadLetter",
              .summary = "Drop a dead letter",
              .text = "Marks it as dropped. The record stays in the topic until its retention ends.",
              .answers = {{200, "The result.", schema_of<Changed>}},
              .problems = {{404, "unknown_letter"}, {409, "letter_settled"}}});
}

void add_change_of_many(http::Router& router, ApiContext& context, const FewAtATime& few, LetterState state) {
  const bool drop = state == LetterState::dropped;
  router.add(
      http::Method::kPost, drop ? "/v1/dlq/drop" : "/v1/dlq/replay",
      [&context, few, state](http::Request request, http::Respond respond) {
        const auto call = make_call(std::move(request), std::move(respond));
        auto body = read_body<LettersBody>(call->request);
        if (!body) return call->refuse(body.error());
        auto filter = filter_of(*body);
        if (!filter) return call->refuse(filter.error());
        if (!narrow(context, call, *filter)) return;
        few.run(context, call,
                [&context, body = std::move(*body), filter = std::move(*filter), state](const CallPtr& under_way) {
                  change_many(context, under_way, body, filter, state);
                });
      },
      {.tag = "Dead letters",
       .operation = drop ? "dropDeadLetters" : "replayDeadLetters",
       .summary = drop ? "Drop the dead letters that match a filter" : "Replay the dead letters that match a filter",
       .text = "A preview, unless `dry_run` is false. Changes the oldest letters first, up to `limit`.",
       .body = {schema_of<LettersBody>, R"({"topic":"product_events","reason":"unknown_product","dry_run":false})"},
       .answers = {{200, "The result, or the preview.", schema_of<Changed>}},
       .problems = {{422, "invalid_fields"}, {503, "dead_letters_busy, dead_letters_slow"}}});
}

}  // namespace

void add_dead_letter_routes(http::Router& router, ApiContext& context) {
  const FewAtATime few;
  add_reading(router, context, few);
  add_changes_of_one(router, context, few);
  add_change_of_many(router, context, few, LetterState::replayed);
  add_change_of_many(router, context, few, LetterState::dropped);
}

}  // namespace ordo::api
