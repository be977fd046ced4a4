// The person or program that caused a record.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "domain/rules.h"

namespace ordo {

// key: an API key. token: the subject of a token. customer: a customer, with a token. system: a part of ordo, or a
// system that signs its requests.
enum class ActorKind : std::uint8_t { key, token, system, customer };
BOOST_DESCRIBE_ENUM(ActorKind, key, token, system, customer)

struct Actor {
  ActorKind kind = ActorKind::key;
  std::string id;                                  // unique within its kind, and no secret
  std::optional<std::string> name = std::nullopt;  // for people

  friend bool operator==(const Actor&, const Actor&) = default;
};
BOOST_DESCRIBE_STRUCT(Actor, (), (kind, id, name))
// A token's subject and a customer's id have up to 256 bytes.
constexpr auto rules(RulesOf<Actor>) {
  constexpr auto kWho = Privacy::personal;
  return std::array{one_line("id", 1, 256, kWho, "of the key, the token's subject, the customer or the system"),
                    one_line("name", 1, 128, kWho, "for people: the key's name")};
}

// A redaction removes a customer. Members of the staff and systems stay, because they answer for what they did.
inline bool is_customer(const std::optional<Actor>& by) {
  return by && by->kind == ActorKind::customer;
}
inline void forget_customer(std::optional<Actor>& by) {
  if (is_customer(by)) by.reset();
}

}  // namespace ordo
