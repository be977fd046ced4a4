// The rules that must hold for a shop's disk after any fault.
#pragma once

#include <string>
#include <vector>

#include "shop.h"

namespace ordo::storage {

// Returns all errors that an open engine shows. Every record that was acknowledged to one of the clients exists once,
// at the acknowledged place, in order. No unknown record exists. Offsets have no holes. Documents, cursors and the
// records of owners are bit for bit those of a fold of the log from its start. SQLite's integrity check succeeds.
// `archive` has the records that retention removed. `at_rest`: all is folded and every order has ended.
std::vector<std::string> judge(Shop& shop, const DiskVfs& vfs, const std::vector<Promises>& clients,
                               const Logs& archive, bool at_rest);

// Opens the repaired disk like a new process, checks it, does more work, and checks it again. With `then_cut`, the
// power is cut after that work, before the engine closes; no unsynced data survives. Then it repeats everything.
std::vector<std::string> judge_restart(const DiskVfs& vfs, const Promises& before, const Logs& archive, bool then_cut);
std::vector<std::string> judge_image(Image image, const Promises& before, const Logs& archive);

}  // namespace ordo::storage
