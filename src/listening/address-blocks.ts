import { BlockList, isIP } from 'node:net';

const REMEMBERED = 4096;

/** A set of addresses: CIDR blocks and single ones. */
export class AddressBlocks {
  private readonly list = new BlockList();
  private readonly isEmpty: boolean;
  /** A look at the list costs more than the rest of a trust check, and peers are few. */
  private readonly answers = new Map<string, boolean>();

  constructor(blocks: readonly string[]) {
    this.isEmpty = blocks.length === 0;
    for (const block of blocks) {
      const [address = '', prefix] = block.split('/');
      const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
      if (prefix === undefined) this.list.addAddress(address, family);
      else this.list.addSubnet(address, Number(prefix), family);
    }
  }

  /** False for a text that is no address. */
  includes(address: string): boolean {
    if (this.isEmpty) return false;
    const known = this.answers.get(address);
    if (known !== undefined) return known;
    const version = isIP(address);
    const answer = version !== 0 && this.list.check(address, version === 6 ? 'ipv6' : 'ipv4');
    if (this.answers.size >= REMEMBERED) this.answers.clear();
    if (version !== 0) this.answers.set(address, answer);
    return answer;
  }
}
