#include "embedded/document_query.h"

#include <string>
#include <utility>

#include "base/log.h"
#include "base/log_bound.h"
#include "base/text.h"
#include "embedded/document_schema.h"
#include "embedded/list_plan.h"

namespace ordo::embedded {
namespace {

// The error of a read that reached its time limit says what helps.
Error explained(Error error, const Query& query) {
  if (error.reason != kInterrupted) return error;
  return {ErrorCode::kUnavailable,
          std::string(kTooSlow),
          "the list of " + std::string(to_string(query.collection)) + " reads too many documents to find its own",
          {}};
}

// True when no engine has made the collection's table yet: an older release wrote the file last. Asked after a failure.
bool is_later(Connection& reader, Collection collection) {
  const auto there = reader.has_table(std::string(to_string(collection)));
  return there && !*there;
}

std::string with_name(Collection collection, std::string_view id, const std::string& message) {
  return std::string(to_string(collection)) + " \"" + utf8_cut(id, 80) + "\": " + message;
}

// Counts a document that cannot be read; returns any other error.
Result<void> leave_out(Collection collection, std::string_view id, Error error, Page& page) {
  static LogBound bound(std::chrono::seconds(10));
  if (error.reason != kUnreadableDocument) return fail(std::move(error));
  error.message = with_name(collection, id, error.message);
  if (bound.admits()) log_error("a list leaves out a document that cannot be read", {{"error", error.text()}});
  page.unreadable.push_back(std::move(error.message));
  return {};
}

}  // namespace

Result<std::optional<Document>> get_document(Connection& reader, Collection collection, std::string_view id) {
  auto query = reader.cached("SELECT body FROM " + std::string(to_string(collection)) + " WHERE id = ?");
  // guard: document-of-later-release
  if (!query && is_later(reader, collection)) return std::nullopt;
  if (!query) return fail(std::move(query.error()));
  ResetAtEnd reset(**query);
  (*query)->bind(1, id);
  auto row = (*query)->step();
  if (!row) return fail(std::move(row.error()));
  if (!*row) return std::nullopt;
  auto document = document_from_json(collection, (*query)->text(0));
  if (!document) {
    document.error().message = with_name(collection, id, document.error().message);
    return fail(std::move(document.error()));
  }
  return std::optional<Document>(std::move(*document));
}

Result<Page> list_documents(Connection& reader, const Query& query) {
  const DocumentSchema schema(query.collection);
  const TimeLimit time_limit(reader, query.time_limit);
  ListPlan plan(query, schema);
  if (auto checked = plan.check(); !checked) return fail(std::move(checked.error()));
  if (auto chosen = plan.choose_driver(reader); !chosen) {
    if (is_later(reader, query.collection)) return Page();
    return fail(explained(std::move(chosen.error()), query));
  }
  const Sql sql = plan.page();
  auto statement = prepare(reader, sql);
  // guard: list-of-later-release
  if (!statement && is_later(reader, query.collection)) return Page();
  if (!statement) return fail(std::move(statement.error()));
  ResetAtEnd reset(**statement);
  Page page;
  PageKey last;
  std::size_t bytes = 0;
  while (true) {
    auto row = (*statement)->step();
    if (!row) return fail(explained(std::move(row.error()), query));
    if (!*row) break;
    if (query.is_full(page.documents.size() + page.unreadable.size(), bytes)) {
      page.next = last;
      break;
    }
    last = {(*statement)->integer(1), std::string((*statement)->text(0))};
    const auto body = (*statement)->text(2);
    bytes += body.size();
    auto document = document_from_json(query.collection, body);
    if (document) {
      page.documents.push_back(std::move(*document));
    } else if (auto left_out = leave_out(query.collection, last.id, std::move(document.error()), page); !left_out) {
      return fail(std::move(left_out.error()));
    }
  }
  return page;
}

Result<std::int64_t> count_documents(Connection& reader, const Query& query, std::int64_t most) {
  const DocumentSchema schema(query.collection);
  const TimeLimit time_limit(reader, query.time_limit);
  Query all = query;
  all.after.reset();
  ListPlan plan(all, schema);
  if (auto checked = plan.check(); !checked) return fail(std::move(checked.error()));
  if (auto chosen = plan.choose_driver(reader); !chosen) {
    if (is_later(reader, query.collection)) return 0;
    return fail(explained(std::move(chosen.error()), query));
  }
  const Sql sql = plan.count(most);
  auto statement = prepare(reader, sql);
  if (!statement && is_later(reader, query.collection)) return 0;
  if (!statement) return fail(std::move(statement.error()));
  ResetAtEnd reset(**statement);
  auto row = (*statement)->step();
  if (!row) return fail(explained(std::move(row.error()), query));
  return (*statement)->integer(0);
}

}  // namespace ordo::embedded
