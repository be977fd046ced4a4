// What people and other systems do: orders and all that happens to them, stock, products, customers, webhooks, and
// records that make no sense.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "records/messages.h"

namespace ordo::simulation {

class World;

class Workload {
 public:
  explicit Workload(World& world) : world_(world) {}

  // What this history is made of.
  void draw();
  // Stock on the shelves.
  void open();
  // Somebody does something.
  void act();
  // What instances of the API have not sent yet is sent.
  void flush();
  // All processes of the API end, with what they have not sent, and others begin.
  void restart_api();

  void place_order();

  // Ids of orders that must be there at the end, and of those that may be: a POST that got no answer.
  const std::set<std::string>& acknowledged() const { return acknowledged_; }
  const std::set<std::string>& asked() const { return asked_; }
  // Records that nobody can read.
  struct Malformed {
    TopicPartition at;
    std::int64_t offset = 0;
    std::string text;  // key and value
  };
  const std::vector<Malformed>& malformed() const { return malformed_; }

 private:
  // An instance of the API numbers what it appends.
  struct Instance {
    std::string source;
    std::int64_t sequence = 0;
    std::deque<Record> unsent;  // while the broker is away
  };

  // Orders, see orders_workload.cc.
  NewOrder new_order(bool keyed);
  void post(const NewOrder& order, std::size_t instance);
  void flush(Instance& instance);
  void begin_instance(Instance& instance);
  void retry_order();
  void foreign_order();
  void conflicting_order();
  void cancel();
  void refund();
  void give_back();
  void redact();
  std::string any_order(bool shipped = false);

  // The rest.
  void move_stock();
  void change_product();
  void change_price();
  void change_customer();
  void change_webhook();
  void note_delivery();
  void repeat();
  void send_nonsense();
  void replay_letter();
  void correct_letter(const Record& letter);

  void send(Topic topic, const std::string& key, std::string_view type, const std::string& value);
  std::string fresh_id(const char* prefix);
  LocationId any_location();
  ProductId any_product();
  CustomerId any_customer();
  std::string webhook_id();

  World& world_;
  std::vector<int> weights_;  // of the operations
  int products_ = 0;
  int hot_ = 0;  // in 1000 lines, of the first product
  int customers_ = 0;
  int locations_ = 0;
  int largest_ = 0;  // quantity of a line
  int shelf_ = 0;    // largest opening stock
  int numbers_ = 0;  // ids given out
  std::vector<Instance> instances_;
  std::vector<NewOrder> unanswered_;  // keyed, to be tried again
  std::vector<std::string> known_;    // ids of all orders, in the order they were placed
  std::set<std::string> acknowledged_;
  std::set<std::string> asked_;
  std::vector<Malformed> malformed_;
};

}  // namespace ordo::simulation
