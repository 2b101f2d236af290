// What the operators of expressions do, in texts of programs and wherever else people write expressions. Whether a division
// or a shift may be is the caller's to see to.

export function applyUnary(op: string, a: bigint): bigint {
  switch (op) {
    case '-': return -a;
    case '~': return ~a;
    case '!': return truth(a === 0n);
    default: return a;
  }
}

export function applyBinary(op: string, a: bigint, b: bigint): bigint {
  switch (op) {
    case '+': return a + b;
    case '-': return a - b;
    case '*': return a * b;
    case '/': return a / b;
    case '%': return a % b;
    case '&': return a & b;
    case '|': return a | b;
    case '^': return a ^ b;
    case '<<': return a << b;
    case '>>': return a >> b;
    case '==': return truth(a === b);
    case '!=': return truth(a !== b);
    case '<': return truth(a < b);
    case '>': return truth(a > b);
    case '<=': return truth(a <= b);
    case '>=': return truth(a >= b);
    case '&&': return truth(a !== 0n && b !== 0n);
    default: return truth(a !== 0n || b !== 0n);
  }
}

function truth(value: boolean): bigint {
  return value ? 1n : 0n;
}
