// Decides, for every backend, what `ordo epoch begin` does to a processor. Its log was lost, recreated, or given
// another number of partitions.
#pragma once

#include <span>
#include <vector>

#include "engine/ports.h"

namespace ordo {

// An owner's position in its inbox, according to store and log.
struct OwnerPlace {
  Owner owner;
  Cursor cursor;
  LogRange range;
  LogIdentity log = {};  // the log's identity, as for check_log(); empty where the log lies with the cursors
};

struct EpochChange {
  Owner owner;
  Cursor from;
  Cursor to;
};

// The owners that must take their inbox as a new one, and their new cursors. `places` holds the owners of the
// processor's `partitions` partitions, in order, and those left from an earlier number of partitions. Where a step is
// sent before it is committed, `places` also holds the owners of all other processors.
//
// An owner keeps its epoch if its position is inside the log and the log is the same. It may have sent a step without
// committing it. It sends that step again under the same source, so receivers drop the copies. Under another source
// they would accept it twice. Only a changed number of partitions begins an epoch for all owners.
//
// kConflict "unfolded_records" when that number changes while records wait. Two owners would fold the processor's
// records. Another processor may have sent half of a step. It would send it again to another partition, whose owner has
// not seen it.
Result<std::vector<EpochChange>> plan_epoch(ProcessorKind processor, int partitions,
                                            std::span<const OwnerPlace> places);

// The epoch of each partition of a processor's inbox. Errors as DocumentReader::cursor().
Result<std::vector<std::int64_t>> read_epochs(DocumentReader& documents, ProcessorKind processor, int partitions);

// The epoch of the whole inbox: it changes whenever a partition's epoch does.
std::int64_t newest_epoch(std::span<const std::int64_t> epochs);

}  // namespace ordo
