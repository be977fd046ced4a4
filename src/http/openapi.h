// /openapi.json: OpenAPI 3.1, put together from the descriptions of the routes.
#pragma once

#include <string>
#include <vector>

#include "http/router.h"

namespace ordo::http {

std::string openapi_document(const std::vector<DescribedRoute>& routes);

}  // namespace ordo::http
