// Rules for every record of a deployment's log, whichever process owns its partition.
#pragma once

#include "records/record_limits.h"

namespace ordo {

class RecordProof;

struct LogRules {
  const RecordProof* proof = nullptr;  // outlives the rules; null: only ordo can write to the log
  RecordLimits limits;                 // the largest record that each topic accepts
  // Upper bound for the JSON bytes of the documents that one record changes. The store refuses larger commits.
  std::size_t document_bytes = RecordLimits::kNone;
};

}  // namespace ordo
