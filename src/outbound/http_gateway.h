// A payment gateway behind HTTP. Each question is one signed POST. docs/operations.md describes the requests to a
// gateway and its possible answers.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "access/signature.h"
#include "effects/gateway.h"
#include "outbound/http_caller.h"

namespace ordo::outbound {

struct HttpGatewayOptions {
  std::string url;
  std::string secret;                         // "whsec_..."
  std::chrono::milliseconds timeout{30'000};  // of one attempt, including the wait for a free transfer
  HttpCallerOptions caller;                   // the operator chooses the gateway: it may have a private address
};

class HttpGateway final : public effects::PaymentGateway {
 public:
  // kInvalid "bad_url" or "bad_secret"; the error repeats neither value. kIo as HttpCaller::start().
  static Result<std::unique_ptr<HttpGateway>> open(HttpGatewayOptions options);

  // Any thread. Calls `answer` on HttpCaller's thread, once or never. A gateway that answered 202 sends a callback
  // instead. A process that stops gets no answer.
  void ask(const effects::GatewayQuestion& question, effects::GatewayAnswerFn answer) override;
  void stop() override;

 private:
  HttpGateway(std::string url, access::SigningSecret secret, std::chrono::milliseconds timeout,
              std::unique_ptr<HttpCaller> caller);

  const std::string url_;
  const access::SigningSecret secret_;
  const std::chrono::milliseconds timeout_;
  const std::unique_ptr<HttpCaller> caller_;
};

}  // namespace ordo::outbound
