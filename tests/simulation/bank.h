// The bank behind the simulated gateway: its own books of what it was asked and what it did, once, however often it is
// asked and whether or not its answer arrives.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "errands/simulated_gateway.h"

namespace ordo::simulation {

class World;

class Bank {
 public:
  struct Account {
    Money captured;
    Money refunded;
    bool authorized = false;
    bool closed = false;  // voided or declined: nothing can be taken any more
  };
  // What is heard of it. `late`: after something else.
  struct Answer {
    GatewayReply reply;
    bool late = false;
  };

  explicit Bank(World& world) : world_(world) {}

  // Asks as the payment's method says (simulated_gateway.h). None, one or two answers; an `unavailable` one is given
  // where it was decided that nothing is heard.
  std::vector<Answer> ask(const OrderId& order, const errand::AskGateway& asked);

  const std::map<std::string, Account>& accounts() const { return accounts_; }  // by order

 private:
  // What it does, and says truthfully.
  GatewayReply act(const OrderId& order, const GatewayCall& call, GatewayReply wanted);
  static GatewayReply book(Account& account, const GatewayCall& call, GatewayReply wanted);

  World& world_;
  SimulatedGateway gateway_;
  std::map<std::string, Account> accounts_;
  std::map<std::string, GatewayReply> answered_;  // by call id
};

}  // namespace ordo::simulation
