#include "app/idle_processors.h"

#include <string>

#include "kafka/group_members.h"

namespace ordo::app {

Result<void> check_nobody_at_work(const kafka::Options& options, ProcessorKind processor) {
  const auto members = kafka::group_members(options, processor);
  if (!members) return fail(members.error());
  if (*members == 0) return {};
  return fail(ErrorCode::kConflict, "processors_at_work",
              std::to_string(*members) + " processes run the processor " + std::string(to_string(processor)) +
                  "; stop them first. If one was killed, its consumer group result_records that after ten seconds");
}

}  // namespace ordo::app
