/** What is a secret by its look: minted ones, JWTs, password hashes, signatures of a request. */
const LOOKS = [
  /\b(?:gw_live|gw_hmac|gw_protect|gwa|gws|gwr|gwo|whsec)_[\w+/=-]{24,}/,
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/,
  /\$(?:2[abxy]|argon2(?:id|i|d)|scrypt|pbkdf2[\w-]*)\$/,
  /signature="[0-9a-f]{64}"/i,
];
const NAMES = /^(?:(?:old_|new_)?password|\w*secret|(?:access_|refresh_)?token|\w*api_key|key|value|client_key)$/;
const SHORTEST = 8;

/** The secrets a test sent or was told, to look for where none may stand. */
export class ToldSecrets {
  private readonly known = new Set<string>();

  /** Notes every text under a name that secrets have, at any depth of a JSON body. */
  note(body: unknown): void {
    if (typeof body !== 'object' || body === null) return;
    for (const [name, value] of Object.entries(body)) {
      if (typeof value === 'string' && NAMES.test(name) && value.length >= SHORTEST) this.known.add(value);
      else this.note(value);
    }
  }

  /** The lines that tell one. */
  findIn(lines: readonly unknown[]): string[] {
    const told = (line: string) =>
      LOOKS.some((look) => look.test(line)) || [...this.known].some((secret) => line.includes(secret));
    return lines.map((line) => JSON.stringify(line)).filter(told);
  }
}
