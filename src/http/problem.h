// RFC 9457 problem details: what every error answer looks like.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace ordo::http {

// The reason phrase and the problem's title: "Not Found".
std::string_view status_title(int status);

// What a code becomes: kInvalid 422, or 400 where its reason says that the request could not even be read
// ("malformed_json", "bad_query", ...); kNotFound 404; kConflict 409; kBusy and kUnavailable 503; the rest 500.
int status_of(const Error& error);

// `hint` says what would work instead; empty for none. 500s keep their details for the log: the client gets the trace
// id.
Response problem(const Error& error, std::string_view trace_id, std::string_view hint = {});
// The same with a status of its own.
Response problem(int status, const Error& error, std::string_view trace_id, std::string_view hint = {});
Response problem(int status, std::string_view code, std::string_view detail, std::string_view trace_id,
                 std::string_view hint = {});

}  // namespace ordo::http
