// Ids in the form of MongoDB's ObjectId: 24 lower-case hex digits. They are for products that other systems must be
// able to store, when these accept no other form.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"

namespace ordo {

// A new id as MongoDB specifies it: seconds, five random bytes for the process, and a counter with a random start.
// Unique while a process creates fewer than 2^24 ids a second. Thread-safe.
std::string fresh_object_id(Timestamp time);

// The same `space` and `name` give the same id on every machine.
std::string object_id_of(std::string_view space, std::string_view name);

}  // namespace ordo
