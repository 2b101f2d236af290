// What the shell carries along with a message.
import type { Envelope } from './messages.js';

/** With its size on the wire, and whether bytes were compared to make it. */
export interface Cargo extends Pick<Envelope, 'payload' | 'zeros' | 'patchBytes' | 'version'> {
  readonly bytes: number;
  readonly compared: boolean;
}

export const NO_CARGO: Cargo = { payload: -1, zeros: false, patchBytes: -1, version: 0, bytes: 0, compared: false };
