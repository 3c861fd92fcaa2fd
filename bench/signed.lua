-- Sends one signed request after the other: a line of the file is the Authorization field of one, for a nonce is good once.
local requests, sent = {}, 0

function init(args)
  local body = string.rep("x", 1024)
  for authorization in io.lines(args[1]) do
    requests[#requests + 1] = wrk.format("POST", nil, { Authorization = authorization }, body)
  end
end

function request()
  sent = sent + 1
  return requests[sent]
end
