interface Cookie {
  readonly value: string;
  readonly path: string;
}

/** What a browser does for a log-in: it keeps cookies by host and path, and follows redirects one by one. */
export class Browser {
  private readonly cookies = new Map<string, Cookie>();

  /** The answer itself; a redirect is not followed. */
  async open(url: string, init: RequestInit = {}): Promise<Response> {
    const { host, pathname } = new URL(url);
    const cookie = [...this.cookies]
      .filter(([key, { path }]) => key.startsWith(`${host} `) && pathname.startsWith(path))
      .map(([key, { value }]) => `${key.slice(host.length + 1)}=${value}`)
      .join('; ');
    const headers = { ...(init.headers as object), ...(cookie && { cookie }) };
    const reply = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of reply.headers.getSetCookie()) this.keep(host, line);
    return reply;
  }

  /** Follows redirects from here until one leads to an address that begins so; answers that address. */
  async followTo(start: string, goal: string): Promise<string> {
    let url = start;
    for (let hops = 0; hops < 10; hops += 1) {
      if (url.startsWith(goal)) return url;
      const reply = await this.open(url);
      const location = reply.headers.get('location');
      if (location === null) throw new Error(`${url}: ${reply.status} ${await reply.text()}`);
      url = new URL(location, url).href;
    }
    throw new Error('too many redirects');
  }

  private keep(host: string, line: string): void {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
    const [name = '', value = ''] = pair.split('=');
    const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice(5) ?? '/';
    const isGone = value === '' || attributes.some((attribute) => /^expires=thu, 01 jan 1970/i.test(attribute));
    if (isGone) this.cookies.delete(`${host} ${name}`);
    else this.cookies.set(`${host} ${name}`, { value, path });
  }
}
