// Money as text for people: in errors, histories and printed detail views.
#pragma once

#include <string>

#include "domain/money.h"

namespace ordo {

// "12.50 USD".
std::string shown_money(const Money& money);

}  // namespace ordo
