// The file of API keys: JSON, readable by its owner alone, changed as a whole under a lock, so that servers that read
// it and commands that change it never see half of it.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "access/api_key.h"
#include "base/result.h"

namespace ordo::access {

inline constexpr std::size_t kMaxKeys = 10'000;

// kInvalid "bad_key_file"; the message names the field that is wrong. Hashes and names are never repeated.
Result<std::vector<ApiKey>> parse_keys(std::string_view text);
std::string write_keys(const std::vector<ApiKey>& keys);

// kNotFound "no_key_file" when there is none; kIo when it cannot be read; the errors of parse_keys.
Result<std::vector<ApiKey>> read_key_file(const std::string& path);

// Reads the keys (none when there is no file), lets `change` alter them, and replaces the file with mode 0600: durable
// when it returns, and the old file as long as it has not. Concurrent changes wait for each other, at most ten seconds
// (kBusy "key_file_locked"). The folder is made when it is missing. kIo "cannot_write" and the errors of reading and of
// `change`, with which nothing is written.
Result<void> change_key_file(const std::string& path, const std::function<Result<void>(std::vector<ApiKey>&)>& change);

}  // namespace ordo::access
