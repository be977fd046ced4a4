// A record of the log as JSON for those who listen: /v1/events and webhooks.
#pragma once

#include <string>
#include <string_view>

#include "records/envelope.h"

namespace ordo {

// {"id","source","type","subject","time","topic","partition","offset","data"}, in one line. `data` is the record's
// value where that is JSON, else its text; what is no UTF-8 is repaired.
void append_event_json(const Record& record, std::string& out);

// The same as a CloudEvent in structured mode: with "specversion" and, where a foreign record has none, an id and a
// source made from its place.
std::string cloud_event(const Record& record);

// `"name":"value"` with a comma before it unless it is the object's first, `out` ending with its brace.
void append_text_member(std::string_view name, std::string_view value, std::string& out);

}  // namespace ordo
