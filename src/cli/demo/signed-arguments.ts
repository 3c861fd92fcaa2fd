/** SHA-256 of no bytes, which is what a request without a body signs. */
const EMPTY_BODY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/**
 * Arguments of curl that sign a GET without a body as an HMAC client does, each time anew: a signature counts once, and
 * for five minutes. POSIX shell, date and openssl do it, to show that no more is needed.
 */
export function hmacArguments(path: string, clientId: string, secret: string): string {
  const signature = `$(printf 'GET\\n${path}\\n%s\\n%s\\n' $T $N | ${digestOf(secret)})`;
  const field = 'Authorization: HMAC client_id="%s",timestamp="%s",nonce="%s",signature="%s"';
  return `-H "$(T=$(date +%s); N=$(openssl rand -hex 12); printf '${field}' ${clientId} $T $N ${signature})"`;
}

/** The same for an app with a protect key; arithmetic is the one expansion that both assigns and prints. */
export function protectArguments(path: string, key: string): string {
  const signature = `$(printf 'GET\\n${path}\\n%s\\n%s\\n${EMPTY_BODY}' $T $N | ${digestOf(key)})`;
  const date = '-H "X-Date: $((T=$(date +%s)))"';
  const nonce = '-H "X-Nonce: $((N=$(od -An -N4 -tu4 /dev/urandom)))"';
  return `${date} ${nonce} -H "X-Authenticity: ${signature}"`;
}

function digestOf(secret: string): string {
  return `openssl dgst -sha256 -hmac ${secret} -r | cut -c1-64`;
}
