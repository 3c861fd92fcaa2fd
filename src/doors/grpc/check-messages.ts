/** A field with its value as text, or as bytes where Envoy is told to send those. */
export interface HeaderValue {
  readonly key: string;
  readonly value?: string;
  readonly raw_value?: Buffer;
}

/** A request as Envoy describes it; what it left out has the default of its type. */
export interface HttpAttributes {
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly scheme: string;
  /** By name in lower case, values of one name joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly header_map: { readonly headers: readonly HeaderValue[] } | null;
  /** Bytes of the body, -1 for unknown. */
  readonly size: number;
  readonly body: string;
  readonly raw_body: Buffer;
}

export interface CheckRequest {
  readonly attributes: {
    readonly source: {
      readonly address: { readonly socket_address?: { readonly address: string } | null } | null;
    } | null;
    readonly request: { readonly http: HttpAttributes | null } | null;
  } | null;
}

export interface HeaderValueOption {
  readonly header: HeaderValue;
  readonly append: { readonly value: boolean };
  readonly append_action: 'OVERWRITE_IF_EXISTS_OR_ADD';
  readonly keep_empty_value: boolean;
}

export interface CheckResponse {
  /** A code of google.rpc.Code. */
  readonly status: { readonly code: number; readonly message?: string };
  readonly ok_response?: {
    readonly headers: readonly HeaderValueOption[];
    readonly headers_to_remove: readonly string[];
    readonly response_headers_to_add: readonly HeaderValueOption[];
  };
  readonly denied_response?: {
    readonly status: { readonly code: number };
    readonly headers: readonly HeaderValueOption[];
    readonly body: string;
  };
}
