// The header fields of a signed callback, for the API's description. src/access/signature.h defines them.
#pragma once

#include <vector>

#include "http/route_description.h"

namespace ordo::api {

std::vector<http::Parameter> signature_parameters(bool required);

}  // namespace ordo::api
