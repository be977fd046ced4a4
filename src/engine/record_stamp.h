// The stamp of a record: distinguishes it from any other record at the same offset.
#pragma once

#include "engine/ports.h"

namespace ordo {

RecordStamp stamp_of(const Record& record);

}  // namespace ordo
