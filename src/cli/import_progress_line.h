// Shows the progress of an import on stderr: one line that changes on a terminal, else a line now and then.
#pragma once

#include "import/run.h"

namespace ordo::cli {

class ImportProgressLine {
 public:
  // `json`: lines off a terminal are JSON.
  explicit ImportProgressLine(bool json);
  ~ImportProgressLine() { clear(); }
  ImportProgressLine(const ImportProgressLine&) = delete;
  ImportProgressLine& operator=(const ImportProgressLine&) = delete;

  // Valid as long as this object.
  imports::OnTick on_tick();
  // Removes the line of a terminal.
  void clear();

 private:
  void show(const imports::ImportTick& tick);

  const bool json_;
  const bool terminal_;
  imports::ProgressSchedule schedule_;
  bool drawn_ = false;
};

}  // namespace ordo::cli
