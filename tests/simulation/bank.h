// The bank behind the simulated gateway. It keeps its own books of requests and actions. It acts once per request,
// however often it is asked, and whether or not its answer arrives.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "effects/simulated_gateway.h"

namespace ordo::simulation {

class World;

class Bank {
 public:
  struct Account {
    Money captured;
    Money refunded;
    std::int64_t total = 0;  // that was asked for
    bool authorized = false;
    bool closed = false;  // voided or declined: no more money can be taken
  };
  // An answer that arrives. `late`: after other messages.
  struct Answer {
    effects::GatewayReply reply;
    bool late = false;
  };

  explicit Bank(World& world) : world_(world) {}

  // Answers a request as the payment's method requires (simulated_gateway.h): with no, one or two answers. An
  // `unavailable` answer stands for an answer that is lost.
  std::vector<Answer> ask(const OrderId& order, const effects::effect::AskGateway& asked);

  // Does the opposite of its earlier decision about a refund, and answers so. nullopt the second time.
  std::optional<effects::GatewayReply> correct(const OrderId& order, const RefundCall& call);

  const std::map<std::string, Account>& accounts() const { return accounts_; }  // by order

 private:
  // Acts, and returns the true answer. `heard`: the answer reaches ordo in the end. A part is captured only then: ordo
  // learns of a part only from the answer to its call.
  effects::GatewayReply act(const OrderId& order, const GatewayCall& call, effects::GatewayReply wanted, bool heard);
  static effects::GatewayReply book(Account& account, const GatewayCall& call, effects::GatewayReply wanted);

  World& world_;
  effects::SimulatedGateway gateway_;
  std::map<std::string, Account> accounts_;
  std::map<std::string, effects::GatewayReply> answered_;  // by call id
  std::set<std::string> corrected_;
};

}  // namespace ordo::simulation
