// Dead letters as the API shows them. Includes the descriptions, so include it only in .cc files.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/dead_letters/dead_letters.h"
#include "records/schema.h"

namespace ordo::api {

struct Letter {
  std::string id;
  std::string topic;
  std::string state;
  std::string reason;
  std::string detail;
  std::string processor;
  std::string key;
  std::string type;
  std::optional<std::int64_t> partition;
  std::optional<std::int64_t> offset;
  Timestamp time;
  Timestamp refused_at;
  std::int64_t bytes = 0;
  std::optional<bool> value_omitted;
  std::optional<std::string> replay_of;
};
BOOST_DESCRIBE_STRUCT(Letter, (),
                      (id, topic, state, reason, detail, processor, key, type, partition, offset, time, refused_at,
                       bytes, value_omitted, replay_of))
constexpr auto notes(NotesOf<Letter>) {
  return std::array{
      Note{"", "A record that a processor refused."},
      Note{"id", "topic and offset in its dead-letter topic", R"("order_created:17")"},
      Note{"topic", "topic of the record, by its canonical name", R"("order_created")"},
      Note{"state", "open, replayed or dropped; unknown: too many later records to find out", R"("open")"},
      Note{"reason", "stable, for programs; empty if another program wrote the letter", R"("unknown_product")"},
      Note{"type", "ce_type; empty for a record without headers"},
      Note{"partition", "partition of the record"},
      Note{"offset", "offset of the record"},
      Note{"time", "time of the record"},
      Note{"bytes", "size of the value"},
      Note{"value_omitted",
           "true: the dead-letter topic did not accept the value; it is at the record's original place"},
      Note{"replay_of", "the letter whose replay became this record, which was refused again"}};
}

struct LetterHeader {
  std::string name;
  std::optional<std::string> value;
  std::optional<std::string> value_hex;
};
BOOST_DESCRIBE_STRUCT(LetterHeader, (), (name, value, value_hex))
constexpr auto notes(NotesOf<LetterHeader>) {
  return std::array{Note{"", "A header of a record. A header without a value is null."},
                    Note{"value", "the value; omitted if it is not UTF-8"},
                    Note{"value_hex", "the value, if it is not UTF-8"}};
}

struct WholeLetter {
  Letter letter;
  std::optional<std::string> value;
  std::optional<std::string> value_hex;
  std::optional<bool> tombstone;
  std::vector<LetterHeader> headers;
};
BOOST_DESCRIBE_STRUCT(WholeLetter, (), (letter, value, value_hex, tombstone, headers))
constexpr auto notes(NotesOf<WholeLetter>) {
  return std::array{
      Note{"", "A dead letter with its record."},
      Note{"value", "the record's value, byte for byte; omitted if it is not UTF-8"},
      Note{"value_hex", "the value, if it is not UTF-8"},
      Note{"tombstone", "true: the record's value is null; a replay is null again, unless you give a value"},
      Note{"headers", "headers of the refused record, and those that give the reason"}};
}

Letter view_of(const ListedLetter& listed);
WholeLetter view_of(const FoundLetter& found);

}  // namespace ordo::api
