// Which connection of a loop is closed to make room for a new one. Internal to the server.
#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <map>
#include <set>
#include <string>

namespace ordo::http {

class Session;

// Of the address with the most connections, the connection that has been idle longest makes room. The connections that
// an address has at other loops count as of its newest connection at this one. For the loop's thread.
//
// Activity takes constant time, a new connection and a choice logarithmic time. To this end, a connection with a
// request in progress keeps its seat until first() meets it and puts it aside. Its next activity ends that.
class RoomOrder {
  struct Address;
  struct Member {
    Session* session = nullptr;
    bool aside = false;
  };

 public:
  // A connection's place in the order. The loop keeps it from add() to remove().
  struct Seat {
    Address* address = nullptr;  // null: none
    std::list<Member>::iterator member;
  };

  RoomOrder() = default;
  RoomOrder(const RoomOrder&) = delete;
  RoomOrder& operator=(const RoomOrder&) = delete;

  // The session was active just now, and outlives its seat. Connections of proxies share the address "".
  Seat add(Session& session, const std::string& address);
  // The session received or sent a byte. Any session does so at the end of a request.
  void touch(const Seat& seat);
  void remove(Seat& seat);

  // The session that makes room first for one more connection of `address`. Null when each has a request in progress.
  Session* first(const std::string& address);

 private:
  // Sorts addresses: what makes room first comes first.
  struct Rank {
    std::size_t connections = 0;
    std::chrono::steady_clock::time_point activity;  // of the connection idle longest
    Address* address = nullptr;

    bool operator<(const Rank& other) const;
  };
  struct Address {
    std::list<Member> members;  // in the order of their last activity
    std::list<Member> aside;
    std::set<Rank>::iterator rank;  // ranks_.end(): no members, or all were put aside
    std::map<std::string, Address>::iterator self;
  };

  static Rank rank_of(Address& address);
  void set_rank(Address& address);
  void drop_rank(Address& address);

  std::map<std::string, Address> addresses_;
  // A rank may be too high, as counts fall and connections are active: first() corrects the ranks that it meets.
  std::set<Rank> ranks_;
};

}  // namespace ordo::http
