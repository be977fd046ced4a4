// What `ordo epoch begin` does to a processor whose log was lost, made anew or given another number of partitions: the
// decision, for every backend.
#pragma once

#include <span>
#include <vector>

#include "process/ports.h"

namespace ordo {

// Where an owner is in its inbox, as store and log have it.
struct OwnerPlace {
  Owner owner;
  Cursor cursor;
  LogRange range;
};

struct EpochChange {
  Owner owner;
  Cursor from;
  Cursor to;
};

// The owners whose inbox is a new one to them, and the cursors to go on with. `places` are those of the processor's
// `partitions` partitions, in their order, and of those that an earlier number of them left behind; where a step is
// sent before it is committed, those of all other processors too.
//
// An owner whose place is still inside its log keeps its epoch. A step of it that was sent and not committed is sent
// again under the same source, and its receivers know it; under another they would take it twice. Only a changed number
// of partitions begins an epoch for all.
//
// kConflict "unfolded_records" when that number changes while records wait: those of the processor would be folded by
// two owners; those of others may be half sent, and what is sent again would go to another partition, whose owner has
// not seen it.
Result<std::vector<EpochChange>> plan_epoch(ProcessorKind processor, int partitions,
                                            std::span<const OwnerPlace> places);

// The epoch of each partition of a processor's inbox. As DocumentReader::cursor().
Result<std::vector<std::int64_t>> read_epochs(DocumentReader& documents, ProcessorKind processor, int partitions);

// That of an inbox as a whole: changes whenever a partition's does.
std::int64_t newest_epoch(std::span<const std::int64_t> epochs);

}  // namespace ordo
