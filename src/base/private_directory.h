// Folders that only their owner can read.
#pragma once

#include <string>
#include <system_error>

namespace ordo {

// Creates a missing folder (mode 0700) and its missing parents, and syncs its entry to disk. An existing folder stays
// as it is. Returns the system's error. Any thread.
std::error_code make_private_directory(const std::string& path);

// Syncs the new entries of a folder to disk, so that they survive a power cut. Any thread.
std::error_code sync_directory(const std::string& path);

}  // namespace ordo
