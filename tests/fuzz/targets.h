// The functions under fuzz, one per format that comes from outside. Each accepts any bytes and checks its rules with
// ORDO_CHECK. libFuzzer searches for bytes that break a rule (fuzz_main.cc). Every build replays the corpus
// (replay_test.cc).
#pragma once

#include <string_view>

namespace ordo::fuzz {

void config(std::string_view input);        // the TOML file and the values of settings
void credentials(std::string_view input);   // API keys, tokens, and the files of keys
void csv(std::string_view input);           // CSV
void cursors(std::string_view input);       // cursors of lists, ids of events, filters
void events(std::string_view input);        // a stream of Server-Sent Events, as the client reads it
void folds(std::string_view input);         // records of foreign producers, through all processors
void http_framing(std::string_view input);  // the bytes of a connection
void imports(std::string_view input);       // rows of the files of each program, planned as orders and products
void json(std::string_view input);          // any JSON
void money(std::string_view input);         // amounts and times
void prices(std::string_view input);        // bodies of orders, priced by the shop's rules
void records(std::string_view input);       // records with their headers, documents, dead letters
void tables(std::string_view input);        // files to import
void tokens(std::string_view input);        // header fields: signatures, entity tags, keys, preferences
void uri(std::string_view input);           // targets, query strings, URLs of other servers

struct Target {
  std::string_view name;  // also the name of its folder in corpus/
  void (*run)(std::string_view input);
};

inline constexpr Target kTargets[] = {
    {"config", config}, {"credentials", credentials},   {"csv", csv},         {"cursors", cursors}, {"events", events},
    {"folds", folds},   {"http_framing", http_framing}, {"imports", imports}, {"json", json},       {"money", money},
    {"prices", prices}, {"records", records},           {"tables", tables},   {"tokens", tokens},   {"uri", uri},
};

}  // namespace ordo::fuzz
