// Lists: filters and cursors from the query string, pages as JSON.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "http/api_context.h"
#include "http/page_cursor.h"
#include "http/route_description.h"
#include "http/target.h"
#include "records/documents.h"

namespace ordo::http {

// A list as asked for. `fingerprint` is the filter in one fixed form: a cursor is good only for the filter it came
// from.
struct ListRequest {
  Query query;
  std::string fingerprint;
};

// Reads limit, cursor, from, to and the collection's filters; a parameter without a value counts as absent. kInvalid
// "bad_query" for anything else, "bad_cursor" for a cursor that was changed or belongs to another filter.
Result<ListRequest> parse_list(Collection collection, const QueryString& parameters);

// The parameters that parse_list reads.
std::vector<Parameter> list_parameters(Collection collection);

// A Link header's value: the same list from the next page on.
std::string next_link(const Request& request, const QueryString& parameters, const std::string& cursor);

// Answers {"data":[...],"next_cursor":...} with a Link header to the next page. `adjust` may refine the query.
void answer_list(ApiContext& context, const CallPtr& call, Collection collection,
                 std::function<std::string(const Document& document)> view,
                 const std::function<void(Query& query)>& adjust = nullptr);

}  // namespace ordo::http
