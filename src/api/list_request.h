// Lists: reads filters and cursors from the query string, and answers pages as JSON.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "api/api_context.h"
#include "api/page_cursor.h"
#include "http/route_description.h"
#include "http/target.h"
#include "records/documents.h"

namespace ordo::api {

// A requested list. `fingerprint` is the filter in a canonical form. A cursor is valid only for its own filter.
struct ListRequest {
  Query query;
  std::string fingerprint;
};

// The parameters of a route for a list.
struct ListParameters {
  std::string_view in_path = {};  // a filter that the route's path gives; the query must not contain it
  bool paged = true;              // with limit, cursor and sort; false: a route for the whole list
  std::string_view other = {};    // a parameter that the route reads itself
};

// Reads limit, cursor, sort, from and to, and the collection's filters. An empty limit, cursor, sort, from or to counts
// as absent; an empty filter is an error. kInvalid "bad_query" for any other parameter. kInvalid "bad_cursor" for a
// cursor that was changed or belongs to another filter or order.
Result<ListRequest> parse_list(Collection collection, const http::QueryString& parameters,
                               const ListParameters& known = {});

// The parameters that parse_list reads.
std::vector<http::Parameter> list_parameters(Collection collection, const ListParameters& known = {});

// Answers the error of a list. For one that took too long it says what would help.
void refuse_list(const CallPtr& call, const Error& error);

// The value of a Link header: the same list, from the next page on.
std::string next_link(const http::Request& request, const http::QueryString& parameters, const std::string& cursor);

// How to answer a list.
struct ListAnswer {
  std::function<std::string(const Document& document)> view;
  std::string_view in_path = {};                                  // the filter that the first path parameter gives
  std::function<void(Query& query)> adjust = nullptr;             // may change the query
  std::function<bool(const Document& document)> shown = nullptr;  // false: leave the document out
};

// Answers {"data":[...],"next_cursor":...}, with a Link header to the next page. If unreadable documents were left out,
// adds "unreadable".
void answer_list(ApiContext& context, const CallPtr& call, Collection collection, ListAnswer how);

}  // namespace ordo::api
