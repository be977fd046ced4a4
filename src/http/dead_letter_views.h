// Dead letters as the API shows them. Pulls the descriptions in: for .cc files.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "http/dead_letters.h"
#include "records/schema.h"

namespace ordo::http {

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
  std::optional<std::string> replay_of;
};
BOOST_DESCRIBE_STRUCT(Letter, (),
                      (id, topic, state, reason, detail, processor, key, type, partition, offset, time, refused_at,
                       bytes, replay_of))
constexpr auto notes(NotesOf<Letter>) {
  return std::array{
      Note{"", "A record that a processor refused."},
      Note{"id", "topic and offset in its dead-letter topic", R"("order_created:17")"},
      Note{"topic", "that the record was on, by its canonical name", R"("order_created")"},
      Note{"state", "open, replayed or dropped; unknown: too much was refused since to tell", R"("open")"},
      Note{"reason", "stable, for programs; empty for what somebody else put there", R"("unknown_product")"},
      Note{"type", "ce_type; empty for a record without headers"},
      Note{"partition", "where the record was"},
      Note{"offset", "where the record was"},
      Note{"time", "of the record"},
      Note{"bytes", "of the value"},
      Note{"replay_of", "the letter that was replayed as this record, which was refused again"}};
}

struct LetterHeader {
  std::string name;
  std::string value;
};
BOOST_DESCRIBE_STRUCT(LetterHeader, (), (name, value))

struct WholeLetter {
  Letter letter;
  std::optional<std::string> value;
  std::optional<std::string> value_hex;
  std::vector<LetterHeader> headers;
};
BOOST_DESCRIBE_STRUCT(WholeLetter, (), (letter, value, value_hex, headers))
constexpr auto notes(NotesOf<WholeLetter>) {
  return std::array{Note{"", "A dead letter with the record in it."},
                    Note{"value", "of the record, byte for byte; absent where it is not UTF-8"},
                    Note{"value_hex", "the value where it is not UTF-8"},
                    Note{"headers", "of the record as it was refused, those that say why among them"}};
}

Letter view_of(const ListedLetter& listed);
WholeLetter view_of(const FoundLetter& found);

}  // namespace ordo::http
