// What a deployment stores about itself: one document {_id: "log", secret, unproven} in the collection `deployment`.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "mongo/database.h"
#include "records/proof.h"

namespace ordo::mongo {

inline constexpr std::string_view kDeployment = "deployment";

struct Deployment {
  std::string secret;  // for the proofs of records; never log it
  // The log's end when the secret was created. Earlier records were written by version 0.1.0, or with the secret of a
  // lost database, and cannot prove anything.
  RecordProof::Unproven unproven;
};

// {_id: "log", secret: Binary, unproven: [{topic, partitions: [offset, ...]}]}; without `unproven` if the log was
// empty.
std::string encode_deployment(const Deployment& deployment);

// The inverse. kCorrupt "unreadable_deployment".
Result<Deployment> decode_deployment(std::string_view bson);

// The stored deployment; nullopt before a process of this version has run. kUnavailable.
Result<std::optional<Deployment>> find_deployment(Database& database);

// The stored deployment, or a new one with a new secret. When several processes create one at the same time, all get
// the same. The caller must not have written to the log. `log_ends` returns the log's ends; it is called only when
// there is no deployment yet.
Result<Deployment> ensure_deployment(Database& database,
                                     const std::function<Result<RecordProof::Unproven>()>& log_ends);

}  // namespace ordo::mongo
