// Values that tests use.
#pragma once

#include "domain/ids.h"
#include "domain/money.h"

namespace ordo {

inline const Currency kUsd = *Currency::parse("USD");
inline const Currency kEur = *Currency::parse("EUR");
inline const ProductId kTea("tea");
inline const ProductId kCup("cup");

}  // namespace ordo
