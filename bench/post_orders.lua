-- For wrk: POST /v1/orders with many different bodies, made beforehand so that wrk spends no time on them.
--   wrk ... -s post_orders.lua URL -- PRODUCTS CUSTOMERS
local requests = {}
local at = 0

function init(args)
  local products = tonumber(args[1] or 200)
  local customers = tonumber(args[2] or 5000)
  math.randomseed(os.time())
  for i = 1, 4096 do
    local lines = {}
    for _ = 1, math.random(1, 3) do
      lines[#lines + 1] = string.format('{"product_id":"sku-%04d","quantity":%d}', math.random(0, products - 1), math.random(1, 3))
    end
    local body = string.format('{"customer_id":"customer-%d","lines":[%s]}', math.random(1, customers), table.concat(lines, ","))
    requests[i] = wrk.format("POST", "/v1/orders", {["Content-Type"] = "application/json"}, body)
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format('RESULT {"requests":%d,"seconds":%.6f,"refused":%d,"broken":%d,"p50_ms":%.3f,"p99_ms":%.3f}\n',
    summary.requests, summary.duration / 1e6, errors.status, errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
