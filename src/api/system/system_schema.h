// Descriptions that several routes of the system share. For .cc files.
#pragma once

#include <array>

#include "api/api.h"
#include "records/notes.h"

namespace ordo::api {

BOOST_DESCRIBE_STRUCT(ReadinessCheck, (), (name, ok, detail))

BOOST_DESCRIBE_ENUM(ServerMode, embedded, kafka)

BOOST_DESCRIBE_STRUCT(QueueFigure, (), (name, value, bound))
constexpr auto notes(NotesOf<QueueFigure>) {
  return std::array{Note{"", "Something that waits for its turn."}, Note{"value", "how many wait now"},
                    Note{"bound", "the most; absent when another bound limits it"}};
}

BOOST_DESCRIBE_STRUCT(DiskFigures, (), (bytes, free))
constexpr auto notes(NotesOf<DiskFigures>) {
  return std::array{Note{"bytes", "used by the data directory"}, Note{"free", "left on its file system"}};
}

}  // namespace ordo::api
