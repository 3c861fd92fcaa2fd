-- Asks Gatewarden about each request (`http-request lua.gatewarden`): lets it through with the identity fields of the
-- answer, or answers it as Gatewarden says. What goes wrong here is a 503; nothing passes without a 200.

local URL = "http://" .. os.getenv("GATEWARDEN") .. "/authz"
local DOOR_TOKEN = os.getenv("DOOR_TOKEN") or ""
local TIMEOUT_MS = 10000

-- Fields that only the gateway or HAProxy may set.
local PROTECTED = {
  ["x-client-id"] = true, ["x-client-name"] = true, ["x-route-id"] = true, ["x-user-id"] = true,
  ["x-user-roles"] = true, ["x-tenant-id"] = true, ["x-real-ip"] = true, ["forwarded"] = true, ["client-cert"] = true,
  ["client-cert-chain"] = true,
}
local PROTECTED_PREFIXES = { "x-auth-", "x-gatewarden-", "x-forwarded-", "x-original-" }

-- What the service is told, always from the answer.
local IDENTITY = {
  "x-client-id", "x-client-name", "x-route-id", "x-user-id", "x-user-roles", "x-tenant-id", "x-auth-method",
  "x-auth-claims", "x-request-id",
}

-- What the client is told of its limit when it is let in, as variables for `http-response`.
local LIMIT = { ["txn.gatewarden_limit"] = "ratelimit", ["txn.gatewarden_limit_policy"] = "ratelimit-policy" }

-- Fields of one connection, and the framing of a body that is not sent along.
local NOT_ASKED_WITH = {
  ["host"] = true, ["connection"] = true, ["keep-alive"] = true, ["proxy-connection"] = true, ["te"] = true,
  ["trailer"] = true, ["upgrade"] = true, ["content-length"] = true, ["transfer-encoding"] = true, ["expect"] = true,
}

local FROM_ANSWER = { "content-type", "www-authenticate", "retry-after", "allow", "ratelimit", "ratelimit-policy",
  "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "x-request-id", "cache-control" }

local FAULT = '{"type":"urn:gatewarden:problem:dependency_unavailable","title":"Dependency unavailable",' ..
  '"status":503,"code":"dependency_unavailable"}'

-- However it is spelt: servers that turn `_` and `.` into `-` cannot tell the spellings apart.
local function is_protected(name)
  local folded = name:lower():gsub("[_.]", "-")
  if PROTECTED[folded] then return true end
  for _, prefix in ipairs(PROTECTED_PREFIXES) do
    if folded:sub(1, #prefix) == prefix then return true end
  end
  return false
end

-- The values HAProxy counts from 0.
local function values_of(counted)
  local values = {}
  for index = 0, #counted do values[#values + 1] = counted[index] end
  return values
end

local function first(headers, name)
  return headers[name] and headers[name][0]
end

-- Bytes of the body, `unknown` where nobody says, as over HTTP/2.
local function body_length(txn, headers)
  local length = first(headers, "content-length")
  if length then return length end
  local method = txn.sf:method()
  local may_be_silent = txn.sf:req_ver():sub(1, 1) ~= "1" and method ~= "GET" and method ~= "HEAD"
  return may_be_silent and "unknown" or nil
end

local function question(txn)
  local headers = txn.http:req_get_headers()
  local asked = {}
  for name, counted in pairs(headers) do
    if is_protected(name) then
      txn.http:req_del_header(name)
    elseif not NOT_ASKED_WITH[name] then
      asked[name] = values_of(counted)
    end
  end
  local function tell(name, value)
    if value and value ~= "" then asked[name] = { value } end
  end
  tell("x-original-uri", txn.f:pathq())
  tell("x-original-method", txn.sf:method())
  tell("x-original-host", first(headers, "host"))
  tell("x-original-proto", txn.f:ssl_fc() == 1 and "https" or "http")
  tell("x-original-content-length", body_length(txn, headers))
  tell("x-original-transfer-encoding", first(headers, "transfer-encoding"))
  tell("x-original-client-ip", txn.sf:src())
  tell("x-forwarded-for", txn.sf:src())
  tell("x-gatewarden-door-token", DOOR_TOKEN)
  return asked, headers
end

local function allow(txn, answer, headers)
  for _, name in ipairs(IDENTITY) do
    local value = first(answer.headers, name)
    if value and value ~= "" then
      txn.http:req_set_header(name, value)
    else
      txn.http:req_del_header(name)
    end
  end
  for variable, name in pairs(LIMIT) do
    local value = first(answer.headers, name)
    if value then txn:set_var(variable, value) end
  end
  txn.http:req_set_header("x-forwarded-for", txn.sf:src())
  txn.http:req_set_header("x-forwarded-proto", txn.f:ssl_fc() == 1 and "https" or "http")
  txn.http:req_set_header("x-forwarded-host", first(headers, "host") or "")
  txn.http:req_set_header("x-real-ip", txn.sf:src())
end

local function refuse(txn, status, headers, body)
  local reply = txn:reply()
  reply:set_status(status)
  for _, name in ipairs(FROM_ANSWER) do
    local value = first(headers, name)
    if value then reply:add_header(name, value) end
  end
  reply:set_body(body)
  txn:done(reply)
end

local function fail(txn)
  refuse(txn, 503, { ["content-type"] = { [0] = "application/problem+json" }, ["retry-after"] = { [0] = "1" } }, FAULT)
end

core.register_action("gatewarden", { "http-req" }, function(txn)
  local is_asked, answer, headers = pcall(function()
    local asked, received = question(txn)
    return core.httpclient():get({ url = URL, headers = asked, timeout = TIMEOUT_MS }), received
  end)
  if not is_asked or not answer or not answer.headers then return fail(txn) end
  if answer.status == 200 then return allow(txn, answer, headers) end
  if answer.status ~= 401 and answer.status ~= 403 then return fail(txn) end
  local meant = tonumber(first(answer.headers, "x-gatewarden-status")) or answer.status
  refuse(txn, meant, answer.headers, answer.body or "")
end, 0)
