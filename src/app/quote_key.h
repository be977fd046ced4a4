// The secret that seals quotes, for a server on an embedded data directory.
#pragma once

#include <string>

#include "access/signature.h"

namespace ordo::app {

// Reads the secret from the file quote-secret in `data_dir`, which the first call creates, readable by its owner only.
// So a quote holds after a restart. kIo, kInvalid "bad_secret".
Result<access::SigningSecret> quote_secret_of(const std::string& data_dir);

}  // namespace ordo::app
