#include "engine/record_stamp.h"

#include "base/crc32c.h"

namespace ordo {

RecordStamp stamp_of(const Record& record) {
  return {record.offset, record.appended_at, crc32c(record.value, crc32c(record.key))};
}

}  // namespace ordo
