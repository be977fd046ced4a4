// Database::inspect: checks whether the content and the settings of ordo's collections allow ordo to work.
#include <set>
#include <string>
#include <vector>

#include "base/text.h"
#include "mongo/bson_writer.h"
#include "mongo/commit_record.h"
#include "mongo/database.h"
#include "mongo/driver.h"
#include "mongo/id_text.h"

namespace ordo::mongo {
namespace {

// Samples a large database: its first documents, and those with the first and last ids. An id that is not a string
// sorts before or after all strings.
constexpr std::int64_t kSample = 1000;
constexpr std::int64_t kEnds = 100;
constexpr std::size_t kMaxProblems = 10;

bool is_ours(std::string_view name) {
  return name == kCommits || parse_collection(name).has_value();
}

// True when `path` exists and is not false, 0, null or an empty document.
bool is_set(const bson_t& bson, const char* path) {
  bson_iter_t at;
  bson_iter_t found;
  if (!bson_iter_init(&at, &bson) || !bson_iter_find_descendant(&at, path, &found)) return false;
  if (!BSON_ITER_HOLDS_DOCUMENT(&found)) return bson_iter_as_bool(&found);
  bson_iter_t inside;
  return bson_iter_recurse(&found, &inside) && bson_iter_next(&inside);
}

bool is_there(const bson_t& bson, const char* path) {
  bson_iter_t at;
  bson_iter_t found;
  return bson_iter_init(&at, &bson) && bson_iter_find_descendant(&at, path, &found);
}

// Why a collection, as described by listCollections, is unsuitable for ordo's documents; empty: it is suitable.
std::string against_collection(const bson_t& info, const std::string& name) {
  const auto type = text_in(info, "type");
  if (!type.empty() && type != "collection") return name + " is a " + type + ", not a collection";
  if (is_set(info, "options.capped")) return name + " is capped, so its oldest documents are removed";
  if (is_there(info, "options.expireAfterSeconds")) return name + " lets documents expire";
  const auto locale = text_in(info, "options.collation.locale");
  if (!locale.empty() && locale != "simple") {
    return name + " has the collation " + locale + ", in which two different ids can be equal";
  }
  const bool lenient =
      text_in(info, "options.validationAction") == "warn" || text_in(info, "options.validationLevel") == "off";
  if (is_set(info, "options.validator") && !lenient) {
    return name + " has a validator, which can refuse ordo's documents: db.runCommand({collMod: \"" + name +
           "\", validator: {}}) removes it";
  }
  return {};
}

// ordo's own indexes are not unique, and do not make documents expire.
std::string against_index(const bson_t& index, const std::string& collection) {
  const auto name = text_in(index, "name");
  if (name == "_id_") return {};
  const char* what = nullptr;
  if (is_set(index, "unique") || is_set(index, "prepareUnique"))
    what = " is unique, so it can make writes of ordo fail";
  if (is_there(index, "expireAfterSeconds")) what = " lets documents expire";
  if (what == nullptr) return {};
  return "the index " + name + " of " + collection + what + ": db." + collection + ".dropIndex(\"" + name +
         "\") drops it";
}

// The foreign documents found by the sample of one collection.
struct Foreign {
  std::string first;
  std::set<std::string> ids;
  bool whole = true;  // the sample is the whole collection
};

class Inspector {
 public:
  Inspector(Database::Driver& driver, const Lease& lease) : driver_(driver), lease_(lease) {}

  Result<void> run() {
    const auto ferret = driver_.is_ferret(lease_);
    if (!ferret) return fail(ferret.error());
    const auto names = collections();
    if (!names) return fail(names.error());
    for (const auto& name : *names) {
      if (auto looked = look_at_indexes(name); !looked) return looked;
      if (auto looked = look_at_documents(name, *ferret); !looked) return looked;
    }
    if (!foreign_.empty()) {
      return fail(ErrorCode::kInvalid, "foreign_documents",
                  "database " + driver_.name + " holds " + joined(foreign_, ", ") +
                      ": set another database in mongo, or import them with ordo import seed");
    }
    if (problems_.empty()) return {};
    return fail(ErrorCode::kInvalid, "database_unfit", "database " + driver_.name + ": " + joined(problems_, "; "));
  }

 private:
  void add(std::string problem) {
    if (!problem.empty() && problems_.size() < kMaxProblems) problems_.push_back(std::move(problem));
  }

  // ordo's collections that exist and have documents.
  Result<std::vector<std::string>> collections() {
    struct Destroy {
      void operator()(mongoc_database_t* it) const { mongoc_database_destroy(it); }
    };
    const std::unique_ptr<mongoc_database_t, Destroy> database(
        mongoc_client_get_database(lease_.get(), driver_.name.c_str()));
    const Handle<mongoc_cursor_t> cursor(mongoc_database_find_collections_with_opts(database.get(), nullptr));
    std::vector<std::string> names;
    for (;;) {
      const auto bson = next_bson(*cursor, "list the collections");
      if (!bson) return fail(bson.error());
      if (!*bson) return names;
      const bson_t info = view_of(**bson);
      const auto name = text_in(info, "name");
      if (!is_ours(name)) continue;
      const auto type = text_in(info, "type");
      if (type.empty() || type == "collection") names.push_back(name);
      add(against_collection(info, name));
    }
  }

  Result<void> look_at_indexes(const std::string& name) {
    return each_index(driver_, lease_, name, [&](std::string_view bson) { add(against_index(view_of(bson), name)); });
  }

  Result<void> look_at_documents(const std::string& name, bool ferret) {
    Foreign foreign;
    if (auto sampled = sample(name, kSample, 0, foreign); !sampled) return sampled;
    // FerretDB would read the whole collection in order to sort it.
    for (const int direction : {1, -1}) {
      if (ferret || foreign.whole) break;
      if (auto sampled = sample(name, kEnds, direction, foreign); !sampled) return sampled;
    }
    if (foreign.ids.empty()) return {};
    const auto count = foreign.ids.size();
    foreign_.push_back((foreign.whole ? "" : "at least ") + std::to_string(count) + " document" +
                       (count == 1 ? "" : "s") + " of another program in " + name + " (first: " + foreign.first + ")");
    return {};
  }

  // ordo's documents have a string as id and count their changes; a commit record has its owner's position.
  Result<void> sample(const std::string& name, std::int64_t limit, int direction, Foreign& foreign) {
    const char* const mark = name == kCommits ? "next" : "rev";
    const std::string options = sample_options(mark, limit, direction);
    const bson_t options_bson = view_of(options);
    const bson_t everything = BSON_INITIALIZER;
    const auto collection = driver_.collection(lease_, name);
    const Handle<mongoc_cursor_t> cursor(
        mongoc_collection_find_with_opts(collection.get(), &everything, &options_bson, driver_.primary.get()));
    for (std::int64_t count = 1;; ++count) {
      const auto bson = next_bson(*cursor, "look into " + name);
      if (!bson) return fail(bson.error());
      if (!*bson) return {};
      if (count == limit) foreign.whole = false;
      const bson_t document = view_of(**bson);
      bson_iter_t at;
      const bool ours = bson_iter_init_find(&at, &document, "_id") && BSON_ITER_HOLDS_UTF8(&at) &&
                        bson_iter_init_find(&at, &document, mark) && BSON_ITER_HOLDS_NUMBER(&at);
      if (ours) continue;
      auto id = id_text(document);
      if (foreign.ids.empty()) foreign.first = id;
      foreign.ids.insert(std::move(id));
    }
  }

  std::string sample_options(std::string_view mark, std::int64_t limit, int direction) const {
    std::string options;
    BsonWriter out(options);
    const auto top = out.begin();
    out.int64("limit", limit);
    if (driver_.max_time_ms > 0) out.int64("maxTimeMS", driver_.max_time_ms);
    if (direction != 0) {
      const auto sort = out.begin_document("sort");
      out.int32("_id", direction);
      out.end(sort);
    }
    const auto projection = out.begin_document("projection");
    out.int32(mark, 1);
    out.end(projection);
    out.end(top);
    return options;
  }

  Database::Driver& driver_;
  const Lease& lease_;
  std::vector<std::string> foreign_;   // foreign documents of each collection
  std::vector<std::string> problems_;  // reasons against working here
};

}  // namespace

Result<void> Database::inspect() {
  const auto lease = driver_->lease(Purpose::read);
  if (!lease) return fail(lease.error());
  auto inspected = Inspector(*driver_, *lease).run();
  if (!inspected && inspected.error().reason == "database_authentication") {
    inspected.error().code = ErrorCode::kInvalid;
  }
  return inspected;
}

}  // namespace ordo::mongo
