// /v1/settings: the settings of this process.
#include <string>
#include <vector>

#include "api/api_context.h"
#include "api/system/system_schema.h"
#include "http/router.h"
#include "records/json_codec.h"

namespace ordo::api {

BOOST_DESCRIBE_STRUCT(ShownSetting, (), (name, value, source, text))
constexpr auto notes(NotesOf<ShownSetting>) {
  return std::array{
      Note{"value", "as in a file of settings; of a secret only ***"},
      Note{"source", "where the value is from", {}, R"({"enum":["default","flag","file","environment"]})"},
      Note{"text", "what the setting does"}};
}

namespace {

struct SettingList {
  std::vector<ShownSetting> data;
};
BOOST_DESCRIBE_STRUCT(SettingList, (), (data))

void get_settings(ApiContext& context, http::Request request, http::Respond respond) {
  context.on_pool(make_call(std::move(request), std::move(respond)), [&context](const CallPtr& call) {
    const auto& settings = context.ports.system.settings;
    call->answer(json_response(200, to_json(SettingList{settings ? settings() : std::vector<ShownSetting>()})));
  });
}

}  // namespace

void add_settings_routes(http::Router& router, ApiContext& context) {
  router.add(http::Method::kGet, "/v1/settings", bind_to(context)(get_settings),
             {.tag = "System",
              .operation = "listSettings",
              .summary = "The settings of this process",
              .text = "As ordo config show prints them: with the source of each value, and without secrets. Another "
                      "process of the deployment may have other settings.",
              .answers = {{200, "All settings.", schema_of<SettingList>}}});
}

}  // namespace ordo::api
