// Whether a callback comes from who it says: signed as src/outbound/signature.h has it.
#pragma once

#include <vector>

#include "http/api_context.h"
#include "http/route_description.h"
#include "outbound/signature.h"

namespace ordo::http {

// True when the request is signed with one of the secrets, over its body and not longer ago than the specification
// allows; answers 401 otherwise. Any thread.
bool is_signed(const CallPtr& call, const std::vector<outbound::SigningSecret>& secrets);

// The header fields of a signed request.
std::vector<Parameter> signature_parameters(bool required);

}  // namespace ordo::http
