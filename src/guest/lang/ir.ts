// The typed intermediate representation of instruction semantics: what both engines walk.
// Every value is an unsigned integer of its node's width `w` (bits, 1..64); signedness is on the operator.

/** Which register of a file: a fixed one, or the one an operand of the instruction names. */
export type RegIndex = { readonly fixed: number } | { readonly operand: number };

export type UnOp = 'neg' | 'not';
/**
 * Two's complement arithmetic modulo 2^w. Shifts take the right side as an unsigned count: a count of w or more gives 0
 * (all sign bits for `shrs`). Division never traps, as in the RISC-V M extension (Unprivileged ISA 20191213, table 7.1):
 * by zero the quotient is all ones and the remainder the dividend; on signed overflow the quotient is the dividend
 * and the remainder 0.
 */
export type BinOp = 'add' | 'sub' | 'mul' | 'divu' | 'divs' | 'remu' | 'rems' | 'and' | 'or' | 'xor' | 'shl' | 'shru' | 'shrs';
export type CmpOp = 'eq' | 'ne' | 'ltu' | 'lts' | 'leu' | 'les' | 'gtu' | 'gts' | 'geu' | 'ges';

export type Expr =
  | { readonly k: 'const'; readonly w: number; readonly value: bigint }
  /** An immediate or enum operand, already extended to w; a pc-relative one is its absolute target. */
  | { readonly k: 'operand'; readonly w: number; readonly operand: number }
  | { readonly k: 'reg'; readonly w: number; readonly file: number; readonly index: RegIndex }
  | { readonly k: 'pc'; readonly w: number }
  /** The address of the following instruction: pc + the actual length. */
  | { readonly k: 'next'; readonly w: number }
  | { readonly k: 'local'; readonly w: number; readonly slot: number }
  | { readonly k: 'un'; readonly w: number; readonly op: UnOp; readonly a: Expr }
  | { readonly k: 'bin'; readonly w: number; readonly op: BinOp; readonly a: Expr; readonly b: Expr }
  | { readonly k: 'cmp'; readonly w: 1; readonly op: CmpOp; readonly a: Expr; readonly b: Expr }
  /** Bits lo .. lo+w-1 of a. */
  | { readonly k: 'slice'; readonly w: number; readonly lo: number; readonly a: Expr }
  | { readonly k: 'sx'; readonly w: number; readonly a: Expr }
  | { readonly k: 'zx'; readonly w: number; readonly a: Expr }
  /** c ? a : b; both arms are pure. */
  | { readonly k: 'cond'; readonly w: number; readonly c: Expr; readonly a: Expr; readonly b: Expr }
  /** w is a multiple of 8; little-endian. */
  | { readonly k: 'load'; readonly w: number; readonly addr: Expr }
  /** One indivisible access: yields the old value and stores f, in which local `slot` is the old value. f is pure. */
  | { readonly k: 'rmw'; readonly w: number; readonly addr: Expr; readonly slot: number; readonly f: Expr }
  /** An extern of `Isa.externs`; w is 0 where it yields nothing. */
  | { readonly k: 'call'; readonly w: number; readonly extern: number; readonly args: readonly Expr[] }
  /** A guest call of `Isa.guestCalls`: the engine stops and the guest operating-system layer answers. */
  | { readonly k: 'guest'; readonly w: number; readonly call: number; readonly args: readonly Expr[] };

/** Reads see the state before the instruction; `set` and `jump` take effect together when it retires. */
export type Stmt =
  | { readonly k: 'set'; readonly file: number; readonly index: RegIndex; readonly value: Expr }
  | { readonly k: 'let'; readonly slot: number; readonly value: Expr }
  | { readonly k: 'if'; readonly c: Expr; readonly body: readonly Stmt[] }
  | { readonly k: 'jump'; readonly target: Expr }
  | { readonly k: 'store'; readonly w: number; readonly addr: Expr; readonly value: Expr }
  /** An rmw, extern or guest call made for its effect. */
  | { readonly k: 'do'; readonly value: Expr }
  /** Ends the instruction without retiring it; cause and value are i64. */
  | { readonly k: 'trap'; readonly cause: Expr; readonly value: Expr }
  /** Retires and ends the slice: a hint that the vCPU spins. */
  | { readonly k: 'pause' };
