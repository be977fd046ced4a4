#include "http/room_order.h"

#include <iterator>
#include <tuple>

#include "http/session.h"

namespace ordo::http {

bool RoomOrder::Rank::operator<(const Rank& other) const {
  return std::tie(other.connections, activity, address) < std::tie(connections, other.activity, other.address);
}

RoomOrder::Rank RoomOrder::rank_of(Address& address) {
  const Session& longest_idle = *address.members.front().session;
  return {longest_idle.of_address(), longest_idle.activity(), &address};
}

void RoomOrder::set_rank(Address& address) {
  drop_rank(address);
  address.rank = ranks_.insert(rank_of(address)).first;
}

void RoomOrder::drop_rank(Address& address) {
  if (address.rank != ranks_.end()) ranks_.erase(address.rank);
  address.rank = ranks_.end();
}

RoomOrder::Seat RoomOrder::add(Session& session, const std::string& name) {
  const auto [found, added] = addresses_.try_emplace(name);
  Address& address = found->second;
  if (added) {
    address.rank = ranks_.end();
    address.self = found;
  }
  address.members.push_back({&session});
  set_rank(address);
  return {&address, std::prev(address.members.end())};
}

void RoomOrder::touch(const Seat& seat) {
  if (seat.address == nullptr) return;
  Address& address = *seat.address;
  auto& from = seat.member->aside ? address.aside : address.members;
  address.members.splice(address.members.end(), from, seat.member);
  seat.member->aside = false;
  if (address.rank == ranks_.end()) set_rank(address);
}

void RoomOrder::remove(Seat& seat) {
  if (seat.address == nullptr) return;
  Address& address = *seat.address;
  (seat.member->aside ? address.aside : address.members).erase(seat.member);
  seat.address = nullptr;
  if (address.members.empty()) drop_rank(address);
  if (address.members.empty() && address.aside.empty()) addresses_.erase(address.self);
}

Session* RoomOrder::first(const std::string& name) {
  const auto newcomer = addresses_.find(name);
  if (newcomer != addresses_.end() && newcomer->second.rank != ranks_.end()) set_rank(newcomer->second);
  while (!ranks_.empty()) {
    Address& address = *ranks_.begin()->address;
    auto& members = address.members;
    while (!members.empty() && !members.front().session->may_make_room()) {
      members.front().aside = true;
      address.aside.splice(address.aside.end(), members, members.begin());
    }
    if (members.empty()) {
      drop_rank(address);
    } else if (*address.rank < rank_of(address)) {
      set_rank(address);
    } else {
      return members.front().session;
    }
  }
  return nullptr;
}

}  // namespace ordo::http
