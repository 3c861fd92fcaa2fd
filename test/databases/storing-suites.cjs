/** The end-to-end suites that read and write policy, people and events; to the rest a database is where its routes come from. */
module.exports =
  /\/test\/e2e\/(?:admin|aegis|auth-(?:bad|log\.|mail|sessions|users)|credential-usage|decision-parity|explain|guards|inbound|last-known|limits|moving|own-issuer|signing-keys|token-relays|webhooks)[^/]*\.spec\.ts$/;
