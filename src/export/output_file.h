// A file that is there as a whole, or not at all.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace ordo::exports {

// Writes a temporary file in the same folder, PATH.part-XXXXXX. commit() gives it the name PATH. Without a commit, the
// destructor removes it, and an existing PATH stays as it was. A killed process leaves the temporary file behind. For
// one thread.
class OutputFile {
 public:
  // kInvalid "not_a_file" when `path` is a folder, a device or a pipe; kIo "cannot_write".
  static Result<OutputFile> create(const std::string& path);

  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile();

  // kIo "cannot_write".
  Result<void> write(std::string_view text);
  // Makes the file durable and gives it its name. kIo "cannot_write".
  Result<void> commit();

 private:
  OutputFile(std::string path, std::string temporary, int file)
      : path_(std::move(path)), temporary_(std::move(temporary)), file_(file) {}

  std::string path_;  // where a link leads to
  std::string temporary_;
  int file_;  // -1: committed, or moved away
};

}  // namespace ordo::exports
