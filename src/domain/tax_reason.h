// Why a tax has its rate.
#pragma once

#include "base/described.h"

namespace ordo {

// A rate of zero is written too, with its reason: an invoice must state it. The enumerator of "export" has an
// underscore, because export is a word of C++; see enum_name().
enum class TaxReason { standard, reduced, zero, reverse_charge, export_, exempt, not_collecting };
BOOST_DESCRIBE_ENUM(TaxReason, standard, reduced, zero, reverse_charge, export_, exempt, not_collecting)

}  // namespace ordo
