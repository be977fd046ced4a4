// The report of a check, for people and for programs.
#pragma once

#include <string>

#include "audit/check_invariants.h"

namespace ordo::audit {

std::string check_text(const CheckReport& report);
std::string check_json(const CheckReport& report);  // one object

}  // namespace ordo::audit
