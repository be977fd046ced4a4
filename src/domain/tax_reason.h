// Why a tax has its rate. An invoice must say it, most of all when the rate is zero.
#pragma once

#include "base/described.h"

namespace ordo {

enum class TaxReason { standard, reduced, zero, reverse_charge, export_, exempt, not_collecting };
BOOST_DESCRIBE_ENUM(TaxReason, standard, reduced, zero, reverse_charge, export_, exempt, not_collecting)

}  // namespace ordo
