// Turns a data directory into one that version 0.1.0 left: the log in tables of the database.
#pragma once

#include <string>

#include "embedded/data_directory.h"
#include "embedded/log_tables.h"
#include "embedded/reader.h"
#include "embedded/segment_writer.h"
#include "embedded/sqlite.h"

namespace ordo::embedded {

// No engine runs. The records have no headers besides those of their columns.
inline Result<void> make_first_version(const std::string& directory, const Topology& topology,
                                       const char* vfs = nullptr) {
  auto reader = Reader::open(directory, topology, {1, false, vfs, nullptr, nullptr});
  if (!reader) return fail(std::move(reader.error()));
  auto hand = Connection::open(database_path(directory), Connection::Mode::kWriter, vfs);
  if (!hand) return fail(std::move(hand.error()));
  auto done = hand->execute("BEGIN");
  const LogLayout layout(topology);
  for (std::size_t i = 0; done && i < layout.size(); ++i) {
    const TopicPartition& at = layout[i];
    done = hand->execute("CREATE TABLE " + log_table(at) +
                         "(offset INTEGER PRIMARY KEY, appended_at INTEGER NOT NULL, key TEXT NOT NULL, type TEXT,"
                         " source TEXT, sequence INTEGER, previous INTEGER, id TEXT, subject TEXT, time INTEGER,"
                         " traceparent TEXT, headers TEXT, value TEXT NOT NULL)");
  }
  for (std::size_t i = 0; done && i < kTopics; ++i) {
    auto records = (*reader)->open_reader(static_cast<Topic>(i), false, {});
    if (!records) return fail(std::move(records.error()));
    while (done && !(*records)->caught_up()) {
      auto some = (*records)->poll(1'000, std::chrono::milliseconds(0));
      if (!some) return fail(std::move(some.error()));
      for (const auto& record : *some) {
        const auto& envelope = record.envelope;
        auto insert = hand->prepare("INSERT INTO " + log_table(record.at) +
                                    " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULLIF(?, ''), NULL, ?)");
        if (!insert) return fail(std::move(insert.error()));
        insert->bind(1, record.offset);
        insert->bind(2, to_unix_ms(record.appended_at));
        insert->bind(3, std::string_view(record.key));
        insert->bind(4, std::string_view(envelope.type));
        insert->bind(5, std::string_view(envelope.source));
        if (envelope.sequence) insert->bind(6, *envelope.sequence);
        if (envelope.previous) insert->bind(7, *envelope.previous);
        insert->bind(8, std::string_view(envelope.id));
        insert->bind(9, std::string_view(envelope.subject));
        insert->bind(10, to_unix_ms(envelope.time));
        insert->bind(11, std::string_view(envelope.traceparent));
        insert->bind(12, std::string_view(record.value));
        done = insert->run();
        if (!done) return done;
      }
    }
  }
  if (done) {
    done = hand->execute(
        "UPDATE meta SET value = '1' WHERE name = 'format'; DELETE FROM meta WHERE name IN ('log', 'segment');"
        "DROP TABLE log_begins; COMMIT");
  }
  auto numbers = list_segments(directory);
  if (!numbers) return fail(std::move(numbers.error()));
  for (const auto number : *numbers) {
    if (done) done = remove_log_file(segment_path(directory, number), vfs);
  }
  return done;
}

}  // namespace ordo::embedded
