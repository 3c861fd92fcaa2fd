import { type LookupAddress, type LookupOptions, lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import ipaddr from 'ipaddr.js';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import { AddressBlocks } from '../listening/address-blocks';

/** Keeps webhooks away from private networks: only public addresses and those an operator allowed are connected to. */
@Injectable()
export class AddressGuard {
  private readonly allowed: AddressBlocks;

  constructor(@Inject(SETTINGS) { webhookAllowedAddresses }: Pick<Settings, 'webhookAllowedAddresses'>) {
    this.allowed = new AddressBlocks(webhookAllowedAddresses);
  }

  /** Why a URL is not called whose host is an address; undefined when it may be, or when its host is a name. */
  findFault(url: string): string | undefined {
    const { hostname } = new URL(url);
    const address = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
    return isIP(address) === 0 || this.isAllowed(address) ? undefined : refusalOf(address);
  }

  /**
   * Resolves a name to what will be connected to, so that no second look-up can say otherwise.
   * One private address among several is enough to refuse: which of them is connected to is not for a name server to choose.
   */
  readonly lookup: LookupFunction = (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true } as LookupOptions & { all: true }, (error, addresses) => {
      const refused = addresses?.find(({ address }) => !this.isAllowed(address));
      if (error) callback(error, []);
      else if (refused) callback(new Error(refusalOf(refused.address)), []);
      else answer(addresses, options.all === true, callback);
    });
  };

  private isAllowed(text: string): boolean {
    // An IPv4 address in IPv6 clothes is judged as what it is.
    const address = ipaddr.process(text);
    return address.range() === 'unicast' || this.allowed.includes(address.toString());
  }
}

function answer(addresses: LookupAddress[], isForAll: boolean, callback: Parameters<LookupFunction>[2]): void {
  const [first] = addresses;
  if (isForAll || !first) callback(null, addresses);
  else callback(null, first.address, first.family);
}

function refusalOf(address: string): string {
  return `${address} is no public address: it must be in WEBHOOK_ALLOWED_ADDRESSES to be called`;
}
