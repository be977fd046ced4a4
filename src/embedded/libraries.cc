#include "embedded/libraries.h"

#include <sqlite3.h>

namespace ordo::embedded {

std::vector<Library> libraries() {
  return {{"SQLite", sqlite3_libversion()}};
}

}  // namespace ordo::embedded
