// What must hold of a shop's disk after whatever happened to it.
#pragma once

#include <string>
#include <vector>

#include "shop.h"

namespace ordo::storage {

// Everything that is wrong with what an open engine reads: every record acknowledged to one of the clients is there
// once, where and in the order it was said; nothing is there that nobody sent; offsets have no hole; documents, cursors
// and the records that owners have sent are bit for bit what folding the log from its start gives; SQLite finds its
// file whole. `archive` has the records that retention removed. `at_rest`: all is folded and every order has ended.
std::vector<std::string> judge(Shop& shop, const DiskVfs& vfs, const std::vector<Promises>& clients,
                               const Logs& archive, bool at_rest);

// Opens the disk, well again, as a new process does, judges it, gives it more work, and judges it again. With
// `then_cut`, the power is cut after that work, before the engine closes, with nothing surviving that was not synced;
// and all of it again.
std::vector<std::string> judge_restart(const DiskVfs& vfs, const Promises& before, const Logs& archive, bool then_cut);
std::vector<std::string> judge_image(Image image, const Promises& before, const Logs& archive);

}  // namespace ordo::storage
