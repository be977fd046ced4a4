// Converts a record to the one form that processors read: attributes in the envelope, plain JSON in the value. Clients
// also write other forms: structured CloudEvents and other encodings.
#pragma once

#include <optional>

#include "base/result.h"
#include "records/envelope.h"

namespace ordo {

// True for a CloudEvent with its attributes in the value. The content type decides; without one and without a ce_type,
// the members decide.
bool is_structured_event(const Record& record);

// `record` in the form to read; nullopt: it already has this form. The result is a new record, because a refused record
// must stay as received. The event of a structured record replaces all headers about the event; it has no sequence.
//
// kInvalid "cloudevents_batch", "unsupported_content_type", "malformed_json", "invalid_fields". "forged_source" if the
// event in the value claims to be ordo's, because ordo writes no events in this form.
Result<std::optional<Record>> plain_form(const Record& record);

}  // namespace ordo
