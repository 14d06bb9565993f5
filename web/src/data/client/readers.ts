import type { Read } from './contract.js';

/** Who has read how far. */
export class Readers {
  private byUser = new Map<string, Read>();

  get list(): readonly Read[] {
    return [...this.byUser.values()];
  }

  /** Takes marks in, some or all of them: a mark only moves forward. */
  take(reads: readonly Read[]): void {
    for (const read of reads) {
      const before = this.byUser.get(read.userId);
      if (!before || before.seq <= read.seq) this.byUser.set(read.userId, read);
    }
  }

  clear(): void {
    this.byUser.clear();
  }
}
