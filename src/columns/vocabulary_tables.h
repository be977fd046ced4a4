// The common words for the columns, by the kind of file.
#pragma once

#include <span>

#include "columns/columns.h"

namespace ordo::imports {

std::span<const VocabularyRow> order_vocabulary();
std::span<const VocabularyRow> product_vocabulary();

}  // namespace ordo::imports
