// The random numbers of torch.Generator on a CPU: the Mersenne Twister MT19937, and what torch.rand and torch.randn make
// of it. A seed therefore means the same noise here and in Python, and no noise needs to travel.

const N = 624;
const M = 397;
const BLOCK = 16; // normal numbers that torch.randn makes together

export class Generator {
  /** @param {number} seed A whole number from 0 up to 2³². */
  constructor(seed) {
    this.state = new Uint32Array(N);
    this.state[0] = seed;
    for (let k = 1; k < N; k++) {
      const before = this.state[k - 1];
      this.state[k] = Math.imul(1812433253, before ^ (before >>> 30)) + k;
    }
    this.next = N;
  }

  /** 32 random bits. */
  bits() {
    if (this.next === N) this.renew();
    let y = this.state[this.next++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  renew() {
    const { state } = this;
    for (let k = 0; k < N; k++) {
      const y = (state[k] & 0x80000000) | (state[(k + 1) % N] & 0x7fffffff);
      state[k] = state[(k + M) % N] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.next = 0;
  }

  /** torch.rand in single precision. */
  uniform() {
    return (this.bits() & 0xffffff) / 2 ** 24;
  }

  /** torch.rand in double precision. */
  uniformDouble() {
    const high = this.bits() & 0x1fffff;
    return (high * 2 ** 32 + this.bits()) / 2 ** 53;
  }

  /**
   * torch.randn in single precision: pairs of Box and Muller, in blocks.
   *
   * @param {number} n At least 16.
   */
  normals(n) {
    const drawn = Float32Array.from({ length: n }, () => this.uniform());
    for (let first = 0; first + BLOCK <= n; first += BLOCK) toNormals(drawn, first);
    if (n % BLOCK) {
      // The last block is drawn anew.
      for (let k = n - BLOCK; k < n; k++) drawn[k] = this.uniform();
      toNormals(drawn, n - BLOCK);
    }
    return drawn;
  }
}

/**
 * @param {Float32Array} drawn
 * @param {number} first
 */
function toNormals(drawn, first) {
  for (let k = first; k < first + BLOCK / 2; k++) {
    const radius = Math.sqrt(-2 * Math.log(1 - drawn[k]));
    const angle = 2 * Math.PI * drawn[k + BLOCK / 2];
    drawn[k] = radius * Math.cos(angle);
    drawn[k + BLOCK / 2] = radius * Math.sin(angle);
  }
}
