#include "cli/service.h"

namespace ordo::cli {

Result<std::unique_ptr<Service>> make_cluster_service(const Settings&, FrontDoor&, ProcessEnd&) {
  return fail(ErrorCode::kInvalid, "no_cluster", "this build serves the embedded store only");
}

}  // namespace ordo::cli
