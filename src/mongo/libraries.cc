#include "mongo/libraries.h"

#include <zstd.h>

#include "mongo/driver.h"

namespace ordo::mongo {

std::vector<Library> libraries() {
  return {{"libmongoc", mongoc_get_version()}, {"libbson", bson_get_version()}, {"zstd", ZSTD_versionString()}};
}

}  // namespace ordo::mongo
