#include "records/json_buffer.h"

#include <cstring>
#include <memory>
#include <utility>

namespace ordo {

void JsonBuffer::grow(std::size_t bytes) {
  std::size_t capacity = 2 * static_cast<std::size_t>(limit_ - begin_);
  while (capacity - size() < bytes) capacity *= 2;
  auto larger = std::make_unique<char[]>(capacity);
  std::memcpy(larger.get(), begin_, size());
  end_ = larger.get() + size();
  begin_ = larger.get();
  limit_ = begin_ + capacity;
  outside_ = std::move(larger);
}

}  // namespace ordo
