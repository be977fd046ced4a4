// What surrounds the documentation: docs_frame.html beside this file, built in.
#pragma once

#include <string_view>

namespace ordo::http {

// Has the marks {{version}}, {{navigation}} and {{content}}, once each.
extern const std::string_view kDocsFrame;

}  // namespace ordo::http
