// Checks the modes of files that hold a secret or decide who has access.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace ordo::access {

// kInvalid "writable_by_others", with the remedy, when the file's group or everyone may write to it. They could then
// choose its content. Missing files and files that are not regular pass. Any thread.
Result<void> check_not_writable_by_others(const std::string& path);
Result<void> check_not_writable_by_others(int descriptor, const std::string& path);

// Logs a warning when everyone on this machine may read the file. Its group may: in this way root can give ordo a file.
// `what` describes the file: "the file of API keys".
void warn_of_readers(const std::string& path, std::string_view what);

}  // namespace ordo::access
