#include "verdict.h"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <utility>

#include "domain/order.h"
#include "embedded/document_schema.h"
#include "embedded/sqlite.h"
#include "engine/worker.h"
#include "records/dead_letter.h"

namespace ordo::storage {
namespace {

using embedded::Connection;

constexpr std::size_t kMost = 8;  // findings reported per image

std::string show(const TopicPartition& at) {
  return std::string(to_string(at.topic)) + (at.dlq ? ".dlq/" : "/") + std::to_string(at.partition);
}

class Judge {
 public:
  Judge(Shop& shop, const DiskVfs& vfs, const std::vector<Promises>& clients, const Logs& archive, bool at_rest)
      : shop_(shop), vfs_(vfs), clients_(clients), archive_(archive), at_rest_(at_rest), topology_(shop_topology()) {}

  std::vector<std::string> run() {
    if (read()) {
      check_records();
      check_promises();
      for (const auto kind : kAllProcessors) {
        for (int p = 0; p < topology_[inbox_of(kind)].partitions; ++p) fold({kind, p});
      }
      check_documents();
    }
    return std::move(wrong_);
  }

 private:
  void wrong(std::string what) {
    if (wrong_.size() < kMost) wrong_.push_back(std::move(what));
  }
  bool told(const Error& error, const std::string& where) {
    wrong(where + ": " + error.text());
    return false;
  }

  bool read() {
    auto logs = read_logs(*shop_.engine);
    if (!logs) return told(logs.error(), "reading the log");
    logs_ = std::move(*logs);
    // Begins with the records that retention removed.
    for (auto& [at, records] : logs_) {
      const auto found = archive_.find(at);
      const std::int64_t begin = records.front().offset;
      if (begin == 0) continue;
      if (found == archive_.end() || static_cast<std::int64_t>(found->second.size()) < begin) {
        wrong(show(at) + " begins at " + std::to_string(begin));
        return false;
      }
      records.insert(records.begin(), found->second.begin(), found->second.begin() + begin);
    }
    return true;
  }

  void check_records() {
    std::unordered_map<std::string, const Record*> sent;
    for (const auto& client : clients_) {
      for (const auto& record : client.sent) sent.emplace(record.envelope.id, &record);
    }
    for (const auto& [at, records] : logs_) {
      if (at.dlq) continue;  // an owner's record, with the name of its first sender
      for (std::size_t i = 0; i < records.size(); ++i) {
        const Record& record = records[i];
        if (record.offset != static_cast<std::int64_t>(i)) {
          return wrong(show(at) + " has a hole before " + std::to_string(record.offset));
        }
        if (record.envelope.sequence) continue;  // an owner's record, compared with the fold
        const auto found = sent.find(record.envelope.id);
        if (found == sent.end()) {
          wrong(show(at) + " has a record that nobody sent, or has one twice: " + record.envelope.id);
          continue;
        }
        const Record& one = *found->second;
        if (one.at != at || one.key != record.key || one.value != record.value || one.envelope != record.envelope) {
          wrong(record.envelope.id + " is not what was sent");
        }
        sent.erase(found);
      }
    }
  }

  void check_promises() {
    for (const auto& client : clients_) {
      std::map<TopicPartition, std::pair<std::int64_t, std::size_t>> last;  // offset, and number of the record
      for (const auto& [number, position] : client.acknowledged) {
        const Record& record = client.sent[number];
        const auto found = logs_.find(position.at);
        const auto offset = static_cast<std::size_t>(position.offset);
        if (found == logs_.end() || found->second.size() <= offset ||
            found->second[offset].envelope.id != record.envelope.id) {
          wrong("LOST: " + record.envelope.id + " was acknowledged at " + show(position.at) + " offset " +
                std::to_string(position.offset));
          continue;
        }
        const auto [before, is_first] = last.try_emplace(position.at, position.offset, number);
        if (!is_first && (before->second.first >= position.offset || before->second.second >= number)) {
          wrong(record.envelope.id + " has overtaken another record of its client");
        }
        before->second = {position.offset, number};
      }
    }
  }

  // Folds the owner's inbox again, up to its position.
  void fold(const Owner& owner) {
    const auto stored = shop_.engine->cursor(owner);
    if (!stored) return static_cast<void>(told(stored.error(), "cursor of " + to_string(owner)));
    const auto& inbox = logs_[{inbox_of(owner.processor), owner.partition, false}];
    const auto next = static_cast<std::size_t>(stored->next);
    if (next > inbox.size()) return wrong(to_string(owner) + " is beyond its inbox");
    if (at_rest_ && next != inbox.size()) wrong(to_string(owner) + " has not folded all");
    PartitionWorker worker(shop_.processors[owner.processor], topology_, owner, Cursor{}, 1'000'000);
    if (next == 0) return check_sent(owner, {});
    const auto keys = worker.prepare({inbox.begin(), inbox.begin() + static_cast<std::ptrdiff_t>(next)});
    if (!keys) return static_cast<void>(told(keys.error(), to_string(owner)));
    worker.supply(*keys, std::vector<std::optional<Document>>(keys->size()));
    if (const auto folded = worker.fold(); !folded) return static_cast<void>(told(folded.error(), to_string(owner)));
    check_sent(owner, worker.take_records());
    const Commit step = worker.commit();
    if (step.cursor->next != stored->next || step.cursor->seen != stored->seen || step.cursor->sent != stored->sent) {
      wrong("the cursor of " + to_string(owner) + " is not that of its fold");
    }
    for (const auto& change : step.changes) {
      documents_[{collection_of(*change.document), id_of(*change.document)}] = document_to_json(*change.document);
      const auto* order = std::get_if<Order>(change.document);
      if (at_rest_ && order != nullptr && !is_terminal(order->status)) wrong(order->id.str() + " has not ended");
    }
  }

  // The log has the records that the fold sends. At rest, it has no others; before, it may have those of later folds.
  void check_sent(const Owner& owner, const std::vector<Record>& records) {
    std::map<TopicPartition, std::vector<const Record*>> found;
    const std::string source = "/ordo/" + to_string(owner) + "/";
    const std::string partition = std::to_string(owner.partition);
    for (const auto& [at, log] : logs_) {
      for (const auto& record : log) {
        const bool own =
            at.dlq ? at.topic == inbox_of(owner.processor) && extra_header(record, "ordo_dlq_partition") == partition
                   : record.envelope.source.starts_with(source);
        if (own) found[at].push_back(&record);
      }
    }
    std::map<TopicPartition, std::size_t> count;
    for (const auto& record : records) {
      const auto& there = found[record.at];
      const std::size_t i = count[record.at]++;
      if (i >= there.size()) return wrong("a record of " + to_string(owner) + " is not in " + show(record.at));
      const Record& one = *there[i];
      if (one.envelope != record.envelope || one.key != record.key || one.value != record.value) {
        return wrong("a record of " + to_string(owner) + " in " + show(record.at) + " is not that of its fold");
      }
    }
    for (const auto& [at, there] : found) {
      if (at_rest_ && there.size() != count[at])
        wrong(show(at) + " has more of " + to_string(owner) + " than it has sent");
    }
  }

  void check_documents() {
    auto connection = Connection::open(embedded_path(), Connection::Mode::kReader, vfs_.name());
    if (!connection) return static_cast<void>(told(connection.error(), "a reader"));
    std::size_t documents = 0;
    for (std::size_t i = 0; i < kCollections; ++i) {
      const auto collection = static_cast<Collection>(i);
      auto rows = connection->prepare("SELECT id, body FROM " + embedded::DocumentSchema(collection).table());
      if (!rows) return static_cast<void>(told(rows.error(), "documents"));
      while (true) {
        const auto row = rows->step();
        if (!row) return static_cast<void>(told(row.error(), "documents"));
        if (!*row) break;
        ++documents;
        const std::string id(rows->text(0));
        const auto found = documents_.find({collection, id});
        if (found == documents_.end() || found->second != rows->text(1)) {
          wrong(std::string(to_string(collection)) + "/" + id + " is not what the log says");
        }
      }
    }
    if (documents != documents_.size()) {
      wrong(std::to_string(documents) + " documents, the log says " + std::to_string(documents_.size()));
    }
    auto whole = connection->prepare("PRAGMA integrity_check");
    if (!whole) return static_cast<void>(told(whole.error(), "integrity_check"));
    const auto row = whole->step();
    if (!row) return static_cast<void>(told(row.error(), "integrity_check"));
    if (whole->text(0) != "ok") wrong("integrity_check: " + std::string(whole->text(0)));
  }

  std::string embedded_path() const { return vfs_.directory() + "/" + kDatabase; }

  Shop& shop_;
  const DiskVfs& vfs_;
  const std::vector<Promises>& clients_;
  const Logs& archive_;
  const bool at_rest_;
  const Topology topology_;
  Logs logs_;
  std::map<DocumentKey, std::string> documents_;
  std::vector<std::string> wrong_;
};

std::vector<std::string> judge_start(const DiskVfs& vfs, const std::vector<Promises>& before, const Logs& archive,
                                     bool then_cut) {
  Client client("after-" + std::to_string(before.size()));  // outlives the engine
  Shop shop;
  // Unsynced data must not become durable by a checkpoint.
  if (then_cut) shop.checkpoint_pages = embedded::EngineOptions{}.checkpoint_pages;
  if (!shop.open_only(vfs)) return {"it does not open: " + shop.stopped->text()};
  auto wrong = judge(shop, vfs, before, archive, false);
  if (!wrong.empty()) return wrong;
  shop.start(client);
  client.order("o-" + std::to_string(before.size()) + "9", {"pot"});
  bool well = shop.rest();
  if (well) client.cancel("o-4");  // it waits for that
  if (!well || !shop.rest()) {
    shop.close();
    return {"it does not go on: " + (shop.stopped ? shop.stopped->text() : std::string("and does not say why"))};
  }
  auto clients = before;
  clients.push_back(client.promises());
  if (clients.back().sent.size() != clients.back().acknowledged.size()) return {"later records are not acknowledged"};
  wrong = judge(shop, vfs, clients, archive, true);
  for (auto& one : wrong) one = "after further work: " + one;
  if (!wrong.empty() || !then_cut) return wrong;
  Disk cut(vfs.disk().survivors(Survival::nothing, 0), kDatabase);
  shop.close();
  const DiskVfs again(cut);
  wrong = judge_start(again, clients, archive, false);
  for (auto& one : wrong) one = "after further work and a power cut: " + one;
  return wrong;
}

}  // namespace

std::vector<std::string> judge(Shop& shop, const DiskVfs& vfs, const std::vector<Promises>& clients,
                               const Logs& archive, bool at_rest) {
  return Judge(shop, vfs, clients, archive, at_rest).run();
}

std::vector<std::string> judge_restart(const DiskVfs& vfs, const Promises& before, const Logs& archive, bool then_cut) {
  vfs.disk().set_fault({});
  return judge_start(vfs, {before}, archive, then_cut);
}

std::vector<std::string> judge_image(Image image, const Promises& before, const Logs& archive) {
  Disk disk(std::move(image), kDatabase);
  const DiskVfs vfs(disk);
  return judge_start(vfs, {before}, archive, false);
}

}  // namespace ordo::storage
