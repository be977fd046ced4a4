// The file of API keys: JSON, readable only by its owner. A change replaces the whole file under a lock, so servers and
// commands never read half of a change.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "access/api_key.h"
#include "base/result.h"

namespace ordo::access {

inline constexpr std::size_t kMaxKeys = 10'000;

// kInvalid "bad_key_file"; the message names the invalid field. It never repeats hashes or names.
Result<std::vector<ApiKey>> parse_keys(std::string_view text);
std::string write_keys(const std::vector<ApiKey>& keys);

// kNotFound "no_key_file" when there is no file; kIo when it cannot be read; the errors of parse_keys.
Result<std::vector<ApiKey>> read_key_file(const std::string& path);

// Reads the keys (none without a file), calls `change` on them, and replaces the file with mode 0600. On return the new
// file is durable; until then the old one stays. Concurrent changes wait for each other, at most ten seconds (kBusy
// "key_file_locked"). A missing folder is created. kIo "cannot_write", and the errors of reading and of `change`; after
// these, nothing is written.
Result<void> change_key_file(const std::string& path, const std::function<Result<void>(std::vector<ApiKey>&)>& change);

}  // namespace ordo::access
