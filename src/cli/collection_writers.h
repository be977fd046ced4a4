// Which processor writes which collection: each has exactly one writer.
#pragma once

#include "records/documents.h"
#include "records/topology.h"

namespace ordo::cli {

inline ProcessorKind writer_of(Collection collection) {
  switch (collection) {
    case Collection::products:
      return ProcessorKind::catalog;
    case Collection::orders:
      return ProcessorKind::orders;
    case Collection::stock_levels:
    case Collection::reservations:
    case Collection::stock_movements:
      return ProcessorKind::stock;
  }
  return ProcessorKind::intake;
}

}  // namespace ordo::cli
