// How the tables of instructions are written.
import type { State } from '../../../support/guest.js';

/**
 * Code, the state before it, and what it changes: every register that `then` does not name must be as before.
 * The code is followed by a halt.
 */
export interface Case {
  readonly code: string;
  readonly given?: State;
  readonly then: State;
}

/** An instruction of two source registers `a` and `b` (or of one) whose result, in `to`, is a function of their values. */
export interface Operator {
  readonly code: string;
  readonly a: string;
  readonly b?: string;
  readonly to: string;
  readonly is: (a: bigint, b: bigint) => bigint;
}

export interface Table {
  readonly isa: string;
  /** Width of the registers that operators work on. */
  readonly width: number;
  /** Values of operands, of which all pairs are tried. */
  readonly edges: readonly bigint[];
  readonly operators: readonly Operator[];
  readonly cases: readonly Case[];
}

// Arithmetic by division alone, so that it shares nothing with what it is compared to.

/** x modulo 2^width. */
export function modulo(width: number, x: bigint): bigint {
  const modulus = 2n ** BigInt(width);
  return ((x % modulus) + modulus) % modulus;
}

/** The number that the bits of x mean in two's complement. */
export function asSigned(width: number, x: bigint): bigint {
  return x >= 2n ** BigInt(width - 1) ? x - 2n ** BigInt(width) : x;
}

/** Quotient rounded towards minus infinity. */
export function floorDivide(a: bigint, b: bigint): bigint {
  return (a - ((a % b) + b) % b) / b;
}

export const truth = (holds: boolean): bigint => (holds ? 1n : 0n);
