// The frame of the documentation page: docs_frame.html in this folder, built into the program.
#pragma once

#include <string_view>

namespace ordo::api {

// Contains the marks {{version}}, {{navigation}} and {{content}}, once each.
extern const std::string_view kDocsFrame;

}  // namespace ordo::api
