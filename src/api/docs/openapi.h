// /openapi.json: builds an OpenAPI 3.1 document from the descriptions of the routes.
#pragma once

#include <string>
#include <vector>

#include "http/router.h"

namespace ordo::api {

std::string openapi_document(const std::vector<http::DescribedRoute>& routes);

}  // namespace ordo::api
