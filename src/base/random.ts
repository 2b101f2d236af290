// Seeded randomness: one named stream per vCPU, link, device or policy, so that adding a consumer does not shift the others.
// Generator: Johannes Baagoe's Alea, from the seedrandom package; its state is plain JSON, so a stream can be snapshotted.
import seedrandom from 'seedrandom';

export type RandomState = { readonly seed: string; readonly alea: seedrandom.State.Alea };

export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** An integer in [0, n). */
  below(n: number): number;
}

/** For who keeps the stream: where it stands. */
export interface RandomStream extends Random {
  state(): RandomState;
  restore(state: RandomState): void;
}

/** The stream `name` of the run with seed `seed`. */
export function randomStream(seed: string | number, name: string): RandomStream {
  let key = `${seed}/${name}`;
  let generator = seedrandom.alea(key, { state: true });
  return {
    next: () => generator(),
    below: (n) => Math.floor(generator() * n),
    state: () => ({ seed: key, alea: generator.state() }),
    restore: ({ seed: other, alea }) => {
      key = other;
      generator = seedrandom.alea('', { state: alea });
    },
  };
}
