// What the texts of settings must look like, which of them hold a secret, and which files they name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ordo::settings {

// Of a text, or of each item of a list.
struct TextCheck {
  std::string_view expects;  // ends the sentence "expected ..."
  bool (*fits)(std::string_view);
};

extern const TextCheck kAnyText;
extern const TextCheck kFile;
extern const TextCheck kFolder;
extern const TextCheck kServerUrl;
extern const TextCheck kCredential;
extern const TextCheck kSigningSecret;
extern const TextCheck kClaim;
extern const TextCheck kBrokers;
extern const TextCheck kMongoUri;
extern const TextCheck kTopicName;
extern const TextCheck kGroupPrefix;
extern const TextCheck kCountry;
extern const TextCheck kInstance;
extern const TextCheck kProxies;
extern const TextCheck kOrigins;
extern const TextCheck kHosts;

// True for "http://" or "https://" with something behind it.
bool is_http_url(std::string_view text);

// For SettingSpec::holds_secret: whether a value must be masked.
bool is_not_empty(std::string_view text);
bool mongo_holds_secret(std::string_view uri);
bool kafka_settings_hold_secret(std::string_view list);

// For SettingSpec::trusted_files: the files that a value names.
std::vector<std::string> file_itself(std::string_view file);
std::vector<std::string> files_of_mongo(std::string_view uri);
std::vector<std::string> files_of_kafka(std::string_view list);

}  // namespace ordo::settings
