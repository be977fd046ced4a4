// Every kind of processor, made in one place: what serves, what rebuilds and what simulates fold with the same ones.
#pragma once

#include <chrono>
#include <memory>

#include "domain/ids.h"
#include "domain/money.h"
#include "domain/pricing.h"
#include "engine/processor.h"

namespace ordo::processors {

struct ProcessorRules {
  Currency currency;                      // of products that name none
  LocationId location;                    // of orders and stock that name none
  std::chrono::seconds dispatch_hold{0};  // as Intake takes it
};

// `prices` outlives the processor; intake alone asks it.
std::unique_ptr<Processor> make_processor(ProcessorKind kind, const ProcessorRules& rules, const PriceList& prices);

}  // namespace ordo::processors
