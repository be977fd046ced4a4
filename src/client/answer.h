// Sends requests to the server and reads its answers.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "client/http_client.h"
#include "records/json.h"

namespace ordo::client {

// The error of a problem+json answer. The status gives kInvalid, kNotFound, kConflict, kBusy or kUnavailable.
Error problem_of(const HttpResponse& response);

// A successful answer, and its JSON.
struct Answered {
  std::unique_ptr<const std::string> body;  // on the heap, because the tape points into it
  JsonTape tape;
};

// Sends a request and waits. Errors: those of the server, kUnavailable, and kCorrupt for an answer that cannot be read.
// An answer without a body counts as null.
Result<Answered> ask(HttpCaller& server, HttpRequest request);

}  // namespace ordo::client
