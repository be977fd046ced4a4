#include "access/libraries.h"

#include <cjose/cjose.h>

namespace ordo::access {

std::vector<Library> libraries() {
  return {{"cjose", cjose_version()}};
}

}  // namespace ordo::access
