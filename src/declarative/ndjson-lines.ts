/** The longest line that is read, in bytes. */
export const MAX_LINE_BYTES = 262_144;

const NEWLINE = 0x0a;

/** One line of a stream: its text, or what is wrong with its bytes. */
export interface Line {
  readonly number: number;
  readonly bytes: number;
  readonly text: string | undefined;
  readonly fault: string | undefined;
}

/** The lines of a stream that are not blank, as they come: no more than one line and one chunk are held at once. */
export async function* readLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  const assembly = new LineAssembly();
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      assembly.add(chunk.subarray(from, end));
      const line = assembly.end();
      if (line) yield line;
      from = end + 1;
    }
    assembly.add(chunk.subarray(from));
  }
  const last = assembly.end();
  if (last) yield last;
}

class LineAssembly {
  private readonly decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
  private parts: Buffer[] = [];
  private bytes = 0;
  private number = 0;

  add(part: Buffer): void {
    this.bytes += part.length;
    if (this.bytes <= MAX_LINE_BYTES) this.parts.push(part);
    else this.parts = [];
  }

  /** The line that ends here, undefined for a blank one. */
  end(): Line | undefined {
    const { parts, bytes } = this;
    this.parts = [];
    this.bytes = 0;
    this.number += 1;
    const place = { number: this.number, bytes };
    if (bytes > MAX_LINE_BYTES)
      return { ...place, text: undefined, fault: `a line has at most ${MAX_LINE_BYTES} bytes` };
    return this.decode(Buffer.concat(parts), place);
  }

  private decode(bytes: Buffer, place: { number: number; bytes: number }): Line | undefined {
    try {
      const text = this.decoder.decode(bytes).trim();
      return text === '' ? undefined : { ...place, text, fault: undefined };
    } catch {
      return { ...place, text: undefined, fault: 'the line is not UTF-8' };
    }
  }
}
