#include "cli/import_progress_line.h"

#include <unistd.h>

#include <iostream>

namespace ordo::cli {

ImportProgressLine::ImportProgressLine(bool json) : json_(json), terminal_(isatty(STDERR_FILENO) == 1) {}

imports::OnTick ImportProgressLine::on_tick() {
  return [this](const imports::ImportTick& tick) { show(tick); };
}

void ImportProgressLine::show(const imports::ImportTick& tick) {
  if (terminal_) {
    drawn_ = true;
    std::cerr << "\r\x1b[K" << imports::progress_text(tick) << std::flush;
  } else if (schedule_.due(tick.took)) {
    std::cerr << (json_ ? imports::progress_json(tick) : imports::progress_text(tick)) << std::endl;
  }
}

void ImportProgressLine::clear() {
  if (drawn_) std::cerr << "\r\x1b[K" << std::flush;
  drawn_ = false;
}

}  // namespace ordo::cli
