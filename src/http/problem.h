// RFC 9457 problem details: the body of every error answer.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace ordo::http {

// The reason phrase and title of a problem: "Not Found".
std::string_view status_title(int status);

// Maps an error code to a status. kInvalid: 422, or 400 when the reason says that the request was not readable
// ("malformed_json", "bad_query", ...). kNotFound: 404. kConflict: 409. kBusy and kUnavailable: 503. All others: 500.
int status_of(const Error& error);

// `hint` says what would work instead; empty for none. A 500 keeps its details in the log; the client gets the trace
// id.
Response problem(const Error& error, std::string_view trace_id, std::string_view hint = {});
// The same, with an explicit status.
Response problem(int status, const Error& error, std::string_view trace_id, std::string_view hint = {});
Response problem(int status, std::string_view code, std::string_view detail, std::string_view trace_id,
                 std::string_view hint = {});

// True when `path` belongs to the API of the older system that ordo replaced, in any case of letters. Clients of that
// API expect {"message"} in an error; they find it beside the problem's members.
bool tells_message(std::string_view path);
// Adds "message" to a problem: the detail, or the title without a detail. Changes no other response.
void add_message(Response& response);

}  // namespace ordo::http
